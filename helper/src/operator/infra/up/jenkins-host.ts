import { hostNameComplaint } from '../host-names.ts';
import type { UpParameters } from './up-parameters.ts';

type HostParameters = Pick<UpParameters, 'host' | 'domain'>;

/** Put before a domain, it makes the host of Jenkins. */
const LABEL = 'jenkins.';

/** The host that Jenkins shall have; undefined where neither host nor domain is given. */
export const jenkinsHost = ({ host, domain }: HostParameters): string | undefined =>
  host ?? (domain === undefined ? undefined : `${LABEL}${domain}`);

/** Checks domain and host as they are written. */
export function jenkinsHostComplaints({ host, domain }: HostParameters): string[] {
  const complaints = [
    ...(domain === undefined ? [] : [hostNameComplaint('domain', domain, LABEL.length)]),
    ...(host === undefined ? [] : [hostNameComplaint('host', host)]),
  ].flatMap((complaint) => complaint ?? []);
  if (complaints.length > 0 || host !== undefined || !domain?.startsWith(LABEL)) return complaints;
  return [
    `"domain" ${domain} would make the host ${LABEL}${domain}: give --domain ${domain.slice(LABEL.length)}, or --host ${domain}`,
  ];
}

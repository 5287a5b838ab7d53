import { domainToASCII } from 'node:url';
import type { UpParameters } from './up/up-parameters.ts';

/** As jenkins.yaml takes a host; RFC 1123's labels, the last no number. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/;
/** A certificate's first name takes no more; `jenkins.` is set before a domain. */
const LONGEST = 64;

/** The host that is meant by a URL, a name in capitals, a name in other letters than ASCII, or one with a last dot. */
function meantHost(text: string): string {
  const authority = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const [host = ''] = authority.replace(/^[^/?#]*@/, '').split(/[/?#:]/);
  return domainToASCII(host.replace(/^\*\./, '').replace(/\.$/, ''));
}

/** What is wrong with the form of a host's or a domain's name, and how it is written; undefined where nothing is. */
export function hostNameComplaint(parameter: string, text: string, spare = 0): string | undefined {
  if (HOST.test(text)) {
    const most = LONGEST - spare;
    return text.length <= most ? undefined : `"${parameter}" must have at most ${most} characters, not ${text.length}`;
  }
  const meant = meantHost(text);
  const advice =
    meant !== text && HOST.test(meant)
      ? `write ${meant}`
      : `letters, digits and hyphens, with a dot between, as ${spare > 0 ? 'example.com' : 'ci.example.com'}`;
  return `"${parameter}" must be a bare name in lower case, not ${JSON.stringify(text)}: ${advice}`;
}

const JENKINS = 'jenkins.';

/** The host that Jenkins shall have; undefined where neither host nor domain is given. */
export const jenkinsHost = ({ host, domain }: Pick<UpParameters, 'host' | 'domain'>): string | undefined =>
  host ?? (domain === undefined ? undefined : `${JENKINS}${domain}`);

/** What is wrong with domain and host as they are written. */
export function jenkinsHostComplaints({ host, domain }: Pick<UpParameters, 'host' | 'domain'>): string[] {
  const complaints = [
    ...(domain === undefined ? [] : [hostNameComplaint('domain', domain, JENKINS.length)]),
    ...(host === undefined ? [] : [hostNameComplaint('host', host)]),
  ].flatMap((complaint) => complaint ?? []);
  if (complaints.length > 0 || host !== undefined || !domain?.startsWith(JENKINS)) return complaints;
  return [
    `"domain" ${domain} would make the host ${JENKINS}${domain}: give --domain ${domain.slice(JENKINS.length)}, or --host ${domain}`,
  ];
}

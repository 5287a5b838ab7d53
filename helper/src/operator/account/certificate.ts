import { type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { awsErrorFacts, isAccessDenied } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** Checks the region of a certificate: a load balancer takes certificates of its own region only. */
export function certificateRegionComplaints(certificate: string | undefined, region: string): string[] {
  const ownRegion = /^arn:[a-z-]+:acm:([a-z0-9-]+):/.exec(certificate ?? '')?.[1];
  if (ownRegion === undefined || ownRegion === region) return [];
  return [
    `"certificate" is of ${ownRegion}, and the load balancer will be in ${region}: it takes certificates of its own region; request one there, or leave it out to have one made`,
  ];
}

/** What to do about a certificate that cannot be used, by its status. */
const REMEDIES: Readonly<Record<string, string>> = {
  PENDING_VALIDATION: 'make the DNS records that it waits for ("aws acm describe-certificate" names them) and wait',
  EXPIRED: 'renew it, or leave it out to have one made that renews itself',
  REVOKED: 'take another, or leave it out to have one made',
};

/** Whether a certificate's name covers a host. A star stands for one label. */
const certificateCoversHost = (name: string, host: string): boolean =>
  name.toLowerCase() === host ||
  (name.startsWith('*.') && name.slice(2).toLowerCase() === host.replace(/^[^.]+\./, ''));

/** Says what is wrong with a certificate for a host; undefined where nothing is. Pure. */
export function certificateComplaint(
  { Status, FailureReason, DomainName = '', SubjectAlternativeNames = [] }: CertificateDetail,
  host: string | undefined,
): string | undefined {
  if (Status !== 'ISSUED') {
    const why = FailureReason === undefined ? '' : ` (${FailureReason})`;
    return `"certificate" is ${Status ?? 'unknown'}${why}, not ISSUED: ${REMEDIES[Status ?? ''] ?? 'request another, or leave it out to have one made'}`;
  }
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
  if (host === undefined || names.some((name) => certificateCoversHost(name, host))) return undefined;
  return `"certificate" is for ${names.join(', ')}, not for ${host}: give one that covers the host, or leave it out to have one made`;
}

/** Checks a certificate that the operator names. Where these credentials may not read it, there is no complaint. */
export async function checkCertificate(
  { aws, signal }: OperatorWorld,
  certificate: string,
  host: string | undefined,
): Promise<string[]> {
  try {
    const request = new DescribeCertificateCommand({ CertificateArn: certificate });
    const { Certificate = {} } = await aws.acm.send(request, { abortSignal: signal });
    return [certificateComplaint(Certificate, host)].flatMap((complaint) => complaint ?? []);
  } catch (error) {
    if (isAccessDenied(error)) return [];
    if (awsErrorFacts(error).code !== 'ResourceNotFoundException')
      throw operatorFailure(error, 'look at the certificate in ACM', aws.region);
    return [
      `"certificate" ${certificate} does not exist in this account and region: take one of "aws acm list-certificates --region ${aws.region}", or leave it out to have one made`,
    ];
  }
}

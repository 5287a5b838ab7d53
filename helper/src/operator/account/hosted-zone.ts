import { GetHostedZoneCommand, type HostedZone, ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import { awsErrorFacts, isAccessDenied } from '../../aws/errors.ts';
import { operatorFailure } from '../operator-failure.ts';
import type { OperatorWorld } from '../operator-world.ts';

/** The zone of a host, or why none can be used. */
export type ZoneAnswer =
  | { readonly zone: string; readonly name: string }
  /** `several`: more than one zone has the name, and only a person knows which of them is used. */
  | { readonly complaint: string; readonly several?: boolean };

/** The zones that may have a host: for `jenkins.ci.example.com` itself, `ci.example.com` and `example.com`. */
export function zonesThatMayHold(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

const idOf = ({ Id = '' }: Pick<HostedZone, 'Id'>): string => Id.replace(/^\/hostedzone\//, '');

/**
 * Finds the public hosted zone in Route 53 that has a host. The zone with the longest name wins.
 * @param known the zone that the stack has: it wins where two zones have one name
 */
export async function findHostedZone({ aws, signal }: OperatorWorld, host: string, known = ''): Promise<ZoneAnswer> {
  const hidden: string[] = [];
  try {
    for (const name of zonesThatMayHold(host)) {
      const { HostedZones = [] } = await aws.route53.send(
        new ListHostedZonesByNameCommand({ DNSName: `${name}.`, MaxItems: 10 }),
        { abortSignal: signal },
      );
      const zones = HostedZones.filter((one) => one.Name === `${name}.`);
      const open = zones.filter((one) => one.Config?.PrivateZone !== true);
      hidden.push(...zones.filter((one) => !open.includes(one)).map((one) => `${idOf(one)} (${name})`));
      const chosen = open.find((one) => idOf(one) === known) ?? (open.length === 1 ? open[0] : undefined);
      if (chosen) return { zone: idOf(chosen), name };
      if (open.length > 1) return { complaint: several(name, open.map(idOf)), several: true };
    }
  } catch (error) {
    throw operatorFailure(error, `look for the hosted zone of ${host} in Route 53`, aws.region);
  }
  const only = hidden.length > 0 ? `, only private ones: ${hidden.join(', ')}` : '';
  return {
    complaint: `this account has no public hosted zone for ${host} in Route 53${only}: create one and delegate the domain to it, or check the name; or give --certificate, and point the host to the load balancer yourself`,
  };
}

const several = (name: string, ids: readonly string[]): string =>
  `this account has ${ids.length} public hosted zones named ${name} (${ids.join(', ')}), and the domain is delegated to one of them: give its ID as --hosted-zone; "dig NS ${name}" and "aws route53 get-hosted-zone --id ..." show whose name servers it has`;

/** Checks a zone that the operator names. @returns undefined where these credentials may not read it */
export async function checkHostedZone(
  { aws, signal }: OperatorWorld,
  zone: string,
  host: string | undefined,
): Promise<ZoneAnswer | undefined> {
  try {
    const { HostedZone: found } = await aws.route53.send(new GetHostedZoneCommand({ Id: zone }), {
      abortSignal: signal,
    });
    const name = (found?.Name ?? '').replace(/\.$/, '');
    if (found?.Config?.PrivateZone === true) {
      return {
        complaint: `"hostedZone" ${zone} (${name}) is a private zone, which nobody outside its VPC sees: give the public one of that name, or leave it out`,
      };
    }
    if (host !== undefined && !zonesThatMayHold(host).includes(name)) {
      return {
        complaint: `"hostedZone" ${zone} is of ${name}, which does not hold ${host}: give the zone of the host's own domain, or leave it out`,
      };
    }
    return { zone, name };
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    if (awsErrorFacts(error).code !== 'NoSuchHostedZone')
      throw operatorFailure(error, `look at the hosted zone ${zone} in Route 53`, aws.region);
    return {
      complaint: `"hostedZone" ${zone} does not exist in this account: leave it out to have it found by the host, or take one of "aws route53 list-hosted-zones"`,
    };
  }
}

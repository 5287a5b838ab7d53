import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import type { OperatorWorld } from '../world.ts';
import { operatorFailure } from './errors.ts';

/** `jenkins.ci.example.com` -> itself, `ci.example.com`, `example.com`: the zones that may hold it. */
export function zoneNames(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/**
 * The public hosted zone of Route 53 that a host belongs to, the nearest first.
 * @returns its id; undefined where this account has none
 */
export async function findZone({ aws, signal }: OperatorWorld, host: string): Promise<string | undefined> {
  try {
    for (const name of zoneNames(host)) {
      const { HostedZones = [] } = await aws.route53.send(
        new ListHostedZonesByNameCommand({ DNSName: `${name}.`, MaxItems: 10 }),
        { abortSignal: signal },
      );
      const zone = HostedZones.find((one) => one.Name === `${name}.` && one.Config?.PrivateZone !== true);
      if (zone?.Id) return zone.Id.replace(/^\/hostedzone\//, '');
    }
    return undefined;
  } catch (error) {
    throw operatorFailure(error, `look for the hosted zone of ${host} in Route 53`);
  }
}

import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { WantedService } from '../wanted-service.ts';

/**
 * The network that a service will have. A new service gets the settings' defaults; an existing one keeps its own. What
 * was given explicitly replaces either.
 */
export function serviceNetwork(wanted: WantedService, present: NetworkConfiguration | undefined): NetworkConfiguration {
  const { explicit, defaults } = wanted;
  const was = present?.awsvpcConfiguration;
  const base = was ?? defaults;
  const flag = explicit.publicIp ?? (was ? undefined : defaults.publicIp);
  const assignPublicIp = flag === undefined ? was?.assignPublicIp : flag ? ('ENABLED' as const) : ('DISABLED' as const);
  return {
    awsvpcConfiguration: {
      subnets: [...(explicit.subnets ?? base.subnets ?? [])],
      securityGroups: [...(explicit.securityGroups ?? base.securityGroups ?? [])],
      ...(assignPublicIp === undefined ? {} : { assignPublicIp }),
    },
  };
}

/** True where both are the same network: the order of subnets and security groups has no meaning. */
export function sameNetwork(a: NetworkConfiguration | undefined, b: NetworkConfiguration | undefined): boolean {
  const key = (network: NetworkConfiguration | undefined): string => {
    const { subnets, securityGroups, assignPublicIp } = network?.awsvpcConfiguration ?? { subnets: [] };
    const names = [...(subnets ?? [])].sort();
    return JSON.stringify([names, [...(securityGroups ?? [])].sort(), assignPublicIp ?? 'DISABLED']);
  };
  return key(a) === key(b);
}

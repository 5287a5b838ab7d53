import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { ON_SPOT } from './capacity-providers.ts';
import { undoesFailures } from './circuit-breaker.ts';
import { loadBalancer } from './load-balancers.ts';
import { serviceNetwork } from './service-network.ts';

/** Seconds in which a new service's tasks may fail the load balancer's checks. ECS' default, 0, kills slow starters. */
const DEFAULT_GRACE_SECONDS = 60;

/** CreateService's input, without the revision and the client token. */
export function createRequest(wanted: WantedService, definition: Definition): CreateServiceCommandInput {
  const { explicit, defaults } = wanted;
  const targetGroup = explicit.targetGroup ?? defaults.targetGroup;
  const maximumPercent = wanted.maximumHealthy ?? 200;
  return {
    cluster: wanted.cluster,
    serviceName: wanted.service,
    desiredCount: wanted.count ?? 1,
    ...(wanted.spot ? { capacityProviderStrategy: ON_SPOT } : { launchType: 'FARGATE' as const }),
    deploymentConfiguration: {
      minimumHealthyPercent: wanted.minimumHealthy ?? 100,
      maximumPercent,
      deploymentCircuitBreaker: { enable: true, rollback: undoesFailures(wanted, undefined) },
    },
    networkConfiguration: serviceNetwork(wanted, undefined),
    ...(targetGroup === undefined
      ? {}
      : {
          loadBalancers: [loadBalancer(targetGroup, wanted, definition)],
          healthCheckGracePeriodSeconds: wanted.healthCheckGrace ?? DEFAULT_GRACE_SECONDS,
        }),
    // ECS refuses to rebalance a service that may never run more tasks than it wants.
    ...(maximumPercent <= 100 ? { availabilityZoneRebalancing: 'DISABLED' as const } : {}),
  };
}

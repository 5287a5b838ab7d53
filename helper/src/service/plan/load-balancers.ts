import type { LoadBalancer, Service } from '@aws-sdk/client-ecs';
import { chooseContainer } from '../definition/merge-definition.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';

/** The port that the service listens on: the parameter's, else the container's first. */
export function servicePort(wanted: WantedService, definition: Definition): number | undefined {
  const name = chooseContainer(definition, wanted);
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  return wanted.port ?? container?.portMappings?.[0]?.containerPort;
}

/** How a service's container is registered in a target group. */
export const loadBalancer = (targetGroupArn: string, wanted: WantedService, definition: Definition): LoadBalancer => ({
  targetGroupArn,
  containerName: chooseContainer(definition, wanted),
  containerPort: servicePort(wanted, definition),
});

/** The service's load balancers after a new target group or a new port; undefined where nothing changes. */
export function loadBalancerChange(
  wanted: WantedService,
  service: Service,
  definition: Definition,
): LoadBalancer[] | undefined {
  const present = service.loadBalancers ?? [];
  const { targetGroup } = wanted.explicit;
  const name = chooseContainer(definition, wanted);
  if (targetGroup !== undefined && !present.some((one) => one.targetGroupArn === targetGroup)) {
    return [loadBalancer(targetGroup, wanted, definition)];
  }
  const moved = present.map((one) =>
    wanted.port !== undefined && one.containerName === name ? { ...one, containerPort: wanted.port } : one,
  );
  return moved.some((one, index) => one.containerPort !== present[index]?.containerPort) ? moved : undefined;
}

import type { Service } from '@aws-sdk/client-ecs';
import { describeDefinitionChanges } from '../definition/describe-changes.ts';
import { copyOfRevision } from '../definition/revision-copies.ts';
import type { Definition, Revision } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { undoesFailures } from './circuit-breaker.ts';
import type { DeploymentPlan, ObservedService } from './deployment-plan.ts';
import { planService } from './plan-service.ts';

/** No placement is given: the service keeps its network and load balancer, the revision its roles and log group. */
const UNTOUCHED: WantedService['explicit'] = {
  targetGroup: undefined,
  subnets: undefined,
  securityGroups: undefined,
  publicIp: undefined,
  executionRole: undefined,
  taskRole: undefined,
  logGroup: undefined,
};

/** Decides what going back to a revision does. Pure. The revision is deployed unchanged; the service keeps its settings. */
export function planRollback(
  asked: WantedService,
  observed: ObservedService,
  target: Revision,
): { wanted: WantedService; plan: DeploymentPlan } {
  const wanted = asRevisionHasIt(asked, observed.service, target.definition);
  const unchanged = planService(wanted, observed, target.definition, target.arn);
  const runsAlready = unchanged.step.kind === 'none' || unchanged.step.kind === 'follow';
  // ECS deploys nothing with a revision that was deregistered, so a copy of it is registered.
  const copy = target.active || runsAlready ? undefined : copyOfRevision(target);
  const { step, changes } = copy ? planService(wanted, observed, target.definition, undefined) : unchanged;
  const plan = {
    register: copy,
    taskDefinition: copy ? undefined : target.arn,
    definition: target.definition,
    previous: observed.present?.arn,
    fallback: observed.lastUp,
    first: observed.everSucceeded === false,
    undoesFailures: undoesFailures(wanted, observed.service),
    service: step,
    changes: observed.present ? describeDefinitionChanges(observed.present.definition, target.definition) : [],
    serviceChanges: changes,
    presentDefinition: observed.present?.definition,
    complaints: [],
  };
  return { wanted, plan };
}

/** The parameters with the old revision's own container and image, and with its port where that differs from today's. */
function asRevisionHasIt(asked: WantedService, service: Service | undefined, definition: Definition): WantedService {
  const containers = definition.containerDefinitions ?? [];
  const [balancer] = service?.loadBalancers ?? [];
  const container =
    containers.find(({ name }) => name === balancer?.containerName) ??
    containers.find(({ name }) => name === asked.service) ??
    containers[0];
  const ports = (container?.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []);
  const moved = balancer?.containerPort !== undefined && !ports.includes(balancer.containerPort);
  return {
    ...asked,
    container: container?.name,
    image: container?.image,
    port: moved ? ports[0] : undefined,
    explicit: UNTOUCHED,
  };
}

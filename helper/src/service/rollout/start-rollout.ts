import { createHash } from 'node:crypto';
import type { Service } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { serviceLink } from '../../ecs/console-links.ts';
import type { World } from '../../world.ts';
import { imageOfContainer } from '../definition/merge-definition.ts';
import { registerDefinition } from '../definition/register-definition.ts';
import { copyOfRevision } from '../definition/revision-copies.ts';
import type { DeploymentPlan } from '../plan/deployment-plan.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import type { Baseline } from '../read-service.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { createService, findOurDeployment, updateService } from './apply-service.ts';
import type { OurDeployment } from './our-deployment.ts';
import { hasHealthCheck } from './read-tasks.ts';

/**
 * Registers the revision to deploy, unless it exists already.
 * @returns its ARN
 */
export async function ensureRevision(
  world: World,
  { register: definition, taskDefinition, changes }: DeploymentPlan,
): Promise<string> {
  if (definition === undefined && taskDefinition !== undefined) {
    world.report({ type: 'definition-unchanged', taskDefinition: shortId(taskDefinition) });
    return taskDefinition;
  }
  if (definition === undefined) throw new Error('a plan without a revision and without a definition');
  const arn = await registerDefinition(world, definition);
  world.report({ type: 'definition-registered', taskDefinition: shortId(arn), changes });
  return arn;
}

/** True where a load balancer or a container's health check decides whether a task is well. */
const isChecked = (definition: Definition, service: Service | undefined): boolean =>
  (service?.loadBalancers ?? []).length > 0 || hasHealthCheck(definition);

/** Creates or updates the service with one call, and identifies our deployment in the answer. */
export async function startRollout(
  world: World,
  wanted: WantedService,
  plan: DeploymentPlan,
  taskDefinition: string,
  before: Baseline,
): Promise<OurDeployment> {
  const { service, cluster } = wanted;
  const step = plan.service;
  const { first, fallback } = plan;
  const ours: OurDeployment = {
    service,
    cluster,
    taskDefinition,
    id: undefined,
    createdAt: undefined,
    first,
    previous: fallback?.arn,
    previousImage: imageOfContainer(fallback?.definition, wanted),
    copyOfPrevious: fallback?.active === false ? copyOfRevision(fallback) : undefined,
    rollsBack: plan.undoesFailures && !first,
    started: step.kind === 'create' || (step.kind === 'update' && step.deploys),
    scaleUp: step.kind === 'update' ? step.scaleUp : undefined,
    settingsBefore: step.kind === 'update' ? step.before : undefined,
    count: 1,
    checked: false,
  };
  if (step.kind === 'create' || step.kind === 'update') {
    const console = serviceLink(wanted.region, cluster, service);
    world.report({ type: 'service-changing', service, how: step.kind, changes: plan.serviceChanges, console });
  }
  const after = await changeService(world, plan, taskDefinition, before);
  const primary = primaryDeployment(after);
  const own = after && ours.started ? findOurDeployment(after, taskDefinition, before) : primary;
  return {
    ...ours,
    id: own?.id,
    createdAt: own?.createdAt,
    count: ours.scaleUp?.to ?? after?.desiredCount ?? ours.count,
    checked: isChecked(plan.definition, after),
    targetGroups: (after?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
  };
}

async function changeService(
  world: World,
  { service: step }: DeploymentPlan,
  taskDefinition: string,
  before: Baseline,
) {
  switch (step.kind) {
    case 'create': {
      const token = createHash('sha256').update(
        `${step.request.cluster}/${step.request.serviceName}/${taskDefinition}/${world.clock.now()}`,
      );
      return createService(world, { ...step.request, taskDefinition }, token.digest('hex'), before);
    }
    case 'update':
      return updateService(world, { ...step.request, taskDefinition }, step, before);
    default:
      return step.present;
  }
}

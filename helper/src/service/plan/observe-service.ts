import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import { neverRan } from '../never-ran-tag.ts';
import {
  type Baseline,
  type EcsReader,
  listDeployments,
  readRevision,
  readService,
  type ServiceName,
  warnOfUnavailableApi,
} from '../read-service.ts';
import { sameRevision } from '../revision.ts';
import type { ObservedService } from './deployment-plan.ts';

type Teller = EcsReader & Pick<World, 'report'>;

/**
 * Reads all that planning needs.
 * @param families the one that a file names (empty where it names none), and the one of a new service
 * @throws Failure `usage` where something else deploys the service, `deploy` where it is being deleted
 */
export async function observeService(
  world: Teller,
  name: ServiceName,
  families: { file?: string | undefined; otherwise: string },
): Promise<{ observed: ObservedService; before: Baseline }> {
  const found = await readService(world, name);
  refuseForeign(found, name);
  const service = found?.status === 'INACTIVE' ? undefined : found;
  const present = service?.taskDefinition ? await readRevision(world, service.taskDefinition) : undefined;
  const up = service?.deployments?.find(({ rolloutState }) => rolloutState === 'COMPLETED')?.taskDefinition;
  const good = up === undefined || sameRevision(up, present?.arn) ? present : await readRevision(world, up);
  const family = families.file || present?.definition.family || families.otherwise;
  const latest = await readRevision(world, family);
  const briefs = service ? await knownDeployments(world, name) : [];
  return {
    observed: { service, present, good, latest, everSucceeded: everSucceeded(service, briefs) },
    before: {
      serviceDeployments: briefs && new Set(briefs.flatMap((brief) => brief.serviceDeploymentArn ?? [])),
      deployments: new Set((service?.deployments ?? []).flatMap((deployment) => deployment.id ?? [])),
      events: new Set((service?.events ?? []).flatMap((event) => event.id ?? [])),
    },
  };
}

async function knownDeployments(world: Teller, name: ServiceName): Promise<ServiceDeploymentBrief[] | undefined> {
  let why = 'refused';
  const briefs = await listDeployments(world, name).catch((error: unknown) => {
    world.signal.throwIfAborted();
    const cause = error instanceof Failure ? error.cause : error;
    // A stand-in that does not have the API answers so.
    if (awsErrorFacts(cause).status < 500) throw error;
    why = `HTTP ${awsErrorFacts(cause).status}`;
    return undefined;
  });
  if (briefs === undefined) {
    warnOfUnavailableApi(world, 'ListServiceDeployments', why);
  }
  return briefs;
}

function everSucceeded(
  service: Service | undefined,
  briefs: ServiceDeploymentBrief[] | undefined,
): boolean | undefined {
  if (service === undefined) return undefined;
  if (neverRan(service)) return false;
  // Only what once succeeded can be gone back to; ECS forgets deployments after 90 days.
  if (briefs?.some((brief) => /^(SUCCESSFUL|ROLLBACK_)/.test(brief.status ?? ''))) return true;
  if (service.deployments?.some((deployment) => deployment.rolloutState === 'COMPLETED')) return true;
  return briefs !== undefined && briefs.length > 0 ? false : undefined;
}

function refuseForeign(service: Service | undefined, { service: name }: ServiceName): void {
  if (service === undefined || service.status === 'INACTIVE') return;
  if (service.status === 'DRAINING') {
    throw new Failure('deploy', `the service ${name} is being deleted (DRAINING)`, {
      hint: 'wait until it is gone, then run this again: aws ecs wait services-inactive',
    });
  }
  if (service.schedulingStrategy === 'DAEMON') {
    throw new Failure('usage', `the service ${name} is a DAEMON: one task on every container instance`, {
      hint: 'Fargate has no container instances: deploy it with the tool that owns it, or give this service another name',
      evidence: ['schedulingStrategy DAEMON'],
    });
  }
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    throw new Failure('usage', `the service ${name} is deployed by ${controller}, not by ECS itself`, {
      hint: 'deploy it with the tool that owns it, or give this service another name; ECS cannot change the controller of a service',
      evidence: [`deploymentController ${controller}`],
    });
  }
}

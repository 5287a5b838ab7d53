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

type ReportingReader = EcsReader & Pick<World, 'report'>;

/**
 * Reads the state that planning needs.
 * @param families file: the family in the task definition file (empty where it names none); otherwise: the family for a new
 * service
 * @throws Failure `usage` where another tool deploys the service, `deploy` where it is being deleted
 */
export async function observeService(
  world: ReportingReader,
  name: ServiceName,
  families: { file?: string | undefined; otherwise: string },
): Promise<{ observed: ObservedService; before: Baseline }> {
  const found = await readService(world, name);
  refuseUndeployable(found, name);
  const service = found?.status === 'INACTIVE' ? undefined : found;
  const present = service?.taskDefinition ? await readRevision(world, service.taskDefinition) : undefined;
  const completed = service?.deployments?.find(({ rolloutState }) => rolloutState === 'COMPLETED')?.taskDefinition;
  const isPresent = completed === undefined || sameRevision(completed, present?.arn);
  const lastUp = isPresent ? present : await readRevision(world, completed);
  const family = families.file || present?.definition.family || families.otherwise;
  const latest = await readRevision(world, family);
  const briefs = service ? await listDeploymentsOrWarn(world, name) : [];
  return {
    observed: { service, present, lastUp, latest, everSucceeded: everSucceeded(service, briefs) },
    before: {
      serviceDeployments: briefs && new Set(briefs.flatMap((brief) => brief.serviceDeploymentArn ?? [])),
      deployments: new Set((service?.deployments ?? []).flatMap((deployment) => deployment.id ?? [])),
      events: new Set((service?.events ?? []).flatMap((event) => event.id ?? [])),
    },
  };
}

/** The service deployments; undefined, with a warning, where the API is unavailable. */
async function listDeploymentsOrWarn(
  world: ReportingReader,
  name: ServiceName,
): Promise<ServiceDeploymentBrief[] | undefined> {
  let reason = 'refused';
  const briefs = await listDeployments(world, name).catch((error: unknown) => {
    world.signal.throwIfAborted();
    const cause = error instanceof Failure ? error.cause : error;
    // A stand-in for ECS without this API answers with a server error.
    if (awsErrorFacts(cause).status < 500) throw error;
    reason = `HTTP ${awsErrorFacts(cause).status}`;
    return undefined;
  });
  if (briefs === undefined) warnOfUnavailableApi(world, 'ListServiceDeployments', reason);
  return briefs;
}

/** Whether any deployment of the service ever succeeded; undefined where nothing tells. */
function everSucceeded(
  service: Service | undefined,
  briefs: ServiceDeploymentBrief[] | undefined,
): boolean | undefined {
  if (service === undefined) return undefined;
  if (neverRan(service)) return false;
  // A rollback, too, proves an earlier success: ECS goes back to nothing else. It shows deployments for 90 days only.
  if (briefs?.some((brief) => /^(SUCCESSFUL|ROLLBACK_)/.test(brief.status ?? ''))) return true;
  if (service.deployments?.some((deployment) => deployment.rolloutState === 'COMPLETED')) return true;
  return briefs !== undefined && briefs.length > 0 ? false : undefined;
}

function refuseUndeployable(service: Service | undefined, { service: name }: ServiceName): void {
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

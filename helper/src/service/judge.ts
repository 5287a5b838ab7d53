import type { Deployment, Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { shortId } from '../fargate/links.ts';
import { sameRevision } from './names.ts';

/** The deployment that is watched. */
export interface Ours {
  cluster: string;
  service: string;
  /** ARN of the revision. */
  taskDefinition: string;
  /** `ecs-svc/...`; undefined until it is known. */
  id: string | undefined;
  /** When it was created, by AWS' clock. */
  createdAt: Date | undefined;
  /** No deployment ever succeeded: then ECS' circuit breaker has nothing to go back to, and stalls. */
  first: boolean;
  /** ARN of the revision that ECS goes back to: the last that was up, not one that was merely on its way. */
  previous: string | undefined;
  /** Its image. */
  previousImage?: string | undefined;
  /** ECS' circuit breaker rolls a failure back; never on the first deployment. */
  rollsBack: boolean;
  /** Our call started it; else it was there, and is only watched. */
  started: boolean;
}

/** One look at a rollout. */
export interface Look {
  /** Undefined where ECS says that there is none. */
  service: Service | undefined;
  /** Our own service deployment; undefined where the API has no answer. */
  own: ServiceDeployment | undefined;
  /** Service deployments that began after ours. */
  newer: readonly ServiceDeploymentBrief[];
  /** Tasks of ours that died so far. */
  deaths: number;
}

/** How a rollout stands. `steady` must be seen twice before it is a success. */
export type Verdict =
  | { kind: 'going' }
  | { kind: 'steady' }
  /** It failed, and ECS is still going back; where that is not waited for, it is a rollback that is not complete. */
  | { kind: 'rolling-back'; why: readonly string[]; runs: string | undefined }
  | { kind: 'succeeded' }
  /** `failed`: ECS could not go back either. */
  | { kind: 'rolled-back'; complete: boolean; failed: boolean; why: readonly string[]; runs: string | undefined }
  | { kind: 'failed'; why: readonly string[] }
  | { kind: 'superseded'; by: string }
  | { kind: 'stopped'; why: readonly string[] }
  | { kind: 'deleted'; status: string };

const going: Verdict = { kind: 'going' };

/** Judges one look. Only SUCCESSFUL on our own service deployment is a success, or `steady` where that API is silent. */
export function judge(look: Look, ours: Ours): Verdict {
  const { service, own } = look;
  if (service === undefined || service.status !== 'ACTIVE') {
    return { kind: 'deleted', status: service?.status ?? 'MISSING' };
  }
  return own ? judgeServiceDeployment(look, own, service, ours) : judgeDeployment(look, service, ours);
}

function judgeServiceDeployment(look: Look, own: ServiceDeployment, service: Service, ours: Ours): Verdict {
  switch (own.status) {
    case 'SUCCESSFUL':
      return { kind: 'succeeded' };
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED': {
      const complete = own.status === 'ROLLBACK_SUCCESSFUL';
      return { kind: 'rolled-back', complete, failed: !complete, why: reasons(own), runs: runsNow(service, ours) };
    }
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { kind: 'rolling-back', why: reasons(own), runs: runsNow(service, ours) };
    case 'STOPPED': {
      const by = supersededBy(look, service, ours);
      if (by !== undefined) return { kind: 'superseded', by };
      const failed = own.deploymentCircuitBreaker?.status === 'TRIGGERED' || own.alarms?.status === 'TRIGGERED';
      return failed ? { kind: 'failed', why: reasons(own) } : { kind: 'stopped', why: reasons(own) };
    }
    default:
      return !ours.rollsBack && stalled(look, own, service) ? { kind: 'failed', why: reasons(own) } : going;
  }
}

/** With nothing to be rolled back to ECS gives up trying, and stays IN_PROGRESS. */
function stalled(look: Look, own: ServiceDeployment, service: Service): boolean {
  const breaker = own.deploymentCircuitBreaker;
  const threshold = breaker?.threshold || breakerThreshold(service.desiredCount ?? 1);
  return primary(service)?.rolloutState === 'FAILED' || breaker?.status === 'TRIGGERED' || look.deaths > threshold;
}

/** ECS' default: half of the desired tasks, at least 3, at most 200. */
export const breakerThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

function judgeDeployment(look: Look, service: Service, ours: Ours): Verdict {
  const own = service.deployments?.find((deployment) => deployment.id === ours.id);
  const head = primary(service);
  if (own?.rolloutState === 'FAILED') {
    const why = [own.rolloutStateReason ?? 'rolloutState FAILED'];
    // ECS has put another revision in its place; until then it may still do so.
    if (head && head.id !== own.id) return rollback(head, why);
    return ours.rollsBack ? going : { kind: 'failed', why };
  }
  if (own === undefined || own.status !== 'PRIMARY') {
    if (head === undefined || ours.id === undefined) return going;
    const back = sameRevision(head.taskDefinition, ours.previous) && !sameRevision(ours.previous, ours.taskDefinition);
    // A deployment that failed and is gone; one that another replaced is still there for a while, not FAILED.
    if (own === undefined && back) return rollback(head, [head.rolloutStateReason ?? '']);
    return { kind: 'superseded', by: shortId(head.taskDefinition ?? head.id ?? 'another deployment') };
  }
  if (ours.first && look.deaths >= breakerThreshold(own.desiredCount ?? 1)) {
    return {
      kind: 'failed',
      why: [`${look.deaths} tasks died, and no deployment ever succeeded that ECS could go back to`],
    };
  }
  return isSteady(own, service) ? { kind: 'steady' } : going;
}

/** Another deployment has taken the failed one's place: `head`. */
function rollback(head: Deployment, why: readonly string[]): Verdict {
  const runs = head.taskDefinition;
  if (head.rolloutState === 'IN_PROGRESS') return { kind: 'rolling-back', why, runs };
  const failed = head.rolloutState === 'FAILED';
  return { kind: 'rolled-back', complete: !failed, failed, why, runs };
}

/** COMPLETED alone is not enough: some stand-ins say so before any task runs. */
function isSteady(own: Deployment, service: Service): boolean {
  const desired = service.desiredCount ?? 0;
  return (
    own.rolloutState === 'COMPLETED' &&
    (own.runningCount ?? 0) === desired &&
    (own.pendingCount ?? 0) === 0 &&
    (service.deployments ?? []).every((other) => other.id === own.id || (other.runningCount ?? 0) === 0)
  );
}

const primary = (service: Service): Deployment | undefined =>
  service.deployments?.find((deployment) => deployment.status === 'PRIMARY');

/** The revision that the service runs after a rollback; a newer deployment may be on its way already. */
function runsNow(service: Service, ours: Ours): string | undefined {
  const head = primary(service);
  const other = head?.rolloutState === 'COMPLETED' && !sameRevision(head.taskDefinition, ours.taskDefinition);
  return other ? head.taskDefinition : (ours.previous ?? head?.taskDefinition);
}

function supersededBy(look: Look, service: Service, ours: Ours): string | undefined {
  const head = primary(service);
  const [newer] = look.newer;
  const another = head !== undefined && ours.id !== undefined && head.id !== ours.id;
  const back = another && sameRevision(head.taskDefinition, ours.previous) && look.newer.length === 0;
  if (newer === undefined && (!another || back)) return undefined;
  const revision = another ? head.taskDefinition : undefined;
  return shortId(revision ?? newer?.serviceDeploymentArn ?? head?.id ?? 'another deployment');
}

function reasons(own: ServiceDeployment): string[] {
  const breaker = own.deploymentCircuitBreaker;
  const counted = breaker?.status === 'TRIGGERED' || (breaker?.failureCount ?? 0) > 0;
  const alarms = own.alarms?.triggeredAlarmNames ?? [];
  return [
    own.statusReason ?? '',
    own.rollback?.reason ?? '',
    counted
      ? `circuit breaker ${breaker?.status}: ${breaker?.failureCount} failed tasks, threshold ${breaker?.threshold}`
      : '',
    alarms.length === 0 ? '' : `alarms: ${alarms.join(', ')}`,
  ].filter((reason, index, all) => reason !== '' && all.indexOf(reason) === index);
}

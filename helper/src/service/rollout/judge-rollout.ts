import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { sameRevision } from '../revision.ts';
import { judgeByService } from './judge-by-service.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold } from './stability-limits.ts';
import { type EndReasons, GOING, type RolloutSnapshot, type RolloutVerdict } from './verdict.ts';

/**
 * Judges a rollout by one snapshot. A success is only SUCCESSFUL on our own service deployment, or `steady` where that API
 * is unavailable.
 */
export function judgeRollout(snapshot: RolloutSnapshot, ours: OurDeployment): RolloutVerdict {
  const { service, own } = snapshot;
  if (service === undefined || service.status !== 'ACTIVE') {
    return { kind: 'deleted', status: service?.status ?? 'MISSING' };
  }
  const verdict = own ? judgeServiceDeployment(snapshot, own, service, ours) : judgeByService(snapshot, service, ours);
  const isGood = verdict.kind === 'succeeded' || verdict.kind === 'steady';
  // With a desired count of 0, ECS calls any deployment a success.
  const startsTasks = ours.started || ours.scaleUp !== undefined;
  const isScaledToZero = isGood && startsTasks && ours.count > 0 && service.desiredCount === 0 && !snapshot.ran;
  return isScaledToZero ? { kind: 'emptied' } : verdict;
}

function judgeServiceDeployment(
  snapshot: RolloutSnapshot,
  own: ServiceDeployment,
  service: Service,
  ours: OurDeployment,
): RolloutVerdict {
  switch (own.status) {
    case 'SUCCESSFUL':
      return { kind: 'succeeded' };
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED': {
      const complete = own.status === 'ROLLBACK_SUCCESSFUL';
      return {
        kind: 'rolled-back',
        complete,
        failed: !complete,
        ...reasons(own),
        runs: revisionAfterRollback(service, ours),
      };
    }
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { kind: 'rolling-back', ...reasons(own), runs: revisionAfterRollback(service, ours) };
    case 'STOPPED': {
      const by = supersededBy(snapshot, service, ours);
      const failed = own.deploymentCircuitBreaker?.status === 'TRIGGERED' || own.alarms?.status === 'TRIGGERED';
      // A deployment that had failed was not superseded, whatever came after it.
      if (failed) return { kind: 'failed', ...reasons(own), by };
      return by === undefined ? { kind: 'stopped', ...reasons(own) } : { kind: 'superseded', by };
    }
    default:
      return !ours.rollsBack && hasStalled(snapshot, own, service) ? { kind: 'failed', ...reasons(own) } : GOING;
  }
}

/** Where ECS has nothing to roll back to, it gives a failed deployment up but leaves it IN_PROGRESS. */
function hasStalled(snapshot: RolloutSnapshot, own: ServiceDeployment, service: Service): boolean {
  const breaker = own.deploymentCircuitBreaker;
  const threshold = breaker?.threshold || breakerThreshold(service.desiredCount ?? 1);
  return (
    primaryDeployment(service)?.rolloutState === 'FAILED' ||
    breaker?.status === 'TRIGGERED' ||
    snapshot.deaths > threshold
  );
}

/** The revision that the service runs after a rollback. A newer deployment may have begun already, so it is not always primary. */
function revisionAfterRollback(service: Service, ours: OurDeployment): string | undefined {
  const primary = primaryDeployment(service);
  const isOther = primary?.rolloutState === 'COMPLETED' && !sameRevision(primary.taskDefinition, ours.taskDefinition);
  return isOther ? primary.taskDefinition : (ours.previous ?? primary?.taskDefinition);
}

/** Names the deployment that replaced ours; undefined where none did. */
function supersededBy(snapshot: RolloutSnapshot, service: Service, ours: OurDeployment): string | undefined {
  const primary = primaryDeployment(service);
  const [newer] = snapshot.newer;
  const another = primary !== undefined && ours.id !== undefined && primary.id !== ours.id;
  const isRollback = another && sameRevision(primary.taskDefinition, ours.previous) && snapshot.newer.length === 0;
  if (newer === undefined && (!another || isRollback)) return undefined;
  const revision = another ? primary.taskDefinition : undefined;
  return shortId(revision ?? newer?.serviceDeploymentArn ?? primary?.id ?? 'another deployment');
}

function reasons(own: ServiceDeployment): EndReasons {
  const breaker = own.deploymentCircuitBreaker;
  const hasFailures = breaker?.status === 'TRIGGERED' || (breaker?.failureCount ?? 0) > 0;
  const alarms = own.alarms?.triggeredAlarmNames ?? [];
  const why = [
    own.statusReason ?? '',
    own.rollback?.reason ?? '',
    hasFailures
      ? `circuit breaker ${breaker?.status}: ${breaker?.failureCount} failed tasks, threshold ${breaker?.threshold}`
      : '',
    alarms.length === 0 ? '' : `alarms: ${alarms.join(', ')}`,
  ].filter((reason, index, all) => reason !== '' && all.indexOf(reason) === index);
  return { why, alarms };
}

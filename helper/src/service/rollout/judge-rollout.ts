import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { sameRevision } from '../revision.ts';
import { judgeByService } from './judge-by-service.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold } from './stability-limits.ts';
import type { RolloutSnapshot, RolloutVerdict } from './verdict.ts';

const going: RolloutVerdict = { kind: 'going' };

/** Judges one look. Only SUCCESSFUL on our own service deployment is a success, or `steady` where that API is silent. */
export function judgeRollout(look: RolloutSnapshot, ours: OurDeployment): RolloutVerdict {
  const { service, own } = look;
  if (service === undefined || service.status !== 'ACTIVE') {
    return { kind: 'deleted', status: service?.status ?? 'MISSING' };
  }
  const verdict = own ? judgeServiceDeployment(look, own, service, ours) : judgeByService(look, service, ours);
  const good = verdict.kind === 'succeeded' || verdict.kind === 'steady';
  // With 0 of 0 tasks running ECS calls any deployment a success.
  const begins = ours.started || ours.scaleUp !== undefined;
  const emptied = good && begins && ours.count > 0 && service.desiredCount === 0 && !look.ran;
  return emptied ? { kind: 'emptied' } : verdict;
}

function judgeServiceDeployment(
  look: RolloutSnapshot,
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
      return { kind: 'rolled-back', complete, failed: !complete, why: reasons(own), runs: runsNow(service, ours) };
    }
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { kind: 'rolling-back', why: reasons(own), runs: runsNow(service, ours) };
    case 'STOPPED': {
      const by = supersededBy(look, service, ours);
      const failed = own.deploymentCircuitBreaker?.status === 'TRIGGERED' || own.alarms?.status === 'TRIGGERED';
      // What had failed by itself was not overtaken, whoever came after it.
      if (failed) return { kind: 'failed', why: reasons(own), by };
      return by === undefined ? { kind: 'stopped', why: reasons(own) } : { kind: 'superseded', by };
    }
    default:
      return !ours.rollsBack && stalled(look, own, service) ? { kind: 'failed', why: reasons(own) } : going;
  }
}

/** With nothing to be rolled back to ECS gives up trying, and stays IN_PROGRESS. */
function stalled(look: RolloutSnapshot, own: ServiceDeployment, service: Service): boolean {
  const breaker = own.deploymentCircuitBreaker;
  const threshold = breaker?.threshold || breakerThreshold(service.desiredCount ?? 1);
  return (
    primaryDeployment(service)?.rolloutState === 'FAILED' || breaker?.status === 'TRIGGERED' || look.deaths > threshold
  );
}

/** The revision that the service runs after a rollback; a newer deployment may be on its way already. */
function runsNow(service: Service, ours: OurDeployment): string | undefined {
  const head = primaryDeployment(service);
  const other = head?.rolloutState === 'COMPLETED' && !sameRevision(head.taskDefinition, ours.taskDefinition);
  return other ? head.taskDefinition : (ours.previous ?? head?.taskDefinition);
}

function supersededBy(look: RolloutSnapshot, service: Service, ours: OurDeployment): string | undefined {
  const head = primaryDeployment(service);
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

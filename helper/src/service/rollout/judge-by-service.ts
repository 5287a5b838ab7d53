import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import type { ScaleUp } from '../plan/deployment-plan.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold } from './stability-limits.ts';
import type { RolloutSnapshot, RolloutVerdict } from './verdict.ts';

const going: RolloutVerdict = { kind: 'going' };

/** Judges our deployment by what the service itself shows of it, where ECS tells nothing of service deployments. */
export function judgeByService(look: RolloutSnapshot, service: Service, ours: OurDeployment): RolloutVerdict {
  const own = service.deployments?.find((deployment) => deployment.id === ours.id);
  const head = primaryDeployment(service);
  if (own?.rolloutState === 'FAILED') {
    const why = [own.rolloutStateReason ?? 'rolloutState FAILED'];
    // ECS has put another revision in its place; until then it may still do so.
    if (head && head.id !== own.id) return replaced(head, why, ours);
    return ours.rollsBack ? going : { kind: 'failed', why };
  }
  if (own === undefined || own.status !== 'PRIMARY') {
    if (head === undefined || ours.id === undefined) return going;
    const back = sameRevision(head.taskDefinition, ours.previous) && !sameRevision(ours.previous, ours.taskDefinition);
    // A deployment that failed and is gone; one that another replaced is still there for a while, not FAILED.
    if (own === undefined && back) return replaced(head, [head.rolloutStateReason ?? ''], ours);
    return { kind: 'superseded', by: shortId(head.taskDefinition ?? head.id ?? 'another deployment') };
  }
  if (ours.first && look.deaths >= breakerThreshold(own.desiredCount ?? 1)) {
    return {
      kind: 'failed',
      why: [`${look.deaths} tasks died, and no deployment ever succeeded that ECS could go back to`],
    };
  }
  if (ours.scaleUp && look.deaths >= breakerThreshold(service.desiredCount ?? 1))
    return dyingAfterScaleUp(look.deaths, ours.scaleUp);
  return isSteady(own, service) && look.well !== false ? { kind: 'steady' } : going;
}

/** Another deployment has taken the failed one's place: `head`. ECS itself puts none there but what ran before. */
function replaced(head: Deployment, why: readonly string[], ours: OurDeployment): RolloutVerdict {
  const runs = head.taskDefinition;
  if (ours.previous !== undefined && !sameRevision(runs, ours.previous)) {
    return { kind: 'failed', why, by: shortId(runs ?? head.id ?? 'another deployment') };
  }
  if (head.rolloutState === 'IN_PROGRESS') return { kind: 'rolling-back', why, runs };
  const failed = head.rolloutState === 'FAILED';
  return { kind: 'rolled-back', complete: !failed, failed, why, runs };
}

/** More tasks were started, and so many died since. */
export const dyingAfterScaleUp = (dead: number, { from, to }: ScaleUp): RolloutVerdict & { kind: 'dying' } => ({
  kind: 'dying',
  why: [`${dead} of its tasks died since the count was raised from ${from} to ${to}`],
});

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

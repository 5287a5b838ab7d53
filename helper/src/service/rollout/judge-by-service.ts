import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import type { ScaleUp } from '../plan/deployment-plan.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { sameRevision } from '../revision.ts';
import type { OurDeployment } from './our-deployment.ts';
import { breakerThreshold } from './stability-limits.ts';
import { GOING, type RolloutSnapshot, type RolloutVerdict } from './verdict.ts';

/** Judges our deployment by the service's own `deployments`, for use where the service deployments API is unavailable. */
export function judgeByService(snapshot: RolloutSnapshot, service: Service, ours: OurDeployment): RolloutVerdict {
  const own = service.deployments?.find((deployment) => deployment.id === ours.id);
  const primary = primaryDeployment(service);
  if (own?.rolloutState === 'FAILED') {
    const why = [own.rolloutStateReason ?? 'rolloutState FAILED'];
    // Another primary deployment: ECS has rolled ours back. Without one, ECS may still do so.
    if (primary && primary.id !== own.id) return replacedBy(primary, why, ours);
    return ours.rollsBack ? GOING : { kind: 'failed', why };
  }
  if (own === undefined || own.status !== 'PRIMARY') {
    if (primary === undefined || ours.id === undefined) return GOING;
    const isPrevious =
      sameRevision(primary.taskDefinition, ours.previous) && !sameRevision(ours.previous, ours.taskDefinition);
    // Ours failed and is no longer listed. A deployment that was superseded is still listed for a while, and not FAILED.
    if (own === undefined && isPrevious) return replacedBy(primary, [primary.rolloutStateReason ?? ''], ours);
    return { kind: 'superseded', by: shortId(primary.taskDefinition ?? primary.id ?? 'another deployment') };
  }
  if (ours.first && snapshot.deaths >= breakerThreshold(own.desiredCount ?? 1)) {
    return {
      kind: 'failed',
      why: [`${snapshot.deaths} tasks died, and no deployment ever succeeded that ECS could go back to`],
    };
  }
  if (ours.scaleUp && snapshot.deaths >= breakerThreshold(service.desiredCount ?? 1))
    return dyingAfterScaleUp(snapshot.deaths, ours.scaleUp);
  return isSteady(own, service) && snapshot.healthy !== false ? { kind: 'steady' } : GOING;
}

/** Our deployment failed, and `primary` has replaced it. ECS itself goes back to the previous revision only. */
function replacedBy(primary: Deployment, why: readonly string[], ours: OurDeployment): RolloutVerdict {
  const runs = primary.taskDefinition;
  if (ours.previous !== undefined && !sameRevision(runs, ours.previous)) {
    return { kind: 'failed', why, by: shortId(runs ?? primary.id ?? 'another deployment') };
  }
  if (primary.rolloutState === 'IN_PROGRESS') return { kind: 'rolling-back', why, runs };
  const failed = primary.rolloutState === 'FAILED';
  return { kind: 'rolled-back', complete: !failed, failed, why, runs };
}

/** The verdict where tasks died after the count was raised. */
export const dyingAfterScaleUp = (dead: number, { from, to }: ScaleUp): RolloutVerdict & { kind: 'dying' } => ({
  kind: 'dying',
  why: [`${dead} of its tasks died since the count was raised from ${from} to ${to}`],
});

/** True where all tasks run. COMPLETED alone is not enough: some stand-ins for ECS say so before any task runs. */
function isSteady(own: Deployment, service: Service): boolean {
  const desired = service.desiredCount ?? 0;
  return (
    own.rolloutState === 'COMPLETED' &&
    (own.runningCount ?? 0) === desired &&
    (own.pendingCount ?? 0) === 0 &&
    (service.deployments ?? []).every((other) => other.id === own.id || (other.runningCount ?? 0) === 0)
  );
}

import type { JsonObject } from '../json.ts';
import type { RolloutScript, RolloutStatus, RolloutStep } from '../scripts/rollouts.ts';
import type { TaskDefinition } from './taskDefinitions.ts';
import type { Task } from './tasks.ts';

/** One deployment of a service, seen by both APIs: `deployments[]` and the service deployments. */
export interface Rollout {
  /** `ecs-svc/N`: its id in `deployments[]`, and `startedBy` of its tasks. */
  id: string;
  /** Its service deployment. */
  arn: string;
  /** The service revision that it rolls out. */
  revisionArn: string;
  definition: TaskDefinition;
  /** What the service's settings are in this revision. */
  settings: JsonObject;
  createdAt: number;
  script: RolloutScript;
  /** What ran before and is returned to; undefined for a first deployment. */
  source?: Rollout;
  /** A newer deployment took its place. */
  supersededAt?: number;
  /** StopServiceDeployment. */
  stoppedAt?: number;
  /** The deployment in `deployments[]` that brings the source back. */
  rollbackId: string;
  tasks: Task[];
  /** Its end was worked off: tasks stopped, events written. */
  settled: boolean;
}

/** States that nothing follows. */
const ENDS: readonly RolloutStatus[] = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];
export const isEnd = (status: RolloutStatus): boolean => ENDS.includes(status);

/** The states of a rollout as it goes, a stop or a newer deployment included; ms since its start. */
export function timeline(rollout: Rollout): RolloutStep[] {
  const cut = rollout.stoppedAt ?? rollout.supersededAt;
  if (cut === undefined) return [...rollout.script.timeline];
  const at = cut - rollout.createdAt;
  const before = rollout.script.timeline.filter((step) => step.at <= at);
  if (before.some((step) => isEnd(step.status))) return [...rollout.script.timeline];
  if (rollout.stoppedAt === undefined) {
    return [...before, { at, status: 'STOPPED', statusReason: 'The service deployment was replaced by a newer one.' }];
  }
  const why = { rollbackReason: 'Service deployment rolled back because a user requested it.' };
  const { stopsAfter = 10_000 } = rollout.script;
  return [
    ...before,
    { at, status: 'ROLLBACK_REQUESTED', ...why },
    { at: at + Math.min(1_000, stopsAfter), status: 'ROLLBACK_IN_PROGRESS', ...why },
    { at: at + stopsAfter, status: 'ROLLBACK_SUCCESSFUL', ...why },
  ];
}

/** The state at `now` (virtual), counts and reasons carried on from earlier states. */
export function rolloutAt(rollout: Rollout, now: number): RolloutStep {
  const past = timeline(rollout).filter((step) => rollout.createdAt + step.at <= now);
  const sum: RolloutStep = { at: 0, status: 'PENDING' };
  for (const step of past) Object.assign(sum, step);
  return sum;
}

/** When a rollout reached a state of this kind; undefined where it has not by `now`. */
export function reached(rollout: Rollout, now: number, is: (status: RolloutStatus) => boolean): number | undefined {
  const step = timeline(rollout).find((one) => is(one.status));
  return step && rollout.createdAt + step.at <= now ? rollout.createdAt + step.at : undefined;
}

export const isRollback = (status: RolloutStatus): boolean =>
  status === 'ROLLBACK_IN_PROGRESS' || status === 'ROLLBACK_SUCCESSFUL' || status === 'ROLLBACK_FAILED';

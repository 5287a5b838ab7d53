import type { JsonObject } from '../json-values.ts';
import type { RolloutScript, RolloutStatus, RolloutStep } from '../scripts/rollout-scripts.ts';
import type { TaskDefinition } from './task-definitions.ts';
import type { Task } from './tasks.ts';

/** One deployment of a service. Both APIs show it: `deployments[]` and the service deployments. */
export interface Rollout {
  /** `ecs-svc/N`: its id in `deployments[]`, and `startedBy` of its tasks. */
  id: string;
  /** Its service deployment. */
  arn: string;
  /** The service revision that it rolls out. */
  revisionArn: string;
  definition: TaskDefinition;
  /** The settings of the service in this revision. */
  settings: JsonObject;
  createdAt: number;
  script: RolloutScript;
  /** The revision that ran before, and to which a rollback returns; undefined for a first deployment. */
  source?: Rollout;
  /** When a newer deployment took its place. */
  supersededAt?: number;
  /** When StopServiceDeployment was called. */
  stoppedAt?: number;
  /** The deployment in `deployments[]` that brings the earlier revision back. */
  rollbackId: string;
  tasks: Task[];
  /** True when the end was handled: its tasks are stopped, and its events are written. */
  settled: boolean;
}

/** The states after which no other follows. */
const ENDS: readonly RolloutStatus[] = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];
export const isEnd = (status: RolloutStatus): boolean => ENDS.includes(status);

/** The states of a rollout in their order, with those after a stop or a newer deployment. Times are in ms since its start. */
export function rolloutTimeline(rollout: Rollout): RolloutStep[] {
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

/** The state at `now` (virtual). It keeps the counts and reasons of earlier states. */
export function rolloutAt(rollout: Rollout, now: number): RolloutStep {
  const past = rolloutTimeline(rollout).filter((step) => rollout.createdAt + step.at <= now);
  const sum: RolloutStep = { at: 0, status: 'PENDING' };
  for (const step of past) Object.assign(sum, step);
  return sum;
}

/** When a rollout reached a state of this kind; undefined if it has not reached one by `now`. */
export function reached(rollout: Rollout, now: number, is: (status: RolloutStatus) => boolean): number | undefined {
  const step = rolloutTimeline(rollout).find((one) => is(one.status));
  return step && rollout.createdAt + step.at <= now ? rollout.createdAt + step.at : undefined;
}

export const isRollback = (status: RolloutStatus): boolean =>
  status === 'ROLLBACK_IN_PROGRESS' || status === 'ROLLBACK_SUCCESSFUL' || status === 'ROLLBACK_FAILED';

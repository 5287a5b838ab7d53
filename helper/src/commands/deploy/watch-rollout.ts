import { shortId } from '../../aws/arn.ts';
import { Failure } from '../../failure.ts';
import type { Deploying } from '../../service/call-options.ts';
import type { Baseline } from '../../service/read-service.ts';
import { endRollout } from '../../service/rollback/end-rollout.ts';
import type { RolloutEnding } from '../../service/rollback/rollout-ending.ts';
import { previousRevisionClause, taskCount } from '../../service/rollout/describe-running.ts';
import { explainFailedRollout } from '../../service/rollout/explain-rollout.ts';
import type { OurDeployment } from '../../service/rollout/our-deployment.ts';
import type { EndedRollout, Rollout } from '../../service/rollout/rollout.ts';

/** How long a rollout is watched, and what becomes of it when that is over. */
export interface WatchOptions {
  /** Of the clock, in milliseconds, when the deployment began. */
  began: number;
  /** Minutes. */
  timeout: number;
  /** What an abort or a timeout does. */
  onAbort: 'rollback' | 'leave';
  /** Whether a failure is undone. */
  rollback: boolean;
}

/**
 * Watches a rollout to its end. What has not ended by then (abort, timeout, a first deployment that cannot come up) is
 * ended here. An abort undoes it until the very last, also what ECS has called a success.
 * @param last what is still to be done after a success
 * @throws Failure for whatever it comes to but success
 */
export async function watchRollout<T>(
  world: Deploying,
  rollout: Rollout,
  before: Baseline,
  options: WatchOptions,
  last: () => Promise<T>,
): Promise<T> {
  const { ours, deaths } = rollout;
  const finish = (policy: 'rollback' | 'leave', over = false): Promise<RolloutEnding> =>
    endRollout(world, { ours, before, arn: rollout.arn, policy, over });
  const deadline = options.began + options.timeout * 60_000;
  let ended: EndedRollout;
  let over = false;
  try {
    ended = await rollout.follow(deadline);
    over = ended.verdict.kind === 'succeeded';
    const fallen = over ? await rollout.lookBack(deadline) : ended;
    if (fallen === undefined) {
      const found = await last();
      // It may have come with the last answer.
      world.signal.throwIfAborted();
      return found;
    }
    ended = fallen;
  } catch (error) {
    if (world.signal.aborted) {
      const kept = over && options.onAbort === 'leave';
      const { state } = kept ? asKept(ours) : await finish(options.onAbort, over);
      throw aborted(world.signal.reason, ours, state);
    }
    world.report({
      type: 'warning',
      text: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS, unwatched`,
    });
    throw error;
  }
  const { verdict, runs } = ended;
  const told = ({ state, leftInPlace }: RolloutEnding): string =>
    stays ? `${state}; ${runs}${previousRevisionClause(runs, ours)}` : state;
  let state = runs;
  if (verdict.kind === 'timed-out') state = told(await finish(options.onAbort));
  if (verdict.kind === 'dying') state = told(await finish(options.rollback ? 'rollback' : 'leave', true));
  if (verdict.kind === 'failed' && verdict.by !== undefined) {
    state = `a newer deployment has taken over since: ${verdict.by}`;
  } else if (verdict.kind === 'failed') {
    const undone = options.rollback && (ours.first || ours.scaleUp !== undefined);
    state = told(await finish(undone ? 'rollback' : 'leave'));
  }
  throw explainFailedRollout(ended, { ours, deaths: deaths.found, state, minutes: options.timeout });
}

/** What is so after an abort with `onAbort: 'leave'`, once all has gone well. */
function asKept({ started, scaled, service, taskDefinition }: OurDeployment): RolloutEnding {
  const name = shortId(taskDefinition);
  if (scaled) return { state: `service ${service} is left at ${taskCount(scaled.to)}`, leftInPlace: true };
  const kept = `ECS calls the deployment of ${name} successful, and service ${service} is left with it`;
  return { state: started ? kept : 'the service was left as it is', leftInPlace: true };
}

function aborted(reason: unknown, ours: OurDeployment, state: string): Failure {
  const was = reason instanceof Failure ? reason : new Failure('aborted', 'aborted', { cause: reason });
  const { scaled, service, taskDefinition } = ours;
  const during = scaled
    ? `service ${service} was being scaled from ${scaled.from} to ${taskCount(scaled.to)}`
    : `${shortId(taskDefinition)} was being deployed`;
  return new Failure('aborted', `${was.message} while ${during}: ${state}`, {
    hint: was.hint,
    evidence: was.evidence,
    signal: was.signal,
    cause: reason,
  });
}

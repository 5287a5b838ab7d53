import { Failure } from '../failure.ts';
import { shortId } from '../fargate/links.ts';
import type { Deploying } from './calls.ts';
import { endRollout } from './ending.ts';
import { explain } from './explain.ts';
import type { Baseline } from './read.ts';
import type { Ended, Rollout } from './rollout.ts';
import { ranBefore } from './runs.ts';
import type { Ours } from './verdict.ts';

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
 * ended here.
 * @throws Failure for whatever it comes to but success
 */
export async function watch(
  world: Deploying,
  rollout: Rollout,
  before: Baseline,
  options: WatchOptions,
): Promise<void> {
  const { ours, deaths } = rollout;
  const finish = (policy: 'rollback' | 'leave', over = false): Promise<string> =>
    endRollout(world, { ours, before, arn: rollout.arn, policy, over });
  const deadline = options.began + options.timeout * 60_000;
  let ended: Ended;
  try {
    ended = await rollout.follow(deadline);
  } catch (error) {
    if (world.signal.aborted) throw aborted(world.signal.reason, ours, await finish(options.onAbort));
    world.report({
      type: 'warning',
      text: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS, unwatched`,
    });
    throw error;
  }
  if (ended.verdict.kind === 'succeeded') {
    const fallen = await rollout.lookBack(deadline);
    if (fallen === undefined) return;
    ended = fallen;
  }
  const { verdict } = ended;
  let state = ended.runs;
  const left = (how: string): string =>
    / (is left as it is|goes on) in ECS/.test(how) ? `${how}; ${ended.runs}${ranBefore(ended.runs, ours)}` : how;
  if (verdict.kind === 'timed-out') state = left(await finish(options.onAbort));
  if (verdict.kind === 'dying') state = left(await finish(options.rollback ? 'rollback' : 'leave', true));
  if (verdict.kind === 'failed' && verdict.by !== undefined) {
    state = `a newer deployment has taken over since: ${verdict.by}`;
  } else if (verdict.kind === 'failed') {
    state = left(await finish(options.rollback && ours.first ? 'rollback' : 'leave'));
  }
  throw explain(ended, { ours, deaths: deaths.found, state, minutes: options.timeout });
}

function aborted(reason: unknown, ours: Ours, state: string): Failure {
  const was = reason instanceof Failure ? reason : new Failure('aborted', 'aborted', { cause: reason });
  return new Failure('aborted', `${was.message} while ${shortId(ours.taskDefinition)} was being deployed: ${state}`, {
    hint: was.hint,
    evidence: was.evidence,
    signal: was.signal,
    cause: reason,
  });
}

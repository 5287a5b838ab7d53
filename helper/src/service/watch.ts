import { Failure } from '../failure.ts';
import { shortId } from '../fargate/links.ts';
import type { World } from '../world.ts';
import { endRollout } from './ending.ts';
import { explain } from './explain.ts';
import type { Ours } from './judge.ts';
import type { Baseline } from './observe.ts';
import type { Ended, Rollout } from './rollout.ts';

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
export async function watch(world: World, rollout: Rollout, before: Baseline, options: WatchOptions): Promise<void> {
  const { ours, deaths } = rollout;
  const finish = (policy: 'rollback' | 'leave'): Promise<string> =>
    endRollout(world, { ours, before, arn: rollout.arn, policy });
  let ended: Ended;
  try {
    ended = await rollout.follow(options.began + options.timeout * 60_000);
  } catch (error) {
    if (world.signal.aborted) throw aborted(world.signal.reason, ours, await finish(options.onAbort));
    world.report({
      type: 'warning',
      text: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS, unwatched`,
    });
    throw error;
  }
  const { kind } = ended.verdict;
  if (kind === 'succeeded') return rollout.lookBack();
  let state = ended.runs;
  const left = (how: string): string =>
    / (is left as it is|goes on) in ECS/.test(how) ? `${how}; ${ended.runs}` : how;
  if (kind === 'timed-out') state = left(await finish(options.onAbort));
  if (kind === 'failed') state = left(await finish(options.rollback && ours.first ? 'rollback' : 'leave'));
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

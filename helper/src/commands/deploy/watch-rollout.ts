import { shortId } from '../../aws/arn.ts';
import { Failure } from '../../failure.ts';
import { endRollout } from '../../service/rollback/end-rollout.ts';
import type { RolloutEnding } from '../../service/rollback/rollout-ending.ts';
import { previousRevisionClause, taskCount } from '../../service/rollout/describe-running.ts';
import { explainFailedRollout } from '../../service/rollout/explain-rollout.ts';
import type { OurDeployment } from '../../service/rollout/our-deployment.ts';
import type { EndedRollout, Rollout } from '../../service/rollout/rollout.ts';
import type { World } from '../../world.ts';

/** How long a rollout is watched, and what is done when it fails or does not end in time. */
export interface WatchOptions {
  /** When the deployment began, in the clock's milliseconds. */
  began: number;
  /** Minutes. */
  timeout: number;
  /** What an abort or a timeout does. */
  onAbort: 'rollback' | 'leave';
  /** Whether a failed deployment is undone. */
  rollback: boolean;
}

/**
 * Watches a rollout to its end. A rollout that does not end by itself (abort, timeout, a first deployment that does not
 * come up) is ended here. An abort undoes the rollout even after ECS has called it a success, until `afterSuccess` is done.
 * @param afterSuccess the last work of the deployment; its result is returned
 * @throws Failure for every outcome but a success
 */
export async function watchRollout<T>(
  world: World,
  rollout: Rollout,
  options: WatchOptions,
  afterSuccess: () => Promise<T>,
): Promise<T> {
  const { ours, before, deaths } = rollout;
  const end = (policy: 'rollback' | 'leave', succeeded = false): Promise<RolloutEnding> =>
    endRollout(world, { ours, before, arn: rollout.arn, policy, succeeded });
  const deadline = options.began + options.timeout * 60_000;
  let ended: EndedRollout;
  let succeeded = false;
  try {
    ended = await rollout.follow(deadline);
    succeeded = ended.verdict.kind === 'succeeded';
    const failed = succeeded ? await rollout.watchAfterSuccess(deadline) : ended;
    if (failed === undefined) {
      const result = await afterSuccess();
      // An abort may have come together with the last answer.
      world.signal.throwIfAborted();
      return result;
    }
    ended = failed;
  } catch (error) {
    if (world.signal.aborted) {
      const leave = succeeded && options.onAbort === 'leave';
      const { state } = leave ? leftAfterSuccess(ours) : await end(options.onAbort, succeeded);
      throw abortedFailure(world.signal.reason, ours, state);
    }
    world.report({
      type: 'warning',
      text: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS, unwatched`,
    });
    throw error;
  }
  const { verdict, running } = ended;
  const describe = ({ state, leftInPlace }: RolloutEnding): string =>
    leftInPlace ? `${state}; ${running.clause}${previousRevisionClause(running, ours)}` : state;
  let state = running.clause;
  if (verdict.kind === 'timed-out') state = describe(await end(options.onAbort));
  if (verdict.kind === 'dying') state = describe(await end(options.rollback ? 'rollback' : 'leave', true));
  if (verdict.kind === 'failed' && verdict.by !== undefined) {
    state = `a newer deployment has taken over since: ${verdict.by}`;
  } else if (verdict.kind === 'failed') {
    const undo = options.rollback && (ours.first || ours.scaleUp !== undefined);
    state = describe(await end(undo ? 'rollback' : 'leave'));
  }
  throw explainFailedRollout(ended, { ours, deaths: deaths.explained, state, minutes: options.timeout });
}

/** The state after an abort with `onAbort: 'leave'`, once the rollout has succeeded. */
function leftAfterSuccess({ started, scaleUp, service, taskDefinition }: OurDeployment): RolloutEnding {
  const revision = shortId(taskDefinition);
  if (scaleUp) return { state: `service ${service} is left at ${taskCount(scaleUp.to)}`, leftInPlace: true };
  const left = `ECS calls the deployment of ${revision} successful, and service ${service} is left with it`;
  return { state: started ? left : 'the service was left as it is', leftInPlace: true };
}

function abortedFailure(reason: unknown, ours: OurDeployment, state: string): Failure {
  const abort = reason instanceof Failure ? reason : new Failure('aborted', 'aborted', { cause: reason });
  const { scaleUp, service, taskDefinition } = ours;
  const during = scaleUp
    ? `service ${service} was being scaled from ${scaleUp.from} to ${taskCount(scaleUp.to)}`
    : `${shortId(taskDefinition)} was being deployed`;
  return new Failure('aborted', `${abort.message} while ${during}: ${state}`, {
    hint: abort.hint,
    evidence: abort.evidence,
    signal: abort.signal,
    cause: reason,
  });
}

import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { awsErrorFacts, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import { shortId } from '../fargate/links.ts';
import type { World } from '../world.ts';
import { type CallOptions, type Deploying, within } from './calls.ts';
import { identify, readDeployment } from './identify.ts';
import { putBack, scaleToZero } from './put-back.ts';
import { type Baseline, isUnanswered } from './read.ts';
import { nameOf } from './runs.ts';
import type { Ours } from './verdict.ts';

/** All of it must fit into what Jenkins grants an aborted step, beside what the helper still has to write. */
const ENDING_MS = 8_000;
/** A request that hangs is made again. */
const REQUEST_MS = 2_500;
const PAUSE_MS = 500;

/** What to end, and how. */
export interface Unfinished {
  ours: Ours;
  before: Baseline;
  /** ARN of our service deployment, where it is known. */
  arn: string | undefined;
  policy: 'rollback' | 'leave';
  /** ECS has called it a success, so that there is no rollout any more that ECS could roll back. */
  over?: boolean;
}

/**
 * Ends a rollout that has not ended by itself: ECS rolls it back, or, where there is nothing to go back to, the
 * service is scaled to 0 tasks. Works after an abort too, within 8 seconds, and never throws.
 * @returns what state this leaves behind, as a clause
 */
export async function endRollout(world: Deploying, unfinished: Unfinished): Promise<string> {
  const { ours, policy } = unfinished;
  if (policy === 'leave') return `the rollout of ${shortId(ours.taskDefinition)} is left as it is in ECS`;
  if (!ours.started) return 'the service was left as it is';
  const { clock } = world;
  const until = clock.now() + world.grace.atMost(ENDING_MS);
  let reason = 'no time was left';
  while (clock.now() < until) {
    try {
      const state = await end(world, unfinished, (work) =>
        within(clock, Math.max(0, Math.min(REQUEST_MS, until - clock.now())), work),
      );
      world.report({ type: 'rollout-ending', how: state });
      return state;
    } catch (error) {
      const cause = error instanceof Failure ? (error.cause ?? error) : error;
      const { code, message } = awsErrorFacts(cause);
      reason = code === 'AbortError' ? 'no answer in time' : `${code}: ${message}`;
      world.report({ type: 'detail', text: `the rollout could not be ended: ${reason}` });
      if (isAccessDenied(cause)) break;
      await clock.sleep(Math.min(PAUSE_MS, Math.max(0, until - clock.now())));
    }
  }
  const state = `the rollout could not be ended (${reason}) and goes on in ECS`;
  world.report({ type: 'warning', text: state });
  return state;
}

/** Makes one or more calls that are cut off in time. */
export type Cut = <T>(work: (options: CallOptions) => Promise<T>) => Promise<T>;

async function end(world: World, unfinished: Unfinished, cut: Cut): Promise<string> {
  const { ours } = unfinished;
  if (ours.first) return scaleToZero(world, ours, cut);
  if (unfinished.over) return putBack(world, ours, cut, true);
  const arn = unfinished.arn ?? (await lateArn(world, unfinished, cut));
  return (arn === undefined ? undefined : await stop(world, ours, arn, cut)) ?? putBack(world, ours, cut, false);
}

async function lateArn(world: World, { ours, before }: Unfinished, cut: Cut): Promise<string | undefined> {
  const found = await cut((options) => identify(world, ours, before, options)).catch(() => undefined);
  return typeof found === 'object' && 'arn' in found ? found.arn : undefined;
}

/** @returns what it comes to; undefined where the API is refused, or the deployment has ended in another way */
async function stop(world: World, ours: Ours, arn: string, cut: Cut): Promise<string | undefined> {
  const back = `ECS rolls service ${ours.service} back to ${nameOf(ours.previous ?? 'the previous revision', ours)}`;
  try {
    const command = new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    await cut((options) => world.aws.ecs.send(command, options));
    return back;
  } catch (error) {
    world.report({ type: 'detail', text: `StopServiceDeployment: ${awsErrorFacts(error).message}` });
    if (isUnanswered(error)) return undefined;
    // It was heard although no answer came; or there is nothing to stop any more.
    const status = (await cut((options) => readDeployment(world, arn, options)))?.status ?? '';
    if (/^(ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS|STOP_REQUESTED)$/.test(status)) return back;
    if (status === 'ROLLBACK_SUCCESSFUL') return back.replace('rolls', 'has rolled');
    if (status === 'SUCCESSFUL') {
      return `the rollout had succeeded already: service ${ours.service} runs ${shortId(ours.taskDefinition)}`;
    }
    if (status === 'STOPPED' || status === 'ROLLBACK_FAILED') return undefined;
    throw error;
  }
}

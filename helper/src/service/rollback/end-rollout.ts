import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts, isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import { type Cut, type Deploying, within } from '../call-options.ts';
import { type Baseline, isApiUnavailable } from '../read-service.ts';
import { revisionName, taskCount } from '../rollout/describe-running.ts';
import { identifyDeployment, readServiceDeployment } from '../rollout/identify-deployment.ts';
import type { OurDeployment } from '../rollout/our-deployment.ts';
import { restoreService } from './restore-service.ts';
import type { RolloutEnding } from './rollout-ending.ts';
import { scaleBack, scaleToZero } from './scale-back.ts';

const PAUSE_MS = 500;

/** What to end, and how. */
export interface Unfinished {
  ours: OurDeployment;
  before: Baseline;
  /** ARN of our service deployment, where it is known. */
  arn: string | undefined;
  policy: 'rollback' | 'leave';
  /** ECS has called it a success, so that there is no rollout any more that ECS could roll back. */
  over?: boolean;
}

/**
 * Ends a rollout that has not ended by itself: ECS rolls it back, or, where there is nothing to go back to, the
 * service is scaled to 0 tasks; a count that was raised is set back. One that ECS has called a success (`over`) is put
 * back by another update. Works after an abort too, within 8 seconds, and never throws.
 */
export async function endRollout(world: Deploying, unfinished: Unfinished): Promise<RolloutEnding> {
  const { ours, policy } = unfinished;
  if (policy === 'leave') return asLeft(ours);
  if (!ours.started && !ours.scaleUp) return { state: 'the service was left as it is', leftInPlace: false };
  const { clock, abortBudget } = world;
  const until = clock.now() + abortBudget.msFor('endRollout');
  let reason = 'no time was left';
  while (clock.now() < until) {
    try {
      const ending = await end(world, unfinished, (work) =>
        within(clock, Math.max(0, Math.min(abortBudget.msFor('request'), until - clock.now())), work),
      );
      world.report({ type: 'rollout-ending', how: ending.state });
      return ending;
    } catch (error) {
      const cause = error instanceof Failure ? (error.cause ?? error) : error;
      const { code, message } = awsErrorFacts(cause);
      reason = code === 'AbortError' ? 'no answer in time' : `${code}: ${message}`;
      world.report({ type: 'detail', text: `the rollout could not be ended: ${reason}` });
      if (isAccessDenied(cause)) break;
      await clock.sleep(Math.min(PAUSE_MS, Math.max(0, until - clock.now())));
    }
  }
  const state = inVain(unfinished, reason);
  world.report({ type: 'warning', text: state });
  return { state, leftInPlace: true };
}

const asLeft = ({ scaled, service, taskDefinition }: OurDeployment): RolloutEnding => ({
  state: scaled
    ? `service ${service} is left at ${taskCount(scaled.to)}`
    : `the rollout of ${shortId(taskDefinition)} is left as it is in ECS`,
  leftInPlace: true,
});

function inVain({ ours, over }: Unfinished, reason: string): string {
  const { service, scaled, taskDefinition } = ours;
  if (scaled) return `service ${service} could not be scaled back (${reason}) and is left at ${taskCount(scaled.to)}`;
  if (over) return `service ${service} could not be put back (${reason}) and keeps ${shortId(taskDefinition)}`;
  return `the rollout could not be ended (${reason}) and goes on in ECS`;
}

async function end(world: World, unfinished: Unfinished, cut: Cut): Promise<RolloutEnding> {
  const { ours } = unfinished;
  if (ours.first) return scaleToZero(world, ours, cut);
  if (ours.scaleUp) return scaleBack(world, ours, ours.scaleUp, cut);
  if (unfinished.over) return restoreService(world, ours, cut, true);
  const arn = unfinished.arn ?? (await lateArn(world, unfinished, cut));
  const stopped = arn === undefined ? 'impossible' : await stop(world, ours, arn, cut);
  return typeof stopped === 'object' ? stopped : restoreService(world, ours, cut, stopped === 'over');
}

async function lateArn(world: World, { ours, before }: Unfinished, cut: Cut): Promise<string | undefined> {
  const found = await cut((options) => identifyDeployment(world, ours, before, options)).catch(() => undefined);
  return typeof found === 'object' && 'arn' in found ? found.arn : undefined;
}

/**
 * @returns what it comes to; `over` where the deployment has succeeded meanwhile, `impossible` where the API is refused
 * or it has ended in another way
 */
async function stop(
  world: World,
  ours: OurDeployment,
  arn: string,
  cut: Cut,
): Promise<RolloutEnding | 'over' | 'impossible'> {
  const to = `service ${ours.service} back to ${revisionName(ours.previous ?? 'the previous revision', ours)}`;
  const back = { state: `ECS rolls ${to}`, leftInPlace: false };
  try {
    const command = new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    await cut((options) => world.aws.ecs.send(command, options));
    return back;
  } catch (error) {
    world.report({ type: 'detail', text: `StopServiceDeployment: ${awsErrorFacts(error).message}` });
    if (isApiUnavailable(error)) return 'impossible';
    // It was heard although no answer came; or there is nothing to stop any more.
    const status = (await cut((options) => readServiceDeployment(world, arn, options)))?.status ?? '';
    if (/^(ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS|STOP_REQUESTED)$/.test(status)) return back;
    if (status === 'ROLLBACK_SUCCESSFUL') return { state: `ECS has rolled ${to}`, leftInPlace: false };
    if (status === 'SUCCESSFUL') return 'over';
    if (status === 'STOPPED' || status === 'ROLLBACK_FAILED') return 'impossible';
    throw error;
  }
}

import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { answerWithin, type CallInTime } from '../../aws/deadline.ts';
import { awsErrorFacts, isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import { type Baseline, isApiUnavailable } from '../read-service.ts';
import { revisionName, taskCount } from '../rollout/describe-running.ts';
import { identifyDeployment, readServiceDeployment } from '../rollout/identify-deployment.ts';
import type { OurDeployment } from '../rollout/our-deployment.ts';
import { restoreService } from './restore-service.ts';
import { endedWith, type RolloutEnding } from './rollout-ending.ts';
import { scaleBack, scaleToZero } from './scale-back.ts';

const PAUSE_MS = 500;

/** A rollout to end, and how. */
interface UnfinishedRollout {
  ours: OurDeployment;
  before: Baseline;
  /** ARN of our service deployment, where it is known. */
  arn: string | undefined;
  policy: 'rollback' | 'leave';
  /** ECS has called it a success, so ECS cannot roll it back any more. */
  succeeded?: boolean;
}

/**
 * Ends a rollout that has not ended by itself. ECS rolls it back; where there is nothing to go back to, the service is
 * scaled to 0 tasks. A raised count is set back. A rollout that has succeeded is undone by another update. All this works
 * after an abort, too. Takes 8 seconds at most and never throws.
 */
export async function endRollout(world: World, unfinished: UnfinishedRollout): Promise<RolloutEnding> {
  const { ours, policy } = unfinished;
  if (policy === 'leave') return leftAsItIs(ours);
  if (!ours.started && !ours.scaleUp) return endedWith('the service was left as it is');
  const { clock, abortBudget } = world;
  const until = clock.now() + abortBudget.msFor('endRollout');
  let reason = 'no time was left';
  while (clock.now() < until) {
    try {
      const ending = await tryToEnd(world, unfinished, (work) =>
        answerWithin(clock, Math.max(0, Math.min(abortBudget.msFor('request'), until - clock.now())), work),
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
  const state = couldNotEnd(unfinished, reason);
  world.report({ type: 'warning', text: state });
  return { state, leftInPlace: true };
}

const leftAsItIs = ({ scaleUp, service, taskDefinition }: OurDeployment): RolloutEnding => ({
  state: scaleUp
    ? `service ${service} is left at ${taskCount(scaleUp.to)}`
    : `the rollout of ${shortId(taskDefinition)} is left as it is in ECS`,
  leftInPlace: true,
});

/** The state where nothing could be done, as a clause. */
function couldNotEnd({ ours, succeeded }: UnfinishedRollout, reason: string): string {
  const { service, scaleUp, taskDefinition } = ours;
  if (scaleUp) return `service ${service} could not be scaled back (${reason}) and is left at ${taskCount(scaleUp.to)}`;
  if (succeeded) return `service ${service} could not be put back (${reason}) and keeps ${shortId(taskDefinition)}`;
  return `the rollout could not be ended (${reason}) and goes on in ECS`;
}

/** One attempt to end the rollout. */
async function tryToEnd(world: World, unfinished: UnfinishedRollout, inTime: CallInTime): Promise<RolloutEnding> {
  const { ours } = unfinished;
  if (ours.first) return scaleToZero(world, ours, inTime);
  if (ours.scaleUp) return scaleBack(world, ours, ours.scaleUp, inTime);
  if (unfinished.succeeded) return restoreService(world, ours, inTime, true);
  const arn = unfinished.arn ?? (await findArn(world, unfinished, inTime));
  const stopped = arn === undefined ? 'impossible' : await stopServiceDeployment(world, ours, arn, inTime);
  return typeof stopped === 'object' ? stopped : restoreService(world, ours, inTime, stopped === 'succeeded');
}

/** Looks once more for our service deployment; undefined where it is not found. */
async function findArn(
  world: World,
  { ours, before }: UnfinishedRollout,
  inTime: CallInTime,
): Promise<string | undefined> {
  const found = await inTime((options) => identifyDeployment(world, ours, before, options)).catch(() => undefined);
  return typeof found === 'object' && 'arn' in found ? found.arn : undefined;
}

/**
 * Has ECS roll our service deployment back.
 * @returns `succeeded` where the deployment has succeeded meanwhile; `impossible` where the API is unavailable or the
 * deployment has ended in another way
 */
async function stopServiceDeployment(
  world: World,
  ours: OurDeployment,
  arn: string,
  inTime: CallInTime,
): Promise<RolloutEnding | 'succeeded' | 'impossible'> {
  const to = `service ${ours.service} back to ${revisionName(ours.previous ?? 'the previous revision', ours)}`;
  const rollingBack = { state: `ECS rolls ${to}`, leftInPlace: false };
  try {
    const command = new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    await inTime((options) => world.aws.ecs.send(command, options));
    return rollingBack;
  } catch (error) {
    world.report({ type: 'detail', text: `StopServiceDeployment: ${awsErrorFacts(error).message}` });
    if (isApiUnavailable(error)) return 'impossible';
    // ECS may have taken the call although no answer came, or there may be nothing to stop any more: the status tells.
    const status = (await inTime((options) => readServiceDeployment(world, arn, options)))?.status ?? '';
    if (/^(ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS|STOP_REQUESTED)$/.test(status)) return rollingBack;
    if (status === 'ROLLBACK_SUCCESSFUL') return { state: `ECS has rolled ${to}`, leftInPlace: false };
    if (status === 'SUCCESSFUL') return 'succeeded';
    if (status === 'STOPPED' || status === 'ROLLBACK_FAILED') return 'impossible';
    throw error;
  }
}

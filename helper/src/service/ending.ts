import { StopServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../aws/errors.ts';
import { once } from '../aws/once.ts';
import { shortId } from '../fargate/links.ts';
import type { World } from '../world.ts';
import { type CallOptions, within } from './calls.ts';
import { identify } from './identify.ts';
import type { Ours } from './judge.ts';
import { markNeverRan } from './mark.ts';
import { sameRevision } from './names.ts';
import { type Baseline, readService } from './observe.ts';
import { nameOf } from './runs.ts';

/** All of it must fit into what Jenkins grants an aborted step, beside what the helper still has to write. */
const ENDING_MS = 8_000;

/** What to end, and how. */
export interface Unfinished {
  ours: Ours;
  before: Baseline;
  /** ARN of our service deployment, where it is known. */
  arn: string | undefined;
  policy: 'rollback' | 'leave';
}

/**
 * Ends a rollout that has not ended by itself: ECS rolls it back, or, where there is nothing to go back to, the
 * service is scaled to 0 tasks. Works after an abort too, within 8 seconds, and never throws.
 * @returns what state this leaves behind, as a clause
 */
export async function endRollout(world: World, unfinished: Unfinished): Promise<string> {
  const { ours, policy } = unfinished;
  if (policy === 'leave') return `the rollout of ${shortId(ours.taskDefinition)} is left as it is in ECS`;
  if (!ours.started) return 'the service was left as it is';
  try {
    const state = await within(world.clock, ENDING_MS, (options) => end(world, unfinished, options));
    world.report({ type: 'rollout-ending', how: state });
    return state;
  } catch (error) {
    const { code, message } = awsErrorFacts(error);
    const reason = code === 'AbortError' ? 'no answer in time' : `${code}: ${message}`;
    const state = `the rollout could not be ended (${reason}) and goes on in ECS`;
    world.report({ type: 'warning', text: state });
    return state;
  }
}

async function end(world: World, { ours, before, arn }: Unfinished, options: CallOptions): Promise<string> {
  if (ours.first) return scaleToZero(world, ours, options);
  const known = arn ?? (await lateArn(world, ours, before, options));
  if (known !== undefined && (await stop(world, known, options))) {
    return `ECS rolls service ${ours.service} back to ${nameOf(ours.previous ?? 'the previous revision', ours)}`;
  }
  return putBack(world, ours, options);
}

async function lateArn(world: World, ours: Ours, before: Baseline, options: CallOptions): Promise<string | undefined> {
  const found = await identify(world, ours, before, options).catch(() => 'silent' as const);
  return typeof found === 'object' ? found.arn : undefined;
}

/** @returns false where ECS would not stop it: it may have ended, or the API is refused */
async function stop(world: World, arn: string, options: CallOptions): Promise<boolean> {
  try {
    const command = new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    await world.aws.ecs.send(command, options);
    return true;
  } catch (error) {
    if (options.abortSignal.aborted) throw error;
    world.report({ type: 'detail', text: `StopServiceDeployment: ${awsErrorFacts(error).message}` });
    return false;
  }
}

/** Without service deployments the way back is another update, and only while the rollout is still ours. */
async function putBack(world: World, ours: Ours, options: CallOptions): Promise<string> {
  const service = await readService(world, ours, options);
  const head = service?.deployments?.find((deployment) => deployment.status === 'PRIMARY');
  if (service?.status !== 'ACTIVE' || head === undefined) return `service ${ours.service} is gone`;
  if (!sameRevision(head.taskDefinition, ours.taskDefinition) || (ours.id !== undefined && head.id !== ours.id)) {
    return `the rollout had ended already; service ${ours.service} runs ${shortId(head.taskDefinition ?? '?')}`;
  }
  if (ours.previous === undefined || sameRevision(ours.previous, ours.taskDefinition)) {
    return `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS: there is no other revision to go back to`;
  }
  const request = { cluster: ours.cluster, service: ours.service, taskDefinition: ours.previous };
  await world.aws.ecs.send(once(new UpdateServiceCommand(request)), options);
  return `service ${ours.service} goes back to ${nameOf(ours.previous, ours)}`;
}

async function scaleToZero(world: World, ours: Ours, options: CallOptions): Promise<string> {
  const service = await readService(world, ours, options);
  if (service?.status !== 'ACTIVE') return `service ${ours.service} is gone`;
  if (!sameRevision(service.taskDefinition, ours.taskDefinition)) {
    return `another deployment has taken over: service ${ours.service} runs ${shortId(service.taskDefinition ?? '?')}`;
  }
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: 0 };
  await world.aws.ecs.send(new UpdateServiceCommand(request), options);
  await markNeverRan(world, service, options);
  return `service ${ours.service} has nothing to go back to and is scaled to 0 tasks`;
}

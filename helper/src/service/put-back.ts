import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { once, UnclearAnswer } from '../aws/once.ts';
import { shortId } from '../fargate/links.ts';
import type { World } from '../world.ts';
import type { Cut } from './ending.ts';
import { markNeverRan } from './mark.ts';
import { primary, sameRevision } from './names.ts';
import { readService } from './read.ts';
import { nameOf } from './runs.ts';
import type { Ours } from './verdict.ts';

/**
 * Where ECS itself cannot roll back, the way back is another update, and only while the service is still ours.
 * @param over the rollout had succeeded, and is to be undone all the same
 */
export async function putBack(world: World, ours: Ours, cut: Cut, over: boolean): Promise<string> {
  const { cluster, previous, previousGone } = ours;
  const service = await cut((options) => readService(world, ours, options));
  const head = primary(service);
  if (service?.status !== 'ACTIVE' || head === undefined) return `service ${ours.service} is gone`;
  if (!sameRevision(head.taskDefinition, ours.taskDefinition) || (ours.id !== undefined && head.id !== ours.id)) {
    return `the rollout had ended already; service ${ours.service} runs ${shortId(head.taskDefinition ?? '?')}`;
  }
  if (previous === undefined || sameRevision(previous, ours.taskDefinition)) {
    return over
      ? `service ${ours.service} stays at ${shortId(ours.taskDefinition)}: there is no other revision to go back to`
      : `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS: there is no other revision to go back to`;
  }
  // Nothing can be deployed with a revision that was deregistered: a copy of it can.
  const made =
    previousGone &&
    (await cut((options) => world.aws.ecs.send(once(new RegisterTaskDefinitionCommand(previousGone)), options)));
  const taskDefinition = made?.taskDefinition?.taskDefinitionArn ?? previous;
  const request = { cluster, service: ours.service, taskDefinition };
  try {
    await cut((options) => world.aws.ecs.send(once(new UpdateServiceCommand(request)), options));
  } catch (error) {
    if (!(error instanceof UnclearAnswer)) throw error;
    const after = await cut((options) => readService(world, ours, options));
    if (!sameRevision(primary(after)?.taskDefinition, taskDefinition)) throw error.reason;
  }
  const copy = made ? `, registered anew as ${shortId(taskDefinition)}` : '';
  return `service ${ours.service} goes back to ${nameOf(previous, ours)}${copy}`;
}

/** Ends a first deployment: there is nothing to go back to. */
export async function scaleToZero(world: World, ours: Ours, cut: Cut): Promise<string> {
  const service = await cut((options) => readService(world, ours, options));
  if (service?.status !== 'ACTIVE') return `service ${ours.service} is gone`;
  if (!sameRevision(service.taskDefinition, ours.taskDefinition)) {
    return `another deployment has taken over: service ${ours.service} runs ${shortId(service.taskDefinition ?? '?')}`;
  }
  const request = { cluster: ours.cluster, service: ours.service, desiredCount: 0 };
  await cut((options) => world.aws.ecs.send(new UpdateServiceCommand(request), options));
  await cut((options) => markNeverRan(world, service, options));
  return `service ${ours.service} has nothing to go back to and is scaled to 0 tasks`;
}

import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import { once, UnclearAnswer } from '../../aws/idempotency.ts';
import { sameDefinition } from '../../ecs/canonical-definition.ts';
import type { World } from '../../world.ts';
import type { Cut } from '../call-options.ts';
import { originalRevision } from '../definition/revision-copies.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { readRevision, readService } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import { revisionName } from '../rollout/describe-running.ts';
import type { OurDeployment } from '../rollout/our-deployment.ts';
import type { RolloutEnding } from './rollout-ending.ts';

/**
 * Where ECS itself cannot roll back, the way back is another update, and only while the service is still ours.
 * @param over the rollout had succeeded, and is to be undone all the same
 */
export async function restoreService(
  world: World,
  ours: OurDeployment,
  cut: Cut,
  over: boolean,
): Promise<RolloutEnding> {
  const { cluster, previous, previousDeregistered, settingsBefore } = ours;
  const service = await cut((options) => readService(world, ours, options));
  const head = primaryDeployment(service);
  if (service?.status !== 'ACTIVE' || head === undefined) return done(`service ${ours.service} is gone`);
  if (!sameRevision(head.taskDefinition, ours.taskDefinition) || (ours.id !== undefined && head.id !== ours.id)) {
    return done(`the rollout had ended already; service ${ours.service} runs ${shortId(head.taskDefinition ?? '?')}`);
  }
  const same = sameRevision(previous, ours.taskDefinition);
  if (previous === undefined || (same && settingsBefore === undefined)) {
    const why = 'there is no other revision to go back to';
    return over
      ? done(`service ${ours.service} stays at ${shortId(ours.taskDefinition)}: ${why}`)
      : { state: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS: ${why}`, leftInPlace: true };
  }
  // Nothing can be deployed with a revision that was deregistered: a copy of it can.
  const made = previousDeregistered && (await copied(world, previousDeregistered, cut));
  const taskDefinition = made ?? previous;
  const request = { cluster, service: ours.service, taskDefinition, ...settingsBefore };
  try {
    await cut((options) => world.aws.ecs.send(once(new UpdateServiceCommand(request)), options));
  } catch (error) {
    if (!(error instanceof UnclearAnswer)) throw error;
    const after = await cut((options) => readService(world, ours, options));
    const begun = primaryDeployment(after);
    if (!sameRevision(begun?.taskDefinition, taskDefinition) || begun?.id === head.id) throw error.reason;
  }
  const copy = made ? `, registered anew as ${shortId(taskDefinition)}` : '';
  const settings = settingsBefore ? ' and the settings that it had' : '';
  return done(`service ${ours.service} goes back to ${revisionName(previous, ours)}${copy}${settings}`);
}

const done = (state: string): RolloutEnding => ({ state, leftInPlace: false });

/** ARN of the copy. This may be the second try, after an answer that was lost: the newest revision may be the copy. */
async function copied(world: World, copy: Definition, cut: Cut): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    const newest = await cut((options) => readRevision(world, copy.family ?? '', options));
    return newest &&
      originalRevision(newest.definition) === originalRevision(copy) &&
      sameDefinition(newest.definition, copy)
      ? newest.arn
      : undefined;
  };
  const there = await find();
  if (there !== undefined) return there;
  try {
    const made = await cut((options) => world.aws.ecs.send(once(new RegisterTaskDefinitionCommand(copy)), options));
    return made.taskDefinition?.taskDefinitionArn ?? (await find());
  } catch (error) {
    if (!(error instanceof UnclearAnswer)) throw error;
    const found = await find();
    if (found === undefined) throw error.reason;
    return found;
  }
}

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
 * Goes back by another update, for use where ECS itself cannot roll back. It does nothing where another deployment has
 * replaced ours.
 * @param succeeded the rollout has succeeded, and is undone all the same
 */
export async function restoreService(
  world: World,
  ours: OurDeployment,
  cut: Cut,
  succeeded: boolean,
): Promise<RolloutEnding> {
  const { cluster, previous, previousDeregistered, settingsBefore } = ours;
  const service = await cut((options) => readService(world, ours, options));
  const head = primaryDeployment(service);
  if (service?.status !== 'ACTIVE' || head === undefined) return done(`service ${ours.service} is gone`);
  if (!sameRevision(head.taskDefinition, ours.taskDefinition) || (ours.id !== undefined && head.id !== ours.id)) {
    return done(`the rollout had ended already; service ${ours.service} runs ${shortId(head.taskDefinition ?? '?')}`);
  }
  const isSame = sameRevision(previous, ours.taskDefinition);
  if (previous === undefined || (isSame && settingsBefore === undefined)) {
    const why = 'there is no other revision to go back to';
    return succeeded
      ? done(`service ${ours.service} stays at ${shortId(ours.taskDefinition)}: ${why}`)
      : { state: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS: ${why}`, leftInPlace: true };
  }
  // ECS deploys nothing with a revision that was deregistered, so a copy of it is registered.
  const copyArn = previousDeregistered && (await registerCopy(world, previousDeregistered, cut));
  const taskDefinition = copyArn ?? previous;
  const request = { cluster, service: ours.service, taskDefinition, ...settingsBefore };
  try {
    await cut((options) => world.aws.ecs.send(once(new UpdateServiceCommand(request)), options));
  } catch (error) {
    if (!(error instanceof UnclearAnswer)) throw error;
    const after = await cut((options) => readService(world, ours, options));
    const begun = primaryDeployment(after);
    if (!sameRevision(begun?.taskDefinition, taskDefinition) || begun?.id === head.id) throw error.reason;
  }
  const copyClause = copyArn ? `, registered anew as ${shortId(taskDefinition)}` : '';
  const settingsClause = settingsBefore ? ' and the settings that it had' : '';
  return done(`service ${ours.service} goes back to ${revisionName(previous, ours)}${copyClause}${settingsClause}`);
}

const done = (state: string): RolloutEnding => ({ state, leftInPlace: false });

/**
 * Registers a copy of a revision.
 * @returns its ARN. An earlier try may have registered it without an answer, so the newest revision is looked at first
 */
async function registerCopy(world: World, copy: Definition, cut: Cut): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    const newest = await cut((options) => readRevision(world, copy.family ?? '', options));
    return newest &&
      originalRevision(newest.definition) === originalRevision(copy) &&
      sameDefinition(newest.definition, copy)
      ? newest.arn
      : undefined;
  };
  const existing = await find();
  if (existing !== undefined) return existing;
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

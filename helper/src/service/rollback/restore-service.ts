import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';
import type { CallInTime } from '../../aws/deadline.ts';
import { UnclearAnswer, withoutBlindRetries } from '../../aws/idempotency.ts';
import { sameDefinition } from '../../ecs/canonical-definition.ts';
import type { World } from '../../world.ts';
import { isCopyTagDenied, originalRevision, withoutCopyTag } from '../definition/revision-copies.ts';
import { primaryDeployment } from '../primary-deployment.ts';
import { readRevision, readService } from '../read-service.ts';
import { type Definition, sameRevision } from '../revision.ts';
import { revisionName } from '../rollout/describe-running.ts';
import type { OurDeployment } from '../rollout/our-deployment.ts';
import { endedWith, type RolloutEnding } from './rollout-ending.ts';

/**
 * Goes back by another update, for use where ECS itself cannot roll back. It does nothing where another deployment has
 * replaced ours.
 * @param succeeded the rollout has succeeded, and is undone all the same
 */
export async function restoreService(
  world: World,
  ours: OurDeployment,
  inTime: CallInTime,
  succeeded: boolean,
): Promise<RolloutEnding> {
  const { cluster, previous, copyOfPrevious, settingsBefore } = ours;
  const service = await inTime((options) => readService(world, ours, options));
  const primary = primaryDeployment(service);
  if (service?.status !== 'ACTIVE' || primary === undefined) return endedWith(`service ${ours.service} is gone`);
  if (!sameRevision(primary.taskDefinition, ours.taskDefinition) || (ours.id !== undefined && primary.id !== ours.id)) {
    return endedWith(
      `the rollout had ended already; service ${ours.service} runs ${shortId(primary.taskDefinition ?? '?')}`,
    );
  }
  const isSame = sameRevision(previous, ours.taskDefinition);
  if (previous === undefined || (isSame && settingsBefore === undefined)) {
    const why = 'there is no other revision to go back to';
    return succeeded
      ? endedWith(`service ${ours.service} stays at ${shortId(ours.taskDefinition)}: ${why}`)
      : { state: `the rollout of ${shortId(ours.taskDefinition)} goes on in ECS: ${why}`, leftInPlace: true };
  }
  // ECS deploys nothing with a revision that was deregistered, so a copy of it is registered.
  const copyArn = copyOfPrevious && (await registerCopy(world, copyOfPrevious, inTime));
  const taskDefinition = copyArn ?? previous;
  const request = { cluster, service: ours.service, taskDefinition, ...settingsBefore };
  try {
    await inTime((options) => world.aws.ecs.send(withoutBlindRetries(new UpdateServiceCommand(request)), options));
  } catch (error) {
    if (!(error instanceof UnclearAnswer)) throw error;
    const after = await inTime((options) => readService(world, ours, options));
    const begun = primaryDeployment(after);
    if (!sameRevision(begun?.taskDefinition, taskDefinition) || begun?.id === primary.id) throw error.reason;
  }
  const copyClause = copyArn ? `, registered anew as ${shortId(taskDefinition)}` : '';
  const settingsClause = settingsBefore ? ' and the settings that it had' : '';
  return endedWith(
    `service ${ours.service} goes back to ${revisionName(previous, ours)}${copyClause}${settingsClause}`,
  );
}

/**
 * Registers a copy of a revision.
 * @returns its ARN; undefined where neither the answer nor a look names it. The newest revision is looked at first, because
 * an earlier try may have registered the copy although its answer was lost
 */
async function registerCopy(world: World, copy: Definition, inTime: CallInTime): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    const newest = await inTime((options) => readRevision(world, copy.family ?? '', options));
    return newest &&
      originalRevision(newest.definition) === originalRevision(copy) &&
      sameDefinition(newest.definition, copy)
      ? newest.arn
      : undefined;
  };
  const existing = await find();
  if (existing !== undefined) return existing;
  try {
    const made = await inTime((options) =>
      world.aws.ecs.send(withoutBlindRetries(new RegisterTaskDefinitionCommand(copy)), options),
    );
    return made.taskDefinition?.taskDefinitionArn ?? (await find());
  } catch (error) {
    if (isCopyTagDenied(error, copy)) return registerCopy(world, withoutCopyTag(copy), inTime);
    if (!(error instanceof UnclearAnswer)) throw error;
    const found = await find();
    if (found === undefined) throw error.reason;
    return found;
  }
}

import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { deleteChangeSet, executeChangeSet } from './change-set-calls.ts';
import {
  describeStackChange,
  describeStackChanges,
  endangersData,
  type StackChange,
} from './describe-stack-changes.ts';
import { stuckFailure } from './explain-stack.ts';
import { followOperation, startStackHistory } from './follow-operation.ts';
import { type DesiredStack, newRequestToken, type PlannedChange, planStackChange } from './plan-change.ts';
import { deleteStack } from './stack-calls.ts';
import { readStackEvents } from './stack-event-calls.ts';
import { conditionOf, type ObservedStack, stackLink } from './stacks.ts';
import { bodyOfOneResource } from './template-body.ts';
import { waitUntilSettled } from './wait-until-settled.ts';

/** How far a change may go, and how long it may take. */
export interface StackLimits {
  readonly allowDataLoss: boolean;
  /** Milliseconds for one stack. */
  readonly timeoutMs: number;
}

/** CloudFormation works a change set out within seconds. After ten minutes a plan gives up on it. */
const PREVIEW_TIMEOUT_MS = 600_000;

/**
 * Creates a stack, updates it, or finds that there is nothing to do.
 * @param before the stack as it was observed
 * @returns the stack as it is then
 * @throws Failure `usage` where data would be lost, `deploy` where the stack fails, `aws`, `timeout`, `aborted`
 */
export async function deployStack(
  world: OperatorWorld,
  desired: DesiredStack,
  before: ObservedStack | undefined,
  limits: StackLimits,
): Promise<ObservedStack> {
  const deadline = world.clock.now() + limits.timeoutMs;
  const present = await prepareForChange(world, before, deadline);
  const planned = await planStackChange(world, desired, { present, deadline });
  if (planned === undefined && present !== undefined) {
    world.report({ type: 'stack-unchanged', stack: desired.name });
    return present;
  }
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to create in ${desired.name}`);
  if (!limits.allowDataLoss) await refuseDataLoss(world, desired.name, planned);
  return carryOut(world, desired.name, planned, { verb: present === undefined ? 'create' : 'update', deadline });
}

/** Makes a new stack of one resource that an earlier stack left. An import can add nothing else. */
export async function importResource(
  world: OperatorWorld,
  desired: DesiredStack,
  resource: ResourceToImport,
  limits: StackLimits,
): Promise<ObservedStack> {
  const body = bodyOfOneResource(desired.template, resource.LogicalResourceId ?? '');
  const imported = { ...desired, template: { ...desired.template, body } };
  const deadline = world.clock.now() + limits.timeoutMs;
  const planned = await planStackChange(world, imported, { present: undefined, deadline, imports: [resource] });
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to take back in ${desired.name}`);
  return carryOut(world, desired.name, planned, { verb: 'import', deadline });
}

/**
 * Finds out what a change would do, without doing it.
 * @returns undefined where nothing would change
 */
export async function previewStackChange(
  world: OperatorWorld,
  desired: DesiredStack,
  present: ObservedStack,
): Promise<readonly StackChange[] | undefined> {
  const deadline = world.clock.now() + PREVIEW_TIMEOUT_MS;
  const planned = await planStackChange(world, desired, { present, deadline });
  if (planned === undefined) return undefined;
  await deleteChangeSet(world, planned.id);
  return planned.changes;
}

/** Deletes a stack and waits until it is gone. @param timeoutMs how long it may take, in milliseconds */
export async function removeStack(world: OperatorWorld, stack: ObservedStack, timeoutMs: number): Promise<void> {
  const deadline = world.clock.now() + timeoutMs;
  const present = await waitUntilSettled(world, stack, deadline);
  if (present === undefined) return;
  const history = await startStackHistory(world, present.id);
  const token = newRequestToken(world);
  await deleteStack(world, present.id, token);
  const console = stackLink(world.aws.region, present.id);
  world.report({ type: 'stack-changing', stack: present.name, verb: 'delete', changes: [], console });
  await followOperation(world, { stack: present.id, name: present.name, verb: 'delete', deadline }, history);
}

/**
 * Waits until others have finished their changes of a stack, and removes what a failed first attempt left.
 * @returns undefined where the stack is to be created
 * @throws Failure `deploy` where a rollback is stuck
 */
export async function prepareForChange(
  world: OperatorWorld,
  before: ObservedStack | undefined,
  deadline: number,
): Promise<ObservedStack | undefined> {
  const present = await waitUntilSettled(world, before, deadline);
  if (present === undefined) return undefined;
  switch (conditionOf(present.status)) {
    case 'stuck':
      throw stuckFailure(present, await readStackEvents(world, present.id, () => false));
    case 'leftover': {
      const text = `${present.name} is ${present.status}: removing what a failed attempt left`;
      world.report({ type: 'infra-step', topic: 'stack', text });
      await removeStack(world, present, deadline - world.clock.now());
      return undefined;
    }
    case 'empty':
      return undefined;
    default:
      return present;
  }
}

/** @throws Failure `usage` where the change replaces or removes something that holds data; nothing was changed then */
async function refuseDataLoss(world: OperatorWorld, name: string, { id, changes }: PlannedChange): Promise<void> {
  const losses = changes.filter(endangersData);
  if (losses.length === 0) return;
  await deleteChangeSet(world, id);
  throw new Failure('usage', `the update of ${name} would replace or delete what holds data`, {
    hint: `${name} was not changed. Back the data up first; then, where you mean it: --allow-data-loss`,
    evidence: losses.map(describeStackChange),
  });
}

async function carryOut(
  world: OperatorWorld,
  name: string,
  planned: PlannedChange,
  { verb, deadline }: { verb: 'create' | 'update' | 'import'; deadline: number },
): Promise<ObservedStack> {
  const history = await startStackHistory(world, planned.stack);
  const console = stackLink(world.aws.region, planned.stack);
  const changes = describeStackChanges(planned.changes);
  world.report({ type: 'stack-changing', stack: name, verb, changes, console });
  try {
    const { id, token } = planned;
    await executeChangeSet(world, { id, stack: name, token, imports: verb === 'import' });
  } catch (error) {
    // Nobody needs the change set any more. One that is being carried out after all cannot be removed.
    await deleteChangeSet(world, planned.id).catch(() => {});
    throw error;
  }
  return followOperation(world, { stack: planned.stack, name, verb, deadline }, history);
}

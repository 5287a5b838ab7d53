import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { describeStackChange, describeStackChanges, endangersData } from './describe-stack-changes.ts';
import { stuckFailure } from './explain-stack.ts';
import { followOperation, startStackHistory, waitUntilSettled } from './follow-operation.ts';
import { type DesiredStack, newRequestToken, type PlannedChange, planStackChange } from './plan-change.ts';
import { deleteChangeSet, deleteStack, executeChangeSet, readStackEvents } from './stack-calls.ts';
import { conditionOf, type ObservedStack, stackLink } from './stacks.ts';
import { bodyOfOneResource } from './templates.ts';

/** How far a change may go, and how long it may take. */
export interface StackLimits {
  readonly allowDataLoss: boolean;
  /** Milliseconds for one stack. */
  readonly timeoutMs: number;
}

/** A change set is worked out within seconds; after so long a plan gives up on it. */
const PREVIEW_MS = 600_000;

/**
 * Brings a stack to what is wanted: makes it, changes it, or finds that nothing is to do.
 * @param before what was observed of it
 * @returns the stack as it is then
 * @throws Failure `usage` where data would be lost, `deploy` where the stack fails, `aws`, `timeout`, `aborted`
 */
export async function deployStack(
  world: OperatorWorld,
  wanted: DesiredStack,
  before: ObservedStack | undefined,
  limits: StackLimits,
): Promise<ObservedStack> {
  const deadline = world.clock.now() + limits.timeoutMs;
  const present = await prepareForChange(world, before, deadline);
  const planned = await planStackChange(world, wanted, present, deadline);
  if (planned === undefined && present !== undefined) {
    world.report({ type: 'stack-unchanged', stack: wanted.name });
    return present;
  }
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to create in ${wanted.name}`);
  if (!limits.allowDataLoss) await refuseDataLoss(world, wanted.name, planned);
  return carryOut(world, wanted.name, planned, { verb: present === undefined ? 'create' : 'update', deadline });
}

/** Takes one resource that an earlier stack left into a new stack, and nothing else. */
export async function importResource(
  world: OperatorWorld,
  wanted: DesiredStack,
  resource: ResourceToImport,
  limits: StackLimits,
): Promise<ObservedStack> {
  const body = bodyOfOneResource(wanted.template, resource.LogicalResourceId ?? '');
  const imported = { ...wanted, template: { ...wanted.template, body } };
  const deadline = world.clock.now() + limits.timeoutMs;
  const planned = await planStackChange(world, imported, undefined, deadline, [resource]);
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to take back in ${wanted.name}`);
  return carryOut(world, wanted.name, planned, { verb: 'import', deadline });
}

/**
 * What a change would do, without doing it.
 * @returns undefined where nothing would change
 */
export async function previewStackChange(world: OperatorWorld, wanted: DesiredStack, present: ObservedStack) {
  const planned = await planStackChange(world, wanted, present, world.clock.now() + PREVIEW_MS);
  if (planned === undefined) return undefined;
  await deleteChangeSet(world, planned.id);
  return planned.changes;
}

/** Deletes a stack and waits until it is gone. */
export async function removeStack(world: OperatorWorld, stack: ObservedStack, limits: StackLimits): Promise<void> {
  const deadline = world.clock.now() + limits.timeoutMs;
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
 * Waits for others' changes, removes what a failed first attempt left.
 * @returns undefined where the stack is to be created
 * @throws Failure `deploy` where a rollback is stuck
 */
export async function prepareForChange(world: OperatorWorld, before: ObservedStack | undefined, deadline: number) {
  const present = await waitUntilSettled(world, before, deadline);
  if (present === undefined) return undefined;
  switch (conditionOf(present.status)) {
    case 'stuck':
      throw stuckFailure(present, await readStackEvents(world, present.id, () => false));
    case 'leftover': {
      const text = `${present.name} is ${present.status}: removing what a failed attempt left`;
      world.report({ type: 'infra-step', topic: 'stack', text });
      await removeStack(world, present, { allowDataLoss: true, timeoutMs: deadline - world.clock.now() });
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
    // It is of no more use; one that is carried out after all cannot be removed, and stays.
    await deleteChangeSet(world, planned.id).catch(() => {});
    throw error;
  }
  return followOperation(world, { stack: planned.stack, name, verb, deadline }, history);
}

import type { ResourceToImport } from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { describeChange, describeChanges, endangersData } from './describe-stack-changes.ts';
import { stuckFailure } from './explain-stack.ts';
import { follow, settle, startHistory } from './follow-operation.ts';
import { type Planned, planChange, tokenOf, type Wanted } from './plan-change.ts';
import { deleteChangeSet, deleteStack, executeChangeSet, readEvents } from './stack-calls.ts';
import { conditionOf, consoleLink, type Observed } from './stacks.ts';
import { onlyResource } from './templates.ts';

/** How far a change may go, and how long it may take. */
export interface Limits {
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
  wanted: Wanted,
  before: Observed | undefined,
  limits: Limits,
): Promise<Observed> {
  const deadline = world.clock.now() + limits.timeoutMs;
  const present = await makeReady(world, before, deadline);
  const planned = await planChange(world, wanted, present, deadline);
  if (planned === undefined && present !== undefined) {
    world.report({ type: 'stack-unchanged', stack: wanted.name });
    return present;
  }
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to create in ${wanted.name}`);
  if (!limits.allowDataLoss) await refuseLoss(world, wanted.name, planned);
  return perform(world, wanted.name, planned, { verb: present === undefined ? 'create' : 'update', deadline });
}

/** Takes one resource that an earlier stack left into a new stack, and nothing else. */
export async function importResource(
  world: OperatorWorld,
  wanted: Wanted,
  resource: ResourceToImport,
  limits: Limits,
): Promise<Observed> {
  const body = onlyResource(wanted.template, resource.LogicalResourceId ?? '');
  const imported = { ...wanted, template: { ...wanted.template, body } };
  const deadline = world.clock.now() + limits.timeoutMs;
  const planned = await planChange(world, imported, undefined, deadline, [resource]);
  if (planned === undefined) throw new Failure('aws', `CloudFormation sees nothing to take back in ${wanted.name}`);
  return perform(world, wanted.name, planned, { verb: 'import', deadline });
}

/**
 * What a change would do, without doing it.
 * @returns undefined where nothing would change
 */
export async function previewChange(world: OperatorWorld, wanted: Wanted, present: Observed) {
  const planned = await planChange(world, wanted, present, world.clock.now() + PREVIEW_MS);
  if (planned === undefined) return undefined;
  await deleteChangeSet(world, planned.id);
  return planned.changes;
}

/** Deletes a stack and waits until it is gone. */
export async function removeStack(world: OperatorWorld, stack: Observed, limits: Limits): Promise<void> {
  const deadline = world.clock.now() + limits.timeoutMs;
  const present = await settle(world, stack, deadline);
  if (present === undefined) return;
  const history = await startHistory(world, present.id);
  const token = tokenOf(world);
  await deleteStack(world, present.id, token);
  const console = consoleLink(world.aws.region, present.id);
  world.report({ type: 'stack-changing', stack: present.name, verb: 'delete', changes: [], console });
  await follow(world, { stack: present.id, name: present.name, verb: 'delete', deadline }, history);
}

/**
 * Waits for others' changes, removes what a failed first attempt left.
 * @returns undefined where the stack is to be created
 * @throws Failure `deploy` where a rollback is stuck
 */
export async function makeReady(world: OperatorWorld, before: Observed | undefined, deadline: number) {
  const present = await settle(world, before, deadline);
  if (present === undefined) return undefined;
  switch (conditionOf(present.status)) {
    case 'stuck':
      throw stuckFailure(present, await readEvents(world, present.id, () => false));
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
async function refuseLoss(world: OperatorWorld, name: string, { id, changes }: Planned): Promise<void> {
  const losses = changes.filter(endangersData);
  if (losses.length === 0) return;
  await deleteChangeSet(world, id);
  throw new Failure('usage', `the update of ${name} would replace or delete what holds data`, {
    hint: `${name} was not changed. Back the data up first; then, where you mean it: --allow-data-loss`,
    evidence: losses.map(describeChange),
  });
}

async function perform(
  world: OperatorWorld,
  name: string,
  planned: Planned,
  { verb, deadline }: { verb: 'create' | 'update' | 'import'; deadline: number },
): Promise<Observed> {
  const history = await startHistory(world, planned.stack);
  const console = consoleLink(world.aws.region, planned.stack);
  const changes = describeChanges(planned.changes);
  world.report({ type: 'stack-changing', stack: name, verb, changes, console });
  try {
    const { id, token } = planned;
    await executeChangeSet(world, { id, stack: name, token, imports: verb === 'import' });
  } catch (error) {
    // It is of no more use; one that is carried out after all cannot be removed, and stays.
    await deleteChangeSet(world, planned.id).catch(() => {});
    throw error;
  }
  return follow(world, { stack: planned.stack, name, verb, deadline }, history);
}

import { isThrottled, isUnclear } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import type { StackVerb } from '../render-operator-event.ts';
import { stackFailure } from './explain-stack.ts';
import { readStack, readStackEvents } from './stack-calls.ts';
import { StackHistory } from './stack-history.ts';
import { conditionOf, type ObservedStack, operationSucceeded } from './stacks.ts';

/** Between two looks at a stack: short ones at first, for small changes. */
const FIRST_LOOK_MS = 1_000;
const LOOK_MS = 5_000;
/** After so long without anything new, what is waited for is told. */
const SILENCE_MS = 60_000;

/** Begins an operation's history: what is in it so far is not the operation's. */
export async function startStackHistory(world: OperatorWorld, stack: string): Promise<StackHistory> {
  const history = new StackHistory();
  history.ignore(await readStackEvents(world, stack, () => false));
  return history;
}

/** An operation that was begun. */
export interface StackOperation {
  /** The stack's id: by it a deleted one is found too. */
  readonly stack: string;
  readonly name: string;
  readonly verb: StackVerb;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

/**
 * Follows an operation on a stack to its end.
 * @throws Failure `deploy` with the first cause where it failed, `timeout` where it took too long, `aborted`
 */
export async function followOperation(
  world: OperatorWorld,
  operation: StackOperation,
  history: StackHistory,
): Promise<ObservedStack> {
  try {
    return await watchOperation(world, operation, history);
  } catch (error) {
    // An abort breaks off a wait or a request; either way the operation is AWS' now.
    const abort = world.signal.aborted ? world.signal.reason : undefined;
    throw abort instanceof Failure ? abortedFailure(abort, operation) : error;
  }
}

async function watchOperation(
  world: OperatorWorld,
  { stack, name, verb, deadline }: StackOperation,
  history: StackHistory,
): Promise<ObservedStack> {
  const began = world.clock.now();
  let told = began;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LOOK_MS)) {
    const seen = await readProgress(world, stack, history, deadline);
    if (seen === 'nothing') {
      await world.clock.sleep(LOOK_MS, world.signal);
      continue;
    }
    const { now, reached } = seen;
    for (const one of reached) world.report({ type: 'resource', ...one });
    if (reached.length > 0) told = world.clock.now();
    if (now === undefined || now.status === 'DELETE_COMPLETE') {
      const gone: ObservedStack = now ?? { ...NOTHING, name, id: stack };
      if (verb !== 'delete') throw stackFailure(gone, verb, history);
      world.report({ type: 'stack-done', stack: name, verb, ms: world.clock.now() - began });
      return gone;
    }
    if (conditionOf(now.status) !== 'busy' && conditionOf(now.status) !== 'empty') {
      if (!operationSucceeded(now.status) || verb === 'delete') throw stackFailure(now, verb, history);
      world.report({ type: 'stack-done', stack: name, verb, ms: world.clock.now() - began });
      return now;
    }
    if (world.clock.now() >= deadline) throw timeoutFailure(name, verb, world.clock.now() - began, history);
    if (world.clock.now() - told >= SILENCE_MS) {
      told = world.clock.now();
      world.report({ type: 'stack-waiting', stack: name, resources: history.underWay, ms: told - began });
    }
    await world.clock.sleep(wait, world.signal);
  }
}

/** One look at a stack and what happened to it since the last; `nothing` where AWS did not answer this time. */
const readProgress = (world: OperatorWorld, stack: string, history: StackHistory, deadline: number) =>
  askUnlessUnwell(world, deadline, async () => {
    // The state first: what led to it is then in the history.
    const now = await readStack(world, stack);
    const reached = history.take(await readStackEvents(world, stack, (event) => history.knows(event)));
    return { now, reached };
  });

/**
 * What a question to AWS is answered with.
 * @returns `nothing` where it is throttled or unwell: it goes on with what it does meanwhile, and so may the waiting
 */
export async function askUnlessUnwell<Answer>(
  world: OperatorWorld,
  deadline: number,
  ask: () => Promise<Answer>,
): Promise<Answer | 'nothing'> {
  try {
    return await ask();
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : error;
    const passing = isThrottled(cause) || isUnclear(cause);
    if (world.signal.aborted || !passing || world.clock.now() >= deadline) throw error;
    return 'nothing';
  }
}

const NOTHING: ObservedStack = {
  name: '',
  id: '',
  status: 'DELETE_COMPLETE',
  reason: '',
  parameters: {},
  outputs: {},
  changed: 0,
};

const PRESENT = { create: 'created', update: 'updated', import: 'taken back', delete: 'deleted' } as const;

/** What an abort leaves. */
function abortedFailure(abort: Failure, { name, verb }: StackOperation): Failure {
  return new Failure('aborted', `${abort.message} while the stack ${name} was being ${PRESENT[verb]}`, {
    hint: `AWS goes on with it: half a change would be worse than none, so nothing was cancelled. fargate-ci infra status shows how far it is, the same command again waits for it and goes on. To undo an update instead: aws cloudformation cancel-update-stack --stack-name ${name}`,
    signal: abort.signal,
  });
}

function timeoutFailure(name: string, verb: StackVerb, ms: number, history: StackHistory): Failure {
  const minutes = Math.round(ms / 60_000);
  const delegated = history.underWay.includes('Certificate')
    ? ". A certificate waits until its DNS record is seen: is the domain delegated to the hosted zone's name servers?"
    : '';
  return new Failure('timeout', `the stack ${name} was not ${PRESENT[verb]} within ${minutes} minutes`, {
    hint: `AWS goes on with it: fargate-ci infra status shows how far it is, the same command again waits for it and goes on${delegated}`,
    evidence: [`waiting for: ${history.underWay.join(', ') || 'nothing that CloudFormation tells'}`],
  });
}

/** Waits until nobody changes a stack any more. @returns the stack; undefined where it is gone */
export async function waitUntilSettled(
  world: OperatorWorld,
  stack: ObservedStack | undefined,
  deadline: number,
): Promise<ObservedStack | undefined> {
  let now = stack;
  if (now === undefined || conditionOf(now.status) !== 'busy') return now;
  world.report({
    type: 'infra-step',
    topic: 'stack',
    text: `${now.name} is ${now.status}: someone else changes it, or an earlier run; waiting for its end`,
  });
  const { id, name } = now;
  while (now !== undefined && conditionOf(now.status) === 'busy') {
    if (world.clock.now() >= deadline) {
      throw new Failure('timeout', `the stack ${name} is still ${now.status}`, {
        hint: 'run the same command again later',
      });
    }
    await world.clock.sleep(LOOK_MS, world.signal);
    const seen = await askUnlessUnwell(world, deadline, () => readStack(world, id));
    if (seen !== 'nothing') now = seen;
  }
  return now?.status === 'DELETE_COMPLETE' ? undefined : now;
}

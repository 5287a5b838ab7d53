import { Failure } from '../../failure.ts';
import type { StackVerb } from '../operator-events.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { stackFailure } from './explain-stack.ts';
import { readStack } from './stack-calls.ts';
import { readStackEvents } from './stack-event-calls.ts';
import { StackHistory } from './stack-history.ts';
import { conditionOf, type ObservedStack, operationSucceeded } from './stacks.ts';
import { STACK_POLL_MS, tolerateOutage } from './wait-until-settled.ts';

/** The first pause between two looks: small changes are done within seconds. */
const FIRST_POLL_MS = 1_000;
/** After this time without anything new, the log tells which resources are waited for. */
const SILENCE_MS = 60_000;

/** An operation on a stack that was started. */
interface StackOperation {
  /** The stack's id: CloudFormation finds a deleted stack by its id only. */
  readonly stack: string;
  readonly name: string;
  readonly verb: StackVerb;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

/** Makes the history of an operation that is about to start; the events that are there already belong to earlier ones. */
export async function startStackHistory(world: OperatorWorld, stack: string): Promise<StackHistory> {
  const history = new StackHistory();
  history.skip(await readStackEvents(world, stack, () => false));
  return history;
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
    // An abort ends a wait or a request. In both cases AWS goes on with the operation.
    const abort = world.signal.aborted ? world.signal.reason : undefined;
    throw abort instanceof Failure ? abortedFailure(abort, operation) : error;
  }
}

async function watchOperation(
  world: OperatorWorld,
  { stack, name, verb, deadline }: StackOperation,
  history: StackHistory,
): Promise<ObservedStack> {
  const { clock, signal, report } = world;
  const began = clock.now();
  let lastNews = began;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, STACK_POLL_MS)) {
    const progress = await tolerateOutage(world, deadline, () => readProgress(world, stack, history));
    if (progress === 'no answer') {
      await clock.sleep(STACK_POLL_MS, signal);
      continue;
    }
    const { current, finished } = progress;
    for (const resource of finished) report({ type: 'resource', ...resource });
    if (finished.length > 0) lastNews = clock.now();
    if (current === undefined || current.status === 'DELETE_COMPLETE') {
      const gone: ObservedStack = current ?? { ...NO_STACK, name, id: stack };
      if (verb !== 'delete') throw stackFailure(gone, verb, history);
      report({ type: 'stack-done', stack: name, verb, ms: clock.now() - began });
      return gone;
    }
    if (conditionOf(current.status) !== 'busy' && conditionOf(current.status) !== 'empty') {
      if (!operationSucceeded(current.status) || verb === 'delete') throw stackFailure(current, verb, history);
      report({ type: 'stack-done', stack: name, verb, ms: clock.now() - began });
      return current;
    }
    if (clock.now() >= deadline) throw timeoutFailure(name, verb, clock.now() - began, history);
    if (clock.now() - lastNews >= SILENCE_MS) {
      lastNews = clock.now();
      report({ type: 'stack-waiting', stack: name, resources: history.underWay, ms: lastNews - began });
    }
    await clock.sleep(pause, signal);
  }
}

/** Reads a stack, and the resources that have reached their end since the last look. */
async function readProgress(world: OperatorWorld, stack: string, history: StackHistory) {
  // The stack is read first: then the events that led to its status are there when the history is read.
  const current = await readStack(world, stack);
  const finished = history.add(await readStackEvents(world, stack, (event) => history.has(event)));
  return { current, finished };
}

/** A deleted stack, of which CloudFormation tells nothing any more. */
const NO_STACK: ObservedStack = {
  name: '',
  id: '',
  status: 'DELETE_COMPLETE',
  reason: '',
  parameters: {},
  outputs: {},
  changed: 0,
};

const PARTICIPLES = { create: 'created', update: 'updated', import: 'taken back', delete: 'deleted' } as const;

function abortedFailure(abort: Failure, { name, verb }: StackOperation): Failure {
  return new Failure('aborted', `${abort.message} while the stack ${name} was being ${PARTICIPLES[verb]}`, {
    hint: `AWS goes on with it: half a change would be worse than none, so nothing was cancelled. fargate-ci infra status shows how far it is, the same command again waits for it and goes on. To undo an update instead: aws cloudformation cancel-update-stack --stack-name ${name}`,
    signal: abort.signal,
  });
}

function timeoutFailure(name: string, verb: StackVerb, ms: number, history: StackHistory): Failure {
  const minutes = Math.round(ms / 60_000);
  const delegation = history.underWay.includes('Certificate')
    ? ". A certificate waits until its DNS record is seen: is the domain delegated to the hosted zone's name servers?"
    : '';
  return new Failure('timeout', `the stack ${name} was not ${PARTICIPLES[verb]} within ${minutes} minutes`, {
    hint: `AWS goes on with it: fargate-ci infra status shows how far it is, the same command again waits for it and goes on${delegation}`,
    evidence: [`waiting for: ${history.underWay.join(', ') || 'nothing that CloudFormation tells'}`],
  });
}

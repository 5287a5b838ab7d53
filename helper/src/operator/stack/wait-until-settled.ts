import { isThrottled, isUnclear } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { readStack } from './stack-calls.ts';
import { conditionOf, type ObservedStack } from './stacks.ts';

/** Milliseconds between two looks at a stack. */
export const STACK_POLL_MS = 5_000;

/**
 * Asks AWS, and tolerates that it is throttled or out of order: a stack's operation goes on meanwhile, so that it can be
 * waited for all the same.
 * @param deadline in milliseconds since the epoch; after it such an error is thrown
 */
export async function tolerateOutage<Answer>(
  world: OperatorWorld,
  deadline: number,
  ask: () => Promise<Answer>,
): Promise<Answer | 'no answer'> {
  try {
    return await ask();
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : error;
    const isPassing = isThrottled(cause) || isUnclear(cause);
    if (world.signal.aborted || !isPassing || world.clock.now() >= deadline) throw error;
    return 'no answer';
  }
}

/** Waits until nobody changes a stack any more. @returns the stack; undefined where it is gone */
export async function waitUntilSettled(
  world: OperatorWorld,
  before: ObservedStack | undefined,
  deadline: number,
): Promise<ObservedStack | undefined> {
  let stack = before;
  if (stack === undefined || conditionOf(stack.status) !== 'busy') return stack;
  world.report({
    type: 'infra-step',
    topic: 'stack',
    text: `${stack.name} is ${stack.status}: someone else changes it, or an earlier run; waiting for its end`,
  });
  const { id, name } = stack;
  while (stack !== undefined && conditionOf(stack.status) === 'busy') {
    if (world.clock.now() >= deadline) {
      throw new Failure('timeout', `the stack ${name} is still ${stack.status}`, {
        hint: 'run the same command again later',
      });
    }
    await world.clock.sleep(STACK_POLL_MS, world.signal);
    const answer = await tolerateOutage(world, deadline, () => readStack(world, id));
    if (answer !== 'no answer') stack = answer;
  }
  return stack?.status === 'DELETE_COMPLETE' ? undefined : stack;
}

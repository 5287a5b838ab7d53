import type { FinalizeRequestMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import { awsErrorFacts, isUnclear } from './errors.ts';

/** The answer to a call that must not be repeated is missing: nobody knows whether it took effect. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer';
  /** The error underneath. Not as `cause`: the SDK looks there for a reason to send the call again. */
  readonly reason: unknown;

  constructor(reason: unknown) {
    const { code, message } = awsErrorFacts(reason);
    super(`no clear answer: ${code}: ${message}`);
    this.reason = reason;
  }
}

/** Carries an error past the SDK's retries, which know it by its class. */
class NotRetried extends Error {
  constructor(readonly reason: unknown) {
    super('not repeated');
  }
}

/** True where the request may have taken effect although no good answer came. */
export const mayHaveTakenEffect = (error: unknown): boolean =>
  isUnclear(error) || /^(AbortError|TimeoutError)$/.test(awsErrorFacts(error).code);

type Command<C, Input extends object, Output extends object & MetadataBearer> = C & {
  middlewareStack: MiddlewareStack<Input, Output>;
};

/**
 * Keeps the SDK from sending a command again after an unclear answer (a 500, a reset, half an answer), which it does
 * up to three times even with calls that are not idempotent. Throttling is still retried: it has no effect.
 * Such an answer is thrown as UnclearAnswer: read the state before anything is repeated.
 */
export function withoutBlindRetries<Input extends object, Output extends object & MetadataBearer, C>(
  command: Command<C, Input, Output>,
): C {
  return replaceErrors(command, (error) => (mayHaveTakenEffect(error) ? new UnclearAnswer(error) : error));
}

/**
 * Sends a command that the caller repeats itself, at its own pace: the SDK makes one attempt.
 * @throws the error as it came
 */
export async function singleAttempt<Input extends object, Output extends object & MetadataBearer, C, Answer>(
  command: Command<C, Input, Output>,
  send: (command: C) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send(replaceErrors(command, (error) => new NotRetried(error)));
  } catch (error) {
    throw error instanceof NotRetried ? error.reason : error;
  }
}

/** Has every attempt's error exchanged before the SDK judges whether to repeat it. */
function replaceErrors<Input extends object, Output extends object & MetadataBearer, C>(
  command: Command<C, Input, Output>,
  exchange: (error: unknown) => unknown,
): C {
  const guard: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw exchange(error);
    }
  };
  command.middlewareStack.addRelativeTo(guard, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'onceMiddleware',
    override: true,
  });
  return command;
}

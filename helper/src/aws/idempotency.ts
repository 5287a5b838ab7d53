import type { FinalizeRequestMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';
import { awsErrorFacts, isUnclear } from './errors.ts';

/** A call that must not be repeated has no clear answer: nobody knows whether it took effect. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer';
  /** The error underneath. It is not the `cause`, because the SDK looks there for a reason to retry. */
  readonly reason: unknown;

  constructor(reason: unknown) {
    const { code, message } = awsErrorFacts(reason);
    super(`no clear answer: ${code}: ${message}`);
    this.reason = reason;
  }
}

/** Wraps an error, so that the SDK does not recognise it as one to retry. */
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
 * Keeps the SDK from sending a command again after an unclear answer (a 500, a reset, half an answer). The SDK would do
 * so even with calls that are not idempotent. It still retries a throttled call, which had no effect.
 * An unclear answer is thrown as UnclearAnswer: the caller must read the state before it repeats the call.
 */
export function withoutBlindRetries<Input extends object, Output extends object & MetadataBearer, C>(
  command: Command<C, Input, Output>,
): C {
  return replaceErrors(command, (error) => (mayHaveTakenEffect(error) ? new UnclearAnswer(error) : error));
}

/**
 * Sends a command once. For callers that repeat it themselves, at their own pace.
 * @throws the error as the SDK gives it
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

/** Replaces each attempt's error before the SDK decides whether to retry. */
function replaceErrors<Input extends object, Output extends object & MetadataBearer, C>(
  command: Command<C, Input, Output>,
  replace: (error: unknown) => unknown,
): C {
  const middleware: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw replace(error);
    }
  };
  command.middlewareStack.addRelativeTo(middleware, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'replaceErrors',
    override: true,
  });
  return command;
}

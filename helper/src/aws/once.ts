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

/** True where the request may have taken effect although no good answer came. */
const mayHaveActed = (error: unknown): boolean =>
  isUnclear(error) || /^(AbortError|TimeoutError)$/.test(awsErrorFacts(error).code);

/**
 * Keeps the SDK from sending a command again after an unclear answer (a 500, a reset, half an answer), which it does
 * up to three times even with calls that are not idempotent. Throttling is still retried: it has no effect.
 * Such an answer is thrown as UnclearAnswer: read the state before anything is repeated.
 */
export function once<Input extends object, Output extends object & MetadataBearer, C>(
  command: C & { middlewareStack: MiddlewareStack<Input, Output> },
): C {
  const guard: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw mayHaveActed(error) ? new UnclearAnswer(error) : error;
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

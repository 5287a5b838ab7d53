import type { MetadataBearer, MiddlewareStack } from '@smithy/types';
import { withCompleteAnswers } from './complete-answers.ts';
import { withPromptAbort } from './prompt-abort.ts';

/** Gives a client of the SDK what every client of ours has: an abort ends its calls at once, and an answer that was cut off is none. */
export function reliableClient<
  Input extends object,
  Output extends MetadataBearer,
  C extends { middlewareStack: MiddlewareStack<Input, Output> },
>(client: C & { middlewareStack: MiddlewareStack<Input, Output> }): C {
  return withCompleteAnswers(withPromptAbort(client));
}

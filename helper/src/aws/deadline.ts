import type { Clock, World } from '../world.ts';

/** What a call of the SDK takes beside its input. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** One or more calls of the SDK, all ended by the same signal. */
export type AwsCall<T> = (options: CallOptions) => Promise<T>;

/** Makes calls that must all be over in time. @throws what a call ends with instead of an answer */
export type CallInTime = <T>(call: AwsCall<T>) => Promise<T>;

/** How a call ended: with an answer, with an error of its own, or because its time was up. */
type CallOutcome<T> = { readonly answer: T } | { readonly error: unknown };

/**
 * Gives a call `ms` to answer, then cuts it off; also when `signal` is aborted, where there is one.
 * Never throws.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  call: AwsCall<T>,
  signal?: AbortSignal,
): Promise<CallOutcome<T>> {
  const deadline = new AbortController();
  const done = new AbortController();
  const cutOff = () => deadline.abort();
  const timer = clock.sleep(ms, done.signal).then(cutOff, () => {});
  signal?.addEventListener('abort', cutOff, { once: true });
  if (signal?.aborted) cutOff();
  try {
    return { answer: await call({ abortSignal: deadline.signal }) };
  } catch (error) {
    return { error };
  } finally {
    signal?.removeEventListener('abort', cutOff);
    done.abort();
    await timer;
  }
}

/**
 * The answer of a call that is cut off after `ms`, and by nothing else: for what is still done after an abort.
 * @throws what the call ends with instead of an answer
 */
export async function answerWithin<T>(clock: Clock, ms: number, call: AwsCall<T>): Promise<T> {
  const outcome = await withDeadline(clock, ms, call);
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}

/**
 * Makes a call that changes something. An abort does not cut it off at once but leaves it some seconds, for its answer
 * tells what there is to undo.
 */
export async function withGracePeriod<T>(
  { clock, signal, abortBudget }: Pick<World, 'clock' | 'signal' | 'abortBudget'>,
  call: AwsCall<T>,
): Promise<T> {
  const cutOff = new AbortController();
  const done = new AbortController();
  const onAbort = (): void => {
    clock.sleep(abortBudget.msFor('answer'), done.signal).then(
      () => cutOff.abort(),
      () => {},
    );
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await call({ abortSignal: cutOff.signal });
  } finally {
    signal.removeEventListener('abort', onAbort);
    done.abort();
  }
}

/** The promise's value; rejects as soon as the signal is aborted, while the promise goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

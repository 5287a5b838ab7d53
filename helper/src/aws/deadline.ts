import type { Clock, World } from '../world.ts';

/** What a call of the SDK takes beside its input. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** One or more calls of the SDK, all ended by the same signal. */
export type Call<T> = (options: CallOptions) => Promise<T>;

/** How a call ended: with its answer; or with an error, its own or the one of being cut off. */
export type Ended<T> = { readonly answer: T } | { readonly error: unknown };

/**
 * Gives a call `ms` to answer, then cuts it off; also when `signal` is aborted, where there is one.
 * Never throws.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  call: Call<T>,
  signal?: AbortSignal,
): Promise<Ended<T>> {
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

/** The answer of a call that has ended. @throws the error that it ended with instead */
export function answerOf<T>(ended: Ended<T>): T {
  if ('error' in ended) throw ended.error;
  return ended.answer;
}

/**
 * Makes a call that changes something. An abort does not cut it off at once but leaves it some seconds, for its answer
 * tells what there is to undo.
 */
export async function withGracePeriod<T>(
  { clock, signal, abortBudget }: Pick<World, 'clock' | 'signal' | 'abortBudget'>,
  call: Call<T>,
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

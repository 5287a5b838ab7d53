import type { Clock } from '../world.ts';

/**
 * A number in [0, 1) that is the same for the same text: spreads the polls of many builds without leaving anything
 * to chance in a test.
 */
export function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  // FNV leaves texts that differ only in their last character close together: stir once more.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

/**
 * A pause somewhere between a tenth of `ms` and all of it: those that failed together do not come back together
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 * @param seed differs from build to build and from try to try
 */
export const fullJitter = (ms: number, seed: string): number => Math.ceil(ms * (0.1 + 0.9 * spread(seed)));

/** A pause that somebody else may cut short. */
export class Alarm {
  #wake: (() => void) | undefined;
  #rung = false;

  /** Ends the current sleep, or the next one before it begins. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Sleeps `ms` or until the alarm rings; rejects with the signal's reason when that is aborted. */
  async sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort();
    this.#wake = abort;
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!this.#rung) await clock.sleep(Math.ceil(ms), controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#wake = undefined;
      this.#rung = false;
    }
    signal.throwIfAborted();
  }
}

/**
 * Gives a request `ms` to answer, then aborts it; also when `outer` is aborted, where there is one.
 * @returns its answer, or the error it ended with (its own, or an abort)
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  request: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<{ answer: T } | { error: unknown }> {
  const deadline = new AbortController();
  const done = new AbortController();
  const abort = () => deadline.abort();
  const timer = clock.sleep(ms, done.signal).then(abort, () => {});
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted) abort();
  try {
    return { answer: await request(deadline.signal) };
  } catch (error) {
    return { error };
  } finally {
    outer?.removeEventListener('abort', abort);
    done.abort();
    await timer;
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

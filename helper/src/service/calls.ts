import { within as attempt } from '../fargate/waiting.ts';
import type { Clock, World } from '../world.ts';

/** What a call of the SDK takes beside its input. */
export interface CallOptions {
  abortSignal: AbortSignal;
}

/** Makes calls that are cut off `ms` from now, and by nothing else: for what must still be done after an abort. */
export async function within<T>(clock: Clock, ms: number, work: (options: CallOptions) => Promise<T>): Promise<T> {
  const ended = await attempt(clock, ms, (abortSignal) => work({ abortSignal }));
  if ('error' in ended) throw ended.error;
  return ended.answer;
}

/** How long a call whose effect must be known may still take after an abort. */
const LAST_MS = 3_000;

/** Makes a call that changes something: an abort leaves it a moment, so that its answer tells what was done. */
export async function unhurried<T>(
  world: Pick<World, 'clock' | 'signal'>,
  work: (options: CallOptions) => Promise<T>,
): Promise<T> {
  world.signal.throwIfAborted();
  const cut = new AbortController();
  const done = new AbortController();
  const onAbort = (): void => {
    world.clock.sleep(LAST_MS, done.signal).then(
      () => cut.abort(),
      () => {},
    );
  };
  world.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work({ abortSignal: cut.signal });
  } finally {
    world.signal.removeEventListener('abort', onAbort);
    done.abort();
  }
}

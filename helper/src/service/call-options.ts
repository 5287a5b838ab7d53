import { within as attempt } from '../aws/deadline.ts';
import type { Clock, World } from '../world.ts';

/** What a call of the SDK takes beside its input. */
export interface CallOptions {
  abortSignal: AbortSignal;
}

/** Makes one or more calls that are cut off in time. */
export type Cut = <T>(work: (options: CallOptions) => Promise<T>) => Promise<T>;

/** What became of a rollout that was to be ended. */
export interface Ending {
  /** What state this leaves behind, as a clause. */
  state: string;
  /** Nothing was done about it, on purpose or in vain: what was deployed stays, or goes on. */
  stays: boolean;
}

/** What is done after an abort must be over by then, in ms: ten seconds are promised, and the end is still to be told. */
const AFTER_ABORT_MS = 9_000;
/** How long a call whose effect must be known may still take after an abort. */
const LAST_MS = 3_000;

/** A world with a deployment in it: it knows how much time an abort leaves. */
export type Deploying = World & { readonly grace: Grace };

/** The time that is left after an abort, shared by all that must still be done. */
export class Grace {
  #until = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    signal: AbortSignal,
  ) {
    const begin = (): void => {
      this.#until = clock.now() + AFTER_ABORT_MS;
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
  }

  /** At most so many ms; no less than none. */
  atMost(ms: number): number {
    return Math.max(0, Math.min(ms, this.#until - this.clock.now()));
  }
}

/** Makes calls that are cut off `ms` from now, and by nothing else: for what must still be done after an abort. */
export async function within<T>(clock: Clock, ms: number, work: (options: CallOptions) => Promise<T>): Promise<T> {
  const ended = await attempt(clock, ms, (abortSignal) => work({ abortSignal }));
  if ('error' in ended) throw ended.error;
  return ended.answer;
}

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

// A run that is aborted is over within ten seconds: Jenkins kills a step twenty seconds after it has asked it to end.
// What still has to be done in that time is declared here, and nowhere else, so that the sums can be seen to fit.

/** The process ends so long after an abort, whatever is left to do, in milliseconds. */
export const EXIT_AFTER_ABORT_MS = 9_500;
/** From then on no call to AWS begins: the rest is for the log's last lines and the result file. */
const CALLS_MS = 9_000;

/** What may still be done after an abort, and how long each may take, in milliseconds. */
const STEPS = {
  /** Waiting for the answer to a call that changes something: it tells what must be undone. */
  answer: 3_000,
  /** Waiting for RunTask's answer, and once more for the same call with the same token. */
  startedTask: 2_000,
  /** One check whether a call without an answer took effect. */
  look: 1_500,
  /** The pause before such a look. */
  pauseBeforeLook: 500,
  /** One request that is made again where it hangs. */
  request: 2_500,
  /** Stopping a task. */
  stopTask: 7_500,
  /** Rolling a service back, or putting it back by another update. */
  endRollout: 8_000,
  /** Aborting an upload, so that S3 keeps no parts of it. */
  abortUpload: 3_000,
} as const;

/** A thing that is still done after an abort. */
type AbortStep = keyof typeof STEPS;

/** The time that an abort leaves, shared by all that must still be done. It begins with the signal's abort. */
export class AbortBudget {
  #until = Number.POSITIVE_INFINITY;

  constructor(
    private readonly clock: { now(): number },
    signal: AbortSignal,
  ) {
    const begin = (): void => {
      this.#until = clock.now() + CALLS_MS;
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
  }

  /** How long a step may take from now on, in milliseconds; 0 where the time is up. */
  msFor(step: AbortStep): number {
    return Math.max(0, Math.min(STEPS[step], this.#until - this.clock.now()));
  }
}

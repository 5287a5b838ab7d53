import type { Clock } from '../world.ts';

/** A pause that other code can end early. */
export class InterruptibleSleep {
  #endPause: (() => void) | undefined;
  #isWoken = false;

  /** Ends the current pause, or the next one before it begins. */
  wake(): void {
    this.#isWoken = true;
    this.#endPause?.();
  }

  /** Sleeps `ms` or until it is woken. @throws the signal's reason when that is aborted */
  async sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort();
    this.#endPause = abort;
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!this.#isWoken) await clock.sleep(Math.ceil(ms), controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#endPause = undefined;
      this.#isWoken = false;
    }
    signal.throwIfAborted();
  }
}

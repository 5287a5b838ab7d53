import { constants } from 'node:os';

/** The signals that would end this process and leave what it has started: the same as in helper/src/process/run-process.ts. */
const ENDING_SIGNALS = /** @type {const} */ ([
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGALRM',
  'SIGUSR2',
  'SIGPWR',
  'SIGXCPU',
]);

/**
 * What a program must undo when it ends, by itself or because someone presses Ctrl-C. Each step runs once, the last one
 * first. A step that fails prints why, and the others run all the same.
 */
export class Cleanup {
  /** @type {{ name: string, undo: () => unknown }[]} */
  #steps = [];
  #controller = new AbortController();
  #exitStatus = 0;

  /** Aborted by the first signal that would end the process, or when the time is over. */
  get signal() {
    return this.#controller.signal;
  }

  /** Exit status that belongs to the signal, 130 for SIGINT; 0 without one. */
  get exitStatus() {
    return this.#exitStatus;
  }

  /**
   * Handles the process's signals from now on. Only the first signal counts. Later ones are ignored, since cleaning up has
   * begun.
   */
  listen() {
    // Where the reader of our output is gone (`| head`), cleaning up must go on.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    /** @type {Partial<Record<NodeJS.Signals, number>>} */
    const numbers = constants.signals;
    for (const name of ENDING_SIGNALS) {
      const number = numbers[name];
      // Another operating system may not have it.
      if (number === undefined) continue;
      process.on(name, () => {
        if (this.#controller.signal.aborted) return;
        this.#exitStatus = 128 + number;
        this.#controller.abort(new Error(`stopped by ${name}`));
      });
    }
    return this;
  }

  /**
   * Aborts after some time, as a signal would.
   * @param {number} minutes
   */
  limit(minutes) {
    const over = () => this.#controller.abort(new Error(`it took longer than ${minutes} minutes`));
    setTimeout(over, minutes * 60_000).unref();
    return this;
  }

  /**
   * Adds a step.
   * @param {string} name what is undone, for the message where that fails
   * @param {() => unknown} undo
   */
  defer(name, undo) {
    this.#steps.push({ name, undo });
  }

  /** Drops all steps: what was started stays. */
  forget() {
    this.#steps = [];
  }

  /**
   * Undoes everything.
   * @returns {Promise<void>}
   */
  async run() {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        console.error(`could not clean up ${step.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

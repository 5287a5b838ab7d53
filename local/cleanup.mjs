/**
 * What has to be undone, and when: at the end, or as soon as someone presses Ctrl-C.
 * Undoing runs once, last first; a step that fails is told and does not keep the others from running.
 */
export class Cleanup {
  /** @type {{ name: string, undo: () => unknown }[]} */
  #steps = [];
  #controller = new AbortController();
  #exitStatus = 0;

  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, or when the time is over. */
  get signal() {
    return this.#controller.signal;
  }

  /** Exit status that the signal asks for (130, 143, 129), or 0 without one. */
  get exitStatus() {
    return this.#exitStatus;
  }

  /** Takes the process's signals from now on; later ones find the cleaning under way and are ignored. */
  listen() {
    // A reader that goes away (`| head`) must not keep us from cleaning up.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    for (const [name, number] of /** @type {const} */ ([
      ['SIGINT', 2],
      ['SIGTERM', 15],
      ['SIGHUP', 1],
    ])) {
      process.on(name, () => {
        if (this.#controller.signal.aborted) return;
        this.#exitStatus = 128 + number;
        this.#controller.abort(new Error(`stopped by ${name}`));
      });
    }
    return this;
  }

  /**
   * Ends what takes too long as a signal would.
   * @param {number} minutes
   */
  limit(minutes) {
    const over = () => this.#controller.abort(new Error(`it took longer than ${minutes} minutes`));
    setTimeout(over, minutes * 60_000).unref();
    return this;
  }

  /**
   * @param {string} name what is undone, for the message where that fails
   * @param {() => unknown} undo
   */
  defer(name, undo) {
    this.#steps.push({ name, undo });
  }

  /** @returns {Promise<void>} */
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

import { cut } from '../text/printable.ts';

/** Lines of the current RUN that are kept, and how much of each: memory must not grow with the log. */
const TAIL_LINES = 30;
const TAIL_WIDTH = 500;
const MOST_ERRORS = 5;

/** What of a build's log tells why it failed. */
export class LogEvidence {
  #tail: string[] = [];
  #errors: string[] = [];

  /** The last lines that the current RUN printed, oldest first. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Lines that look like the error that ended kaniko, the last one last. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** A RUN begins. */
  begin(): void {
    this.#tail = [];
  }

  printed(text: string): void {
    this.#tail.push(cut(text, TAIL_WIDTH));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }

  failed(error: string): void {
    this.#errors = [...this.#errors.slice(1 - MOST_ERRORS), cut(error)];
  }
}

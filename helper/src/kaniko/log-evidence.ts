import { shortenText } from '../text/printable.ts';

/** How many lines of the current RUN are stored, and how many characters of each: the memory must not grow with the log. */
const TAIL_LINES = 30;
const TAIL_WIDTH = 500;
const MOST_ERRORS = 5;

/** The lines of a build's log that show why it failed. */
export class LogEvidence {
  #tail: string[] = [];
  #errors: string[] = [];

  /** The last lines that the current RUN printed, oldest first. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Lines that look like the error that ended kaniko, oldest first. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** Notes that a RUN begins: its lines replace those of the last one. */
  begin(): void {
    this.#tail = [];
  }

  /** Notes a line that the current RUN has printed. */
  printed(text: string): void {
    this.#tail.push(shortenText(text, TAIL_WIDTH));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }

  /** Notes a line that looks like the error that ended kaniko. */
  failed(error: string): void {
    this.#errors = [...this.#errors.slice(1 - MOST_ERRORS), shortenText(error)];
  }
}

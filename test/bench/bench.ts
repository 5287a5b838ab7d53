import type { Cleanup } from '../../local/cleanup.mjs';

/** What was asked for. */
export interface Bench {
  readonly cleanup: Cleanup;
  readonly say: (line: string) => void;
  /** A tenth of everything. */
  readonly quick: boolean;
  /** All combinations. */
  readonly full: boolean;
  /** Cases with this in their name. */
  readonly only: string | undefined;
  /** So many rounds a case, in place of its own number. */
  readonly rounds: number | undefined;
}

/** A part of the benchmark, which can be run alone. */
export interface Part {
  readonly name: string;
  /** Its heading in docs/performance.md. */
  readonly title: string;
  /** @returns its results in Markdown, line by line */
  run(bench: Bench): Promise<string[]>;
}

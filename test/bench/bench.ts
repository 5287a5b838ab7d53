import type { Cleanup } from '../../local/cleanup.mjs';

/** The options of the command line. */
export interface Bench {
  readonly cleanup: Cleanup;
  readonly say: (line: string) => void;
  /** A tenth of every size. */
  readonly quick: boolean;
  /** All combinations. */
  readonly full: boolean;
  /** Only cases with this text in their names. */
  readonly only: string | undefined;
  /** The number of rounds for each case, in place of the case's own number. */
  readonly rounds: number | undefined;
}

/** A part of the benchmark. It can be run alone. */
export interface Part {
  readonly name: string;
  /** Its heading in docs/performance.md. */
  readonly title: string;
  /** @returns its results in Markdown, line by line */
  run(bench: Bench): Promise<string[]>;
}

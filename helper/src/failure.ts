/**
 * The exit status of each category of failure. An aborted run ends with 128 + the signal's number instead.
 * The table is part of the contract with users: docs/failures.md explains each row.
 */
export const EXIT_STATUS = {
  usage: 2,
  build: 10,
  registry: 11,
  platform: 12,
  timeout: 13,
  deploy: 20,
  superseded: 21,
  aws: 30,
  internal: 70,
  aborted: 128,
} as const;

/** Whose fault a failure is: the user's code, the registry, the platform, AWS, or a defect of ours. */
export type Category = keyof typeof EXIT_STATUS;

/** What a failure has beside its message; all optional. */
interface FailureDetails {
  /** What the user should do: one or two sentences in the imperative. */
  hint?: string;
  /** The log lines or AWS fields that prove it, one in each entry. */
  evidence?: readonly string[];
  /** The error underneath. */
  cause?: unknown;
  /** Number of the signal that ended the run (category `aborted` only). */
  signal?: number;
}

/** A failure as the result file has it. */
export interface FailureRecord {
  category: Category;
  message: string;
  hint: string;
  evidence: string[];
  cause: string;
  exitStatus: number;
}

/** The only error that is thrown on purpose. Any other error that reaches `main` is a defect of ours. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly hint: string;
  readonly evidence: readonly string[];
  readonly signal: number;

  constructor(
    readonly category: Category,
    message: string,
    details: FailureDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint ?? '';
    this.evidence = details.evidence ?? [];
    this.signal = details.signal ?? 0;
  }

  /** The process's exit status: 128 + signal for an aborted run, else the category's. */
  get exitStatus(): number {
    return EXIT_STATUS[this.category] + this.signal;
  }

  /** The failure as plain data, for the result file. */
  toRecord(): FailureRecord {
    const { category, message, hint, exitStatus } = this;
    return { category, message, hint, evidence: [...this.evidence], cause: describeCause(this.cause), exitStatus };
  }
}

function describeCause(cause: unknown): string {
  if (cause === undefined) return '';
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/**
 * ok: as it must be; warning: works, or works for most; problem: builds or deployments fail; unknown: could not be
 * looked at; skipped: something that the check needs is missing.
 */
export type CheckState = 'ok' | 'warning' | 'problem' | 'unknown' | 'skipped';

/** What the doctor reports of one check. */
export interface CheckFinding {
  readonly name: string;
  readonly state: CheckState;
  /** What was found, in one line. */
  readonly finding: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly hint: string;
  /** What proves it, one an entry. */
  readonly details: readonly string[];
  /** Where a problem lies: in what was configured here (`usage`), or in AWS (`aws`). */
  readonly category: 'usage' | 'aws';
  /** The actions of a check that could not look, because at least one of them is denied. */
  readonly refused?: readonly string[];
}

/** What a check returns. Later checks build on its `fact`; without a fact they are skipped. */
export interface CheckResult<Fact> {
  readonly state: Exclude<CheckState, 'skipped'>;
  readonly finding: string;
  readonly hint?: string;
  readonly details?: readonly string[];
  readonly category?: CheckFinding['category'];
  readonly refused?: readonly string[];
  readonly fact?: Fact | undefined;
}

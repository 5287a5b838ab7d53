import { awsErrorFacts, awsFailure, isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';

/**
 * ok: as it must be; warning: works, or works for most; problem: builds or deployments fail; unknown: could not be
 * looked at; skipped: what it rests on is not there.
 */
export type CheckState = 'ok' | 'warning' | 'problem' | 'unknown' | 'skipped';

/** What one check came to. */
export interface CheckFinding {
  readonly name: string;
  readonly state: CheckState;
  /** What is so, in one line. */
  readonly says: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly hint: string;
  /** What proves it, one an entry. */
  readonly details: readonly string[];
  /** Whose the problem is: what was configured here (`usage`), or what AWS has (`aws`). */
  readonly category: 'usage' | 'aws';
  /** Actions that these credentials may not call, where that is why nothing is known. */
  readonly refused?: readonly string[];
}

/** What a check says; `fact` is what later checks build on, absent where they cannot. */
export interface CheckResult<Fact> {
  readonly state: Exclude<CheckState, 'skipped'>;
  readonly says: string;
  readonly hint?: string;
  readonly details?: readonly string[];
  readonly category?: CheckFinding['category'];
  readonly refused?: readonly string[];
  readonly fact?: Fact | undefined;
}

/** A check that was made: its name, and what it found out. */
export interface CheckedFact<Fact> {
  readonly name: string;
  readonly fact: Fact | undefined;
}

/** What a check rests on, by names of its own. */
export type CheckNeeds = Readonly<Record<string, CheckedFact<unknown>>>;
type Facts<N extends CheckNeeds> = { readonly [K in keyof N]: N[K] extends CheckedFact<infer Fact> ? Fact : never };

/** How one check is made. */
export interface Check<N extends CheckNeeds, Fact> {
  readonly name: string;
  /** The IAM actions that it calls, named where one is refused. */
  readonly reads?: readonly string[];
  readonly needs: N;
  look(facts: Facts<N>): CheckResult<Fact> | Promise<CheckResult<Fact>>;
}

/** Makes checks one after the other and keeps what they say. */
export class CheckRunner {
  readonly findings: CheckFinding[] = [];

  constructor(private readonly signal: AbortSignal) {}

  /**
   * Makes a check, unless something that it rests on is missing. A refusal or an error of AWS is its finding.
   * @throws the signal's reason once it is aborted
   */
  async examine<N extends CheckNeeds, Fact>(examination: Check<N, Fact>): Promise<CheckedFact<Fact>> {
    const { name, needs } = examination;
    const missing = Object.values(needs).find(({ fact }) => fact === undefined);
    if (missing) {
      this.#note({ name, state: 'skipped', says: `because of: ${this.#root(missing.name)}`, hint: '', details: [] });
      return { name, fact: undefined };
    }
    const { fact, ...outcome } = await this.#attempt(examination);
    this.#note({ name, hint: '', details: [], ...outcome });
    return { name, fact };
  }

  async #attempt<N extends CheckNeeds, Fact>({ needs, look, reads = [] }: Check<N, Fact>): Promise<CheckResult<Fact>> {
    try {
      // Each is there, as was just checked; TypeScript cannot follow that through a loop.
      const facts = Object.fromEntries(Object.entries(needs).map(([key, { fact }]) => [key, fact])) as Facts<N>;
      return await look(facts);
    } catch (error) {
      this.signal.throwIfAborted();
      return notReadableResult(error, reads);
    }
  }

  #note(finding: Omit<CheckFinding, 'category'> & Partial<CheckFinding>): void {
    this.findings.push({ category: 'aws', ...finding });
  }

  /** The name of the check at the beginning of a chain of skipped ones. */
  #root(name: string): string {
    const finding = this.findings.find((one) => one.name === name);
    return finding?.state === 'skipped' ? finding.says.replace('because of: ', '') : name;
  }
}

/** Words for something that could not be looked at. */
export function notReadableResult(thrown: unknown, reads: readonly string[]): CheckResult<never> {
  // Calls of EC2 come worded already.
  const error = thrown instanceof Failure ? (thrown.cause ?? thrown) : thrown;
  const { code, message } = awsErrorFacts(error);
  if (isAccessDenied(error)) {
    const one = reads.length === 1;
    return {
      state: 'unknown',
      says: `these credentials may not look: ${reads.join(', ')} ${one ? 'is' : 'or one of them is'} refused`,
      hint: `allow ${reads.join(', ')} to see it, or run this as somebody who may; builds and deployments do not need ${one ? 'it' : 'them'}`,
      details: [`${code}: ${message}`],
      refused: reads,
    };
  }
  const failure = awsFailure(error, 'look');
  return { state: 'unknown', says: 'could not look', hint: failure.hint, details: failure.evidence };
}

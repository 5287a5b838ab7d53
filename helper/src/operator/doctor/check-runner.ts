import { awsErrorFacts, awsFailure, isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { CheckFinding, CheckResult } from './checks/check-result.ts';

/** What a check found out, and the check's name. Undefined where it found out nothing that others can build on. */
export interface CheckedFact<Fact> {
  readonly name: string;
  readonly fact: Fact | undefined;
}

/** The facts of earlier checks that a check needs, by names of its own. */
type CheckNeeds = Readonly<Record<string, CheckedFact<unknown>>>;
type Facts<N extends CheckNeeds> = { readonly [K in keyof N]: N[K] extends CheckedFact<infer Fact> ? Fact : never };

/** One check, and how it is made. */
interface Check<N extends CheckNeeds, Fact> {
  readonly name: string;
  /** The IAM actions that it calls. They are named where one of them is refused. */
  readonly reads?: readonly string[];
  readonly needs: N;
  look(facts: Facts<N>): CheckResult<Fact> | Promise<CheckResult<Fact>>;
}

/** Makes checks one after the other and keeps their findings. */
export class CheckRunner {
  readonly findings: CheckFinding[] = [];
  /** The reason of each skipped check: the name of the check at the beginning of the chain. */
  readonly #skippedFor = new Map<string, string>();

  constructor(private readonly signal: AbortSignal) {}

  /**
   * Makes a check, unless a fact that it needs is missing. Where AWS refuses a call or fails, that is the finding.
   * @throws the signal's reason once it is aborted
   */
  async run<N extends CheckNeeds, Fact>(check: Check<N, Fact>): Promise<CheckedFact<Fact>> {
    const { name, needs } = check;
    const missing = Object.values(needs).find(({ fact }) => fact === undefined);
    if (missing) {
      // Each check of a chain of skipped checks names the one at its beginning.
      const reason = this.#skippedFor.get(missing.name) ?? missing.name;
      this.#skippedFor.set(name, reason);
      this.#note({ name, state: 'skipped', finding: `because of: ${reason}`, hint: '', details: [] });
      return { name, fact: undefined };
    }
    const { fact, ...result } = await this.#attempt(check);
    this.#note({ name, hint: '', details: [], ...result });
    return { name, fact };
  }

  async #attempt<N extends CheckNeeds, Fact>({ needs, look, reads = [] }: Check<N, Fact>): Promise<CheckResult<Fact>> {
    try {
      // None is undefined, as was just checked. TypeScript cannot follow that through a loop.
      const facts = Object.fromEntries(Object.entries(needs).map(([key, { fact }]) => [key, fact])) as Facts<N>;
      return await look(facts);
    } catch (error) {
      this.signal.throwIfAborted();
      return unreadableResult(error, reads);
    }
  }

  #note(finding: Omit<CheckFinding, 'category'> & Partial<CheckFinding>): void {
    this.findings.push({ category: 'aws', ...finding });
  }
}

/** The result of a check that could not look, since AWS refused a call or failed. */
function unreadableResult(thrown: unknown, reads: readonly string[]): CheckResult<never> {
  // Calls of EC2 throw a Failure, with AWS' own error as its cause.
  const error = thrown instanceof Failure ? (thrown.cause ?? thrown) : thrown;
  const { code, message } = awsErrorFacts(error);
  if (isAccessDenied(error)) {
    const isOne = reads.length === 1;
    return {
      state: 'unknown',
      finding: `these credentials may not look: ${reads.join(', ')} ${isOne ? 'is' : 'or one of them is'} refused`,
      hint: `allow ${reads.join(', ')} to see it, or run this as somebody who may; builds and deployments do not need ${isOne ? 'it' : 'them'}`,
      details: [`${code}: ${message}`],
      refused: reads,
    };
  }
  const failure = awsFailure(error, 'look');
  return { state: 'unknown', finding: 'could not look', hint: failure.hint, details: failure.evidence };
}

import { seededFraction } from './backoff.ts';

/** Throttling makes the pauses at least this long, twice as long each time, and never longer than that. */
const FIRST_PENALTY_MS = 2_000;
const LONGEST_PENALTY_MS = 30_000;
/** What an answer leaves of them; what is left below this is nothing. */
const FORGIVEN = 0.9;
const NO_PENALTY_MS = 500;

/**
 * How often one build asks, where hundreds of them share an account's quota and know nothing of each other but that AWS
 * throttles: each slows down steeply when it is throttled and comes back slowly, so that together they settle at what
 * the quota allows (as TCP shares a line). Pauses are spread, so that builds that began together do not ask together.
 */
export class Pace {
  #penalty = 0;
  #pauses = 0;

  /** @param name of what is asked for, different in every build */
  constructor(private readonly name: string) {}

  /** AWS said that others are first. */
  throttled(): void {
    this.#penalty = Math.min(Math.max(this.#penalty * 2, FIRST_PENALTY_MS), LONGEST_PENALTY_MS);
  }

  /** AWS answered. */
  answered(): void {
    this.#penalty = this.#penalty < NO_PENALTY_MS ? 0 : this.#penalty * FORGIVEN;
  }

  /**
   * The next pause, give or take a quarter, or a half where AWS throttles; in milliseconds.
   * @param wanted by a build that had AWS for itself
   * @param longest that throttling may make it
   */
  pause(wanted: number, longest = LONGEST_PENALTY_MS): number {
    this.#pauses += 1;
    const share = seededFraction(`${this.name}/${this.#pauses}`);
    const penalty = Math.min(this.#penalty, longest);
    if (penalty > wanted) return Math.ceil(penalty * (0.5 + share));
    return Math.ceil(wanted * (0.75 + share / 2));
  }
}

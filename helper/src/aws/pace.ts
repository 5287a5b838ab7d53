import { hashFraction } from '../text/hash-fraction.ts';

/** A build that is throttled pauses at least this long, and twice as long each further time... */
const FIRST_PENALTY_MS = 2_000;
/** ...up to this. */
const LONGEST_PENALTY_MS = 30_000;
/** Each answer shortens the penalty to this share of it. */
const KEPT_SHARE = 0.9;
/** A penalty below this becomes none. */
const NO_PENALTY_MS = 500;

/**
 * How often one build polls. Hundreds of builds share an account's quota and learn of each other only when AWS throttles.
 * So each slows down steeply when it is throttled and speeds up slowly, until together they use what the quota allows, as
 * TCP connections share a line. The pauses differ, so that builds that began together do not poll together.
 */
export class Pace {
  #penalty = 0;
  #pauses = 0;

  /** @param name of what is polled; it differs from build to build */
  constructor(private readonly name: string) {}

  /** AWS has throttled the call. */
  throttled(): void {
    this.#penalty = Math.min(Math.max(this.#penalty * 2, FIRST_PENALTY_MS), LONGEST_PENALTY_MS);
  }

  /** AWS has answered the call. */
  answered(): void {
    this.#penalty = this.#penalty < NO_PENALTY_MS ? 0 : this.#penalty * KEPT_SHARE;
  }

  /**
   * The next pause in milliseconds, up to a quarter shorter or longer, or up to half where AWS throttles.
   * @param wanted the pause of a build that has AWS for itself
   * @param longest the longest pause that throttling may cause, before it is spread
   */
  pause(wanted: number, longest = LONGEST_PENALTY_MS): number {
    this.#pauses += 1;
    const share = hashFraction(`${this.name}/${this.#pauses}`);
    const penalty = Math.min(this.#penalty, longest);
    if (penalty > wanted) return Math.ceil(penalty * (0.5 + share));
    return Math.ceil(wanted * (0.75 + share / 2));
  }
}

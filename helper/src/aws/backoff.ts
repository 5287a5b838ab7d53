import { hashFraction } from '../text/hash-fraction.ts';

/** How the pauses between attempts grow. */
export interface PauseGrowth {
  /** The longest that the first pause can be, in milliseconds. */
  readonly first: number;
  /** No pause is longer, in milliseconds. */
  readonly longest: number;
  /** How many times longer each pause may be than the one before; 2 where left out. */
  readonly factor?: number;
}

/** The longest that a pause can be after so many others, in milliseconds. */
export const longestPause = ({ first, longest, factor = 2 }: PauseGrowth, pauses: number): number =>
  Math.min(longest, first * factor ** pauses);

/**
 * The pauses between the attempts of one call: exponential backoff with full jitter, so that builds that failed
 * together do not come back together
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 */
export class Backoff {
  #grown = 0;
  #taken = 0;

  /** @param seed differs from build to build */
  constructor(
    private readonly growth: PauseGrowth,
    private readonly seed: string,
  ) {}

  /** The longest that the next pause can be, in milliseconds. */
  get longest(): number {
    return longestPause(this.growth, this.#grown);
  }

  /** The next pause, in milliseconds: between a tenth of the longest and all of it. */
  next(): number {
    this.#taken += 1;
    const pause = Math.ceil(this.longest * (0.1 + 0.9 * hashFraction(`${this.seed}/${this.#taken}`)));
    this.#grown += 1;
    return pause;
  }

  /** The next pause is as short as the first one again. */
  restart(): void {
    this.#grown = 0;
  }
}

import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock } from '../world.ts';
import { longestPause, type PauseGrowth } from './backoff.ts';
import { awsErrorFacts, isUnreadable } from './errors.ts';

/** How a kind of error is retried. */
interface RetryRule extends PauseGrowth {
  /** No attempt begins later than this after the call began, in milliseconds. */
  total: number;
}

/**
 * AWS is there, and says that others are first. Some quotas refill at one call a second (RegisterTaskDefinition), so
 * among two hundred builds that begin at once one may have to wait for minutes.
 */
const THROTTLED: RetryRule = { total: 300_000, first: 1_000, longest: 20_000 };
/** AWS fails or cannot be reached: a connection that is lost for a minute is outlived. */
const LOST: RetryRule = { total: 90_000, first: 200, longest: 10_000 };
/** A name that does not exist is more often a wrong region than a DNS server in trouble. */
const UNKNOWN_HOST: RetryRule = { total: 15_000, first: 500, longest: 5_000 };

/** An answer that was cut off comes whole the next time; one of another server's (a wrong endpoint) never does. */
const UNREADABLE: RetryRule = { total: 15_000, first: 500, longest: 5_000 };

/** What the strategy needs beside its rules; tests give both. */
export interface RetryOptions {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

class Token implements RetryToken {
  constructor(
    readonly began: number,
    readonly count: number,
  ) {}

  getRetryCount = (): number => this.count;
  /** The pause is over when the token is handed out. */
  getRetryDelay = (): number => 0;
}

/**
 * Repeats calls by the run's clock: until a deadline and not a number of times, with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), longer where AWS throttles than
 * where it cannot be reached. The SDK's own standard mode gives up on throttling after some four seconds, and its
 * adaptive mode is made for one process with many calls, not for many with few.
 */
export function createRetryStrategy({ clock, random }: RetryOptions): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: async () => new Token(clock.now(), 0),
    async refreshRetryTokenForRetry(token, info) {
      const rule = ruleFor(info);
      if (rule === undefined || !(token instanceof Token)) throw new Error('not repeated');
      const ceiling = longestPause(rule, token.count);
      const asked = (info.retryAfterHint?.getTime() ?? 0) - clock.now();
      const pause = Math.max(random() * ceiling, Math.min(asked, rule.longest));
      if (clock.now() + pause - token.began > rule.total) throw new Error('no time is left for another attempt');
      await clock.sleep(Math.ceil(pause));
      return new Token(token.began, token.count + 1);
    },
    recordSuccess() {},
  };
}

/** By the SDK's own classes of errors; undefined for one that the next attempt would meet as well. */
function ruleFor({ errorType, error }: RetryErrorInfo): RetryRule | undefined {
  if (errorType === 'THROTTLING') return THROTTLED;
  if (isUnreadable(error)) return UNREADABLE;
  if (errorType === 'CLIENT_ERROR') return undefined;
  return awsErrorFacts(error).code === 'ENOTFOUND' ? UNKNOWN_HOST : LOST;
}

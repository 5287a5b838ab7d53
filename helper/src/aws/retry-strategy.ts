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
 * AWS is reachable but throttles. Some quotas refill by one call a second (RegisterTaskDefinition), so of two hundred
 * builds that begin together some have to wait for minutes.
 */
const THROTTLED: RetryRule = { total: 300_000, first: 1_000, longest: 20_000 };
/** AWS fails or cannot be reached. A connection may be lost for a minute without failing the build. */
const LOST: RetryRule = { total: 90_000, first: 200, longest: 10_000 };
/** A host name that does not exist is more often a wrong region than a broken DNS server. */
const UNKNOWN_HOST: RetryRule = { total: 15_000, first: 500, longest: 5_000 };

/** An answer that was cut off is complete the next time. An answer of another server (a wrong endpoint) never is. */
const UNREADABLE: RetryRule = { total: 15_000, first: 500, longest: 5_000 };

/** What the strategy needs beside its rules; tests pass their own. */
interface RetryOptions {
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
  /** The strategy itself waits, before it hands out the token. */
  getRetryDelay = (): number => 0;
}

/**
 * Retries calls until a deadline, not a number of times: with full jitter, on the run's clock, and longer where AWS
 * throttles than where it cannot be reached. The SDK's standard mode gives up on throttling after some four seconds. Its
 * adaptive mode is made for one process with many calls, not for many processes with few calls.
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

/** The rule for an error, by the SDK's classes of errors; undefined where the next attempt would fail in the same way. */
function ruleFor({ errorType, error }: RetryErrorInfo): RetryRule | undefined {
  if (errorType === 'THROTTLING') return THROTTLED;
  if (isUnreadable(error)) return UNREADABLE;
  if (errorType === 'CLIENT_ERROR') return undefined;
  return awsErrorFacts(error).code === 'ENOTFOUND' ? UNKNOWN_HOST : LOST;
}

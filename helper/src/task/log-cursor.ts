import { GetLogEventsCommand, type OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { type CallOptions, withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, isAuthenticationRefused, isThrottled, isUnclear } from '../aws/errors.ts';
import { singleAttempt } from '../aws/idempotency.ts';
import type { World } from '../world.ts';
import type { LogLocation } from './task-request.ts';

/** A page has one megabyte at most, so an answer that takes longer than this hangs. */
const REQUEST_MS = 25_000;
/** CloudWatch would return 10,000 events: parsed, they would need most of the helper's memory. */
const PAGE_EVENTS = 2_000;
/** CloudWatch ends a page at this many events or at a megabyte. After a page near these limits the next one is read at once. */
const FULL_EVENTS = 0.9 * PAGE_EVENTS;
const FULL_CHARACTERS = 800_000;

/** The result of reading the next page. */
export type PageRead =
  /** `caughtUp`: the log has no further lines for now. */
  | { kind: 'page'; lines: string[]; caughtUp: boolean; full: boolean }
  /** The stream does not exist yet: the container creates it. */
  | { kind: 'none' }
  | { kind: 'trouble'; error: string; passing: 'throttled' | 'unclear' | undefined };

/**
 * Reads a log stream page by page. The place is kept as GetLogEvents' token and not as a time, because two lines can share a
 * millisecond (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export class LogCursor {
  #token: string | undefined;
  /** How many events were returned so far. */
  #given = 0;
  /** How many of those the next answers will repeat, and must be skipped. */
  #repeated = 0;

  constructor(
    private readonly world: Pick<World, 'aws' | 'clock'>,
    private readonly log: LogLocation,
  ) {}

  /** Reads the next page. Each event is returned once. @throws the signal's reason */
  async next(signal: AbortSignal): Promise<PageRead> {
    const got = await withDeadline(this.world.clock, REQUEST_MS, (options) => this.#ask(options), signal);
    signal.throwIfAborted();
    return 'error' in got ? this.#trouble(got.error) : this.#page(got.answer.events ?? [], got.answer.nextForwardToken);
  }

  #ask(options: CallOptions) {
    const command = new GetLogEventsCommand({
      logGroupName: this.log.group,
      logStreamName: this.log.stream,
      startFromHead: true,
      limit: PAGE_EVENTS,
      ...(this.#token === undefined ? {} : { nextToken: this.#token }),
    });
    return singleAttempt(command, (one) => this.world.aws.logs.send(one, options));
  }

  #page(events: readonly OutputLogEvent[], next = this.#token): PageRead {
    // At the end of the log the answer has the same token as the request.
    const caughtUp = next === this.#token;
    const newEvents = events.slice(this.#repeated);
    this.#given += newEvents.length;
    // With that token AWS returns no events. A stand-in for AWS does, and repeats them in the next answer.
    this.#repeated = caughtUp ? Math.max(this.#repeated, events.length) : Math.max(0, this.#repeated - events.length);
    this.#token = next;
    return { kind: 'page', lines: newEvents.flatMap(linesOf), caughtUp, full: isFull(events) };
  }

  #trouble(error: unknown): PageRead {
    const { code, message } = awsErrorFacts(error);
    if (code === 'ResourceNotFoundException' && this.#token === undefined && this.#given === 0) return { kind: 'none' };
    // A token expires after a day. Then we read from the beginning, and skip what was returned already.
    const tokenExpired = code === 'InvalidParameterException' && this.#token !== undefined;
    if (tokenExpired) [this.#token, this.#repeated] = [undefined, this.#given];
    const unclear = tokenExpired || code === 'ResourceNotFoundException' || code === 'AbortError';
    return {
      kind: 'trouble',
      error: code === 'AbortError' ? `no answer for ${REQUEST_MS / 1000} s` : `${code}: ${message}`,
      passing: isThrottled(error)
        ? 'throttled'
        : unclear || isUnclear(error) || isAuthenticationRefused(error)
          ? 'unclear'
          : undefined,
    };
  }
}

/** An event is one line, unless the log driver is configured to join lines. */
const linesOf = ({ message = '' }: OutputLogEvent): string[] => message.replace(/\n$/, '').split('\n');

function isFull(events: readonly OutputLogEvent[]): boolean {
  if (events.length >= FULL_EVENTS) return true;
  return events.reduce((sum, { message = '' }) => sum + message.length, 0) >= FULL_CHARACTERS;
}

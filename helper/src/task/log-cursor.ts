import { GetLogEventsCommand, type OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { type CallOptions, withDeadline } from '../aws/deadline.ts';
import { awsErrorFacts, isExpired, isThrottled, isUnclear } from '../aws/errors.ts';
import { single } from '../aws/idempotency.ts';
import type { World } from '../world.ts';
import type { LogLocation } from './task-request.ts';

/** A page has a megabyte: what takes longer than this to come hangs. */
const REQUEST_MS = 25_000;
/** CloudWatch would give 10,000 events: parsed, they are most of the memory of a helper. */
const PAGE_EVENTS = 2_000;
/** A page is full at so many, or at a megabyte; near that there is more to be had at once. */
const FULL_EVENTS = 0.9 * PAGE_EVENTS;
const FULL_CHARACTERS = 800_000;

/** What came of asking for the next page. */
export type PageRead =
  /** `caughtUp`: there is nothing behind it, for now. */
  | { kind: 'page'; lines: string[]; caughtUp: boolean; full: boolean }
  /** The stream does not exist yet: it begins with the container. */
  | { kind: 'none' }
  | { kind: 'trouble'; error: string; passing: 'throttled' | 'unclear' | undefined };

/**
 * A place in a log stream, which moves on page by page. GetLogEvents' tokens are the bookmark, not time: two lines can
 * share a millisecond (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export class LogCursor {
  #token: string | undefined;
  /** Events that were given out so far, and how many of those come again after the token. */
  #given = 0;
  #again = 0;

  constructor(
    private readonly world: Pick<World, 'aws' | 'clock'>,
    private readonly log: LogLocation,
  ) {}

  /** Reads the next page; gives out every event once. @throws the signal's reason */
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
    return single(command, (one) => this.world.aws.logs.send(one, options));
  }

  #page(events: readonly OutputLogEvent[], next = this.#token): PageRead {
    // The end is where the token repeats.
    const caughtUp = next === this.#token;
    const fresh = events.slice(this.#again);
    this.#given += fresh.length;
    // AWS gives no events together with the token that was sent. Where a stand-in does, they come again after it.
    this.#again = caughtUp ? Math.max(this.#again, events.length) : Math.max(0, this.#again - events.length);
    this.#token = next;
    return { kind: 'page', lines: fresh.flatMap(linesOf), caughtUp, full: isFull(events) };
  }

  #trouble(error: unknown): PageRead {
    const { code, message } = awsErrorFacts(error);
    if (code === 'ResourceNotFoundException' && this.#token === undefined && this.#given === 0) return { kind: 'none' };
    // A token is good for a day: begin again, past what has been given out.
    const lost = code === 'InvalidParameterException' && this.#token !== undefined;
    if (lost) [this.#token, this.#again] = [undefined, this.#given];
    const unclear = lost || code === 'ResourceNotFoundException' || code === 'AbortError';
    return {
      kind: 'trouble',
      error: code === 'AbortError' ? `no answer for ${REQUEST_MS / 1000} s` : `${code}: ${message}`,
      passing: isThrottled(error)
        ? 'throttled'
        : unclear || isUnclear(error) || isExpired(error)
          ? 'unclear'
          : undefined,
    };
  }
}

/** One event is one line, unless the log driver was told to join some. */
const linesOf = ({ message = '' }: OutputLogEvent): string[] => message.replace(/\n$/, '').split('\n');

function isFull(events: readonly OutputLogEvent[]): boolean {
  if (events.length >= FULL_EVENTS) return true;
  return events.reduce((sum, { message = '' }) => sum + message.length, 0) >= FULL_CHARACTERS;
}

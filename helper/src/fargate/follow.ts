import { GetLogEventsCommand, type OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { awsErrorFacts, isThrottled, isUnclear } from '../aws/errors.ts';
import type { World } from '../world.ts';
import type { LogPlace } from './task.ts';
import { type Alarm, spread } from './waiting.ts';

/** Between reads: soon after lines came, later when it is quiet. All builds of an account share some 25 a second. */
const SOON_MS = 1_000;
const QUIET_MS = 6_000;
const THROTTLED_MS = 15_000;
/** Where CloudWatch itself is in trouble, late lines are waited for so much longer. */
const TROUBLE_MS = 40_000;
/** A page is full at a megabyte or 10,000 events; near that there is more to be had at once. */
const FULL_EVENTS = 9_000;
const FULL_CHARACTERS = 800_000;
/** Pages may be empty before the end; so many in a row without a pause. */
const EMPTY_PAGES = 8;

/** What is followed, and for how long. */
export interface Followed {
  log: LogPlace;
  /** Called with every line once, in order. */
  onLine(line: string): void;
  /** True once the line that must be last has come. */
  endSeen(): boolean;
  /** Once the task is over: until when late lines are waited for, in the clock's milliseconds. Undefined before. */
  until(): number | undefined;
  /** Rings when that changes. */
  alarm: Alarm;
  signal: AbortSignal;
}

type Page = { events: readonly OutputLogEvent[]; next: string | undefined };

/**
 * Follows a container's log to its end by GetLogEvents' tokens: two lines can share a millisecond, so time is no
 * bookmark. Memory is that of a page.
 * @returns why the log could not be read to its end; undefined where it could
 * @throws the signal's reason, and what onLine throws
 */
export async function followLog(world: Pick<World, 'aws' | 'clock'>, followed: Followed): Promise<string | undefined> {
  const { clock } = world;
  const { signal, alarm, log } = followed;
  let token: string | undefined;
  let delivered = 0;
  let skip = 0;
  let pause = SOON_MS;
  let empty = 0;
  for (let read = 1; ; read += 1) {
    // Asked before the page is read: what was written before the end is then on it or after it.
    const until = followed.until();
    const page = await readPage(world, log, token, signal);
    let trouble: string | undefined;
    let caughtUp = true;
    if ('error' in page) {
      trouble = page.error;
      // Tokens live for a day: begin again, past what has been delivered.
      if (page.tokenLost) [token, skip] = [undefined, delivered];
      else if (page.forGood) return trouble;
      pause = Math.min(Math.max(pause, SOON_MS) * 2, THROTTLED_MS);
    } else if (page.next !== undefined || page.events.length > 0) {
      deliver(page.events.slice(skip), followed.onLine);
      delivered += Math.max(0, page.events.length - skip);
      skip = Math.max(0, skip - page.events.length);
      // The end is where the token repeats.
      caughtUp = page.next === token;
      token = page.next ?? token;
      empty = page.events.length === 0 ? empty + 1 : 0;
      if (!caughtUp && (isFull(page) || ((until !== undefined || page.events.length === 0) && empty < EMPTY_PAGES)))
        continue;
      pause = page.events.length > 0 ? SOON_MS : Math.min(pause * 1.5, QUIET_MS);
    } else {
      pause = Math.min(pause * 1.5, QUIET_MS);
    }
    empty = 0;
    if (until !== undefined) {
      const now = clock.now();
      if (trouble !== undefined && now >= until + TROUBLE_MS) return trouble;
      if (trouble === undefined && (now >= until || (caughtUp && followed.endSeen()))) return undefined;
      pause = Math.min(pause, 2 * SOON_MS);
    }
    await alarm.sleep(clock, pause * (0.75 + spread(`${log.stream}/${read}`) / 2), signal);
  }
}

function deliver(events: readonly OutputLogEvent[], onLine: (line: string) => void): void {
  for (const { message = '' } of events) {
    // One event is one line, unless the log driver was told to join some.
    for (const line of message.replace(/\n$/, '').split('\n')) onLine(line);
  }
}

function isFull({ events }: Page): boolean {
  if (events.length >= FULL_EVENTS) return true;
  return events.reduce((sum, { message = '' }) => sum + message.length, 0) >= FULL_CHARACTERS;
}

/** A page; none while the stream does not exist; or the error, and whether it will stay. */
async function readPage(
  world: Pick<World, 'aws'>,
  { group, stream }: LogPlace,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page | { error: string; forGood: boolean; tokenLost: boolean }> {
  try {
    const answer = await world.aws.logs.send(
      new GetLogEventsCommand({
        logGroupName: group,
        logStreamName: stream,
        startFromHead: true,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
      { abortSignal: signal },
    );
    return { events: answer.events ?? [], next: answer.nextForwardToken };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = awsErrorFacts(error);
    // The stream begins with the container's first line. A group that is not there keeps the task from starting.
    if (code === 'ResourceNotFoundException') return { events: [], next: undefined };
    const tokenLost = token !== undefined && code === 'InvalidParameterException';
    return { error: `${code}: ${message}`, forGood: !isThrottled(error) && !isUnclear(error), tokenLost };
  }
}

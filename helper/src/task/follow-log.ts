import { unlessAborted } from '../aws/deadline.ts';
import { Pace } from '../aws/pace.ts';
import type { World } from '../world.ts';
import type { InterruptibleSleep } from './interruptible-sleep.ts';
import { LogCursor, type PageRead } from './log-cursor.ts';
import type { LogLocation } from './task-request.ts';

/**
 * The pauses between reads, as long as CloudWatch does not throttle. Almost none while pages are full; short after lines,
 * and slowly longer with the age of the log (the log driver sends every five seconds only); longest when no lines come.
 */
const AT_ONCE_MS = 200;
const SOON_MS = 1_000;
const OLDER_BY_MS = 1_000 / 120_000;
const LESS_SOON_MS = 5_000;
const QUIET_MS = 6_000;
/** The log of an old build without new lines is read even less often. */
const OLD_MS = 600_000;
const OLD_QUIET_MS = 10_000;
/** Before the container runs there is no log. We look for it all the same, because polls may miss the start. */
const STARTING_MS = 20_000;
/** The longest pauses once the task has ended: as a rule, and while CloudWatch throttles. */
const DRAINING_MS = 4_000;
const DRAINING_THROTTLED_MS = 15_000;
/** The longest pause while reads fail. */
const TROUBLE_MS = 15_000;
/** How much longer we wait for late lines where CloudWatch is out of reach. */
const OUTAGE_MS = 120_000;
/** The same, where it throttles, or where pages do not end. */
const THROTTLED_MS = 300_000;
/** A container that ran may have no stream by the end of the wait for late lines: we look once more after this time. */
const NO_STREAM_MS = 2_000;
/** Pages may be empty before the end of the log. How many of them are read without a pause while the task runs. */
const EMPTY_PAGES = 8;
/** After this time without a line we look whether the task still runs. */
const SILENT_MS = 10_000;

/** Which log is followed, and for how long. */
interface FollowLogOptions {
  log: LogLocation;
  /** Called once for each line, in order. */
  onLine(line: string): void;
  /** Resolves when the reader of our output has read it: so our memory does not grow with an output that is read slowly. */
  drained(): Promise<void>;
  /** Called when lines have stopped coming. */
  onSilence(): void;
  /** True once the log's last line has come. */
  endSeen(): boolean;
  /** True once ECS has said that the container runs. */
  running(): boolean;
  /**
   * Undefined while the task runs. Once it has ended: how long we wait for late lines, as a time by the clock in milliseconds;
   * 0 where there is no log.
   */
  until(): number | undefined;
  /** Woken when `running` or `until` changes. */
  interruptible: InterruptibleSleep;
  signal: AbortSignal;
}

/**
 * Follows a container's log to its end. It never holds more than one page in memory, even where our own output is read slowly.
 * @returns why the log could not be read to its end; undefined where it could
 * @throws the signal's reason, and what onLine throws
 */
export async function followLog(
  world: Pick<World, 'aws' | 'clock'>,
  followed: FollowLogOptions,
): Promise<string | undefined> {
  const { clock } = world;
  const { signal, interruptible, log } = followed;
  const cursor = new LogCursor(world, log);
  const pauses = new ReadPauses(log.stream);
  let pause = followed.running() || followed.until() !== undefined ? 0 : STARTING_MS;
  for (;;) {
    await interruptible.sleep(clock, pause, signal);
    // Both are read before the page: every line written by then is on this page or on a later one.
    const until = followed.until();
    if (until === 0) return undefined;
    const began = clock.now();
    const read = await cursor.next(signal);
    if (read.kind === 'page') {
      for (const line of read.lines) followed.onLine(line);
      await unlessAborted(followed.drained(), signal);
    }
    if (until !== undefined) {
      const end = logEnd(read, { late: began - until, endSeen: followed.endSeen() });
      if (end !== undefined) return end.problem;
    } else if (read.kind === 'trouble' && read.passing === undefined) return read.error;
    if (pauses.take(read, clock.now())) followed.onSilence();
    pause = pauses.pause(read, { starting: !followed.running(), now: clock.now(), until });
  }
}

/**
 * Decides whether the log of an ended task has been read to its end.
 * @param late how long after the end of the wait for late lines this read began; negative before
 */
function logEnd(
  read: PageRead,
  { late, endSeen }: { late: number; endSeen: boolean },
): { problem: string | undefined } | undefined {
  switch (read.kind) {
    case 'page':
      if (!read.caughtUp) return late < THROTTLED_MS ? undefined : { problem: 'its pages do not end' };
      return late >= 0 || endSeen ? { problem: undefined } : undefined;
    case 'none':
      return late >= NO_STREAM_MS ? { problem: undefined } : undefined;
    case 'trouble': {
      const longestWait = { throttled: THROTTLED_MS, unclear: OUTAGE_MS };
      const isGivenUp = read.passing === undefined || late >= longestWait[read.passing];
      return isGivenUp ? { problem: read.error } : undefined;
    }
  }
}

/** The pauses between reads. */
class ReadPauses {
  readonly #pace: Pace;
  #wanted = SOON_MS;
  #empty = 0;
  #first: number | undefined;
  #lastLine: number | undefined;

  constructor(stream: string) {
    this.#pace = new Pace(stream);
  }

  /** Notes what was read. @returns true where lines have just stopped coming */
  take(read: PageRead, now: number): boolean {
    if (read.kind === 'trouble') {
      if (read.passing === 'throttled') this.#pace.throttled();
      else this.#wanted = Math.min(this.#wanted * 2, TROUBLE_MS);
      return false;
    }
    this.#pace.answered();
    if (read.kind === 'page' && read.lines.length > 0) {
      this.#first ??= now;
      this.#lastLine = now;
      this.#empty = 0;
      this.#wanted = Math.min(SOON_MS + (now - this.#first) * OLDER_BY_MS, LESS_SOON_MS);
      return false;
    }
    this.#empty += 1;
    const old = now - (this.#first ?? now) > OLD_MS;
    this.#wanted = Math.min(this.#wanted * 1.5, old ? OLD_QUIET_MS : QUIET_MS);
    const silent = this.#lastLine !== undefined && now - this.#lastLine > SILENT_MS;
    if (silent) this.#lastLine = undefined;
    return silent;
  }

  /** How long to wait, in milliseconds. */
  pause(
    read: PageRead,
    { starting, now, until }: { starting: boolean; now: number; until: number | undefined },
  ): number {
    if (read.kind === 'page' && !read.caughtUp) {
      const empty = read.lines.length === 0 && this.#empty % EMPTY_PAGES !== 0;
      if (read.full || until !== undefined || empty) return AT_ONCE_MS;
    }
    if (until === undefined) return this.#pace.pause(starting && read.kind === 'none' ? STARTING_MS : this.#wanted);
    const pause = this.#pace.pause(Math.min(this.#wanted, DRAINING_MS), DRAINING_THROTTLED_MS);
    // The last read begins exactly when the time is up.
    return now < until ? Math.min(pause, until - now) : pause;
  }
}

import { unlessAborted } from '../aws/deadline.ts';
import { Pace } from '../aws/pace.ts';
import type { World } from '../world.ts';
import type { InterruptibleSleep } from './interruptible-sleep.ts';
import { LogCursor, type PageRead } from './log-cursor.ts';
import type { LogLocation } from './task-request.ts';

/**
 * Between reads, by a build that has AWS for itself: at once while pages are full; soon after lines came, a little later
 * the longer it has been going (the log driver sends every five seconds anyway); later still when it is quiet.
 */
const AT_ONCE_MS = 200;
const SOON_MS = 1_000;
const OLDER_BY_MS = 1_000 / 120_000;
const LESS_SOON_MS = 5_000;
const QUIET_MS = 6_000;
/** An old build that is quiet is asked even less often. */
const OLD_MS = 600_000;
const OLD_QUIET_MS = 10_000;
/** Before the container runs there is no log; looked for all the same, should its start go unseen. */
const STARTING_MS = 20_000;
/** Once the task is over. */
const DRAINING_MS = 4_000;
const DRAINING_THROTTLED_MS = 15_000;
const TROUBLE_MS = 15_000;
/** Where CloudWatch itself is in trouble, late lines are waited for so much longer; where it throttles, or pages
 * do not end. */
const OUTAGE_MS = 120_000;
const THROTTLED_MS = 300_000;
/** A container that ran, and has no stream by the time that late lines have had: it is looked for once more. */
const NO_STREAM_MS = 2_000;
/** Pages may be empty before the end; so many are read in a row while the task runs. */
const EMPTY_PAGES = 8;
/** Without a line for so long it is worth a look whether the task still runs. */
const SILENT_MS = 10_000;

/** What is followed, and for how long. */
export interface FollowLogOptions {
  log: LogLocation;
  /** Called with every line once, in order. */
  onLine(line: string): void;
  /** Resolves when the reader of our output has taken it. */
  drained(): Promise<void>;
  /** Called when lines have stopped to come. */
  onSilence(): void;
  /** True once the line that must be last has come. */
  endSeen(): boolean;
  /** True once the container is known to run. */
  running(): boolean;
  /** Once the task is over: until when late lines are waited for, in the clock's milliseconds; 0 where there is no log. Undefined before. */
  until(): number | undefined;
  /** Rings when one of the two changes. */
  alarm: InterruptibleSleep;
  signal: AbortSignal;
}

/**
 * Follows a container's log to its end. Memory is that of a page, also where our own output is read slowly.
 * @returns why the log could not be read to its end; undefined where it could
 * @throws the signal's reason, and what onLine throws
 */
export async function followLog(
  world: Pick<World, 'aws' | 'clock'>,
  followed: FollowLogOptions,
): Promise<string | undefined> {
  const { clock } = world;
  const { signal, alarm, log } = followed;
  const cursor = new LogCursor(world, log);
  const rhythm = new Rhythm(log.stream);
  let pause = followed.running() || followed.until() !== undefined ? 0 : STARTING_MS;
  for (;;) {
    await alarm.sleep(clock, pause, signal);
    // Both are taken before the page is read: what was written by then is on it or after it.
    const until = followed.until();
    if (until === 0) return undefined;
    const began = clock.now();
    const read = await cursor.next(signal);
    if (read.kind === 'page') {
      for (const line of read.lines) followed.onLine(line);
      await unlessAborted(followed.drained(), signal);
    }
    if (until !== undefined) {
      const end = ending(read, { late: began - until, endSeen: followed.endSeen() });
      if (end !== undefined) return end.problem;
    } else if (read.kind === 'trouble' && read.passing === undefined) return read.error;
    if (rhythm.take(read, clock.now())) followed.onSilence();
    pause = rhythm.pause(read, { starting: !followed.running(), now: clock.now(), until });
  }
}

/**
 * Whether a log has been read to its end once its task is over.
 * @param late how long after the time until which late lines are waited for this read began
 */
function ending(
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
      const patience = { throttled: THROTTLED_MS, unclear: OUTAGE_MS };
      const over = read.passing === undefined || late >= patience[read.passing];
      return over ? { problem: read.error } : undefined;
    }
  }
}

/** The pauses between reads. */
class Rhythm {
  readonly #pace: Pace;
  #wanted = SOON_MS;
  #empty = 0;
  #first: number | undefined;
  #lastLine: number | undefined;

  constructor(stream: string) {
    this.#pace = new Pace(stream);
  }

  /** Takes note of what was read. @returns whether lines have just stopped to come */
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
    // One read begins when the time is up.
    return now < until ? Math.min(pause, until - now) : pause;
  }
}

import type { FileEntry, HashedEntry, Listing } from '../entries.ts';
import type { PackAheadDecision } from '../pack/pack-ahead.ts';
import { type CommitFacts, keepKnownTimes, newTime, setLinkTimes } from './assign-times.ts';
import type { NotedJob } from './job-notes.ts';

type CommitsOf = (files: readonly FileEntry[]) => Promise<CommitFacts | undefined>;

/** Finds the times of a context's files, while they are hashed: what was noted of the job, and what its repository knows. */
export class TimeFinder {
  /** Of this moment, in seconds since the epoch: what is new is from now. */
  readonly now: number;
  #outlook: PackAheadDecision = 'nothing yet';
  /** Of all files, where none of them is known. */
  #all: Promise<CommitFacts | undefined> | undefined;

  /** @param nowMs of this moment, in milliseconds since the epoch */
  constructor(
    private readonly listing: Pick<Listing, 'entries'>,
    readonly notes: Promise<NotedJob>,
    private readonly commitsOf: CommitsOf = async () => undefined,
    nowMs: number,
  ) {
    this.now = Math.floor(nowMs / 1000);
    notes.then((known) => this.#begin(known)).catch(() => {});
  }

  /** What is known by now. */
  packAheadDecision(): PackAheadDecision {
    return this.#outlook;
  }

  /**
   * Gives all entries their times.
   * @returns whether they are what is noted
   */
  async assignTimes(entries: readonly HashedEntry[]): Promise<{ isNoted: boolean }> {
    const noted = await this.notes;
    const { open, isNoted } = keepKnownTimes(entries, noted, this.now);
    if (open.length > 0) {
      const commits = await (this.#all ?? this.commitsOf(open.map(({ file }) => file)));
      for (const { file, after } of open) file.time = newTime(file.path, after, commits, this.now);
    }
    setLinkTimes(entries);
    return { isNoted };
  }

  /** Where nothing at all is known, no content decides a time: packing need not wait for hashes. */
  async #begin({ own, sibling, lastContext: before }: NotedJob): Promise<void> {
    if (own.count > 0 || own.floor > 0 || sibling !== undefined) {
      this.#outlook = 'needless';
      return;
    }
    const { entries } = this.listing;
    this.#all = this.commitsOf(entries.filter((entry): entry is FileEntry => entry.kind === 'file'));
    this.#all.catch(() => {});
    const commits = await this.#all;
    this.#outlook = before === undefined ? (path) => newTime(path, 0, commits, this.now) : 'needless';
  }
}

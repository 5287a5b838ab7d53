import type { FileEntry, HashedEntry, Listing } from '../entries.ts';
import type { PackAheadDecision } from '../pack/pack-ahead.ts';
import { type CommitFacts, keepKnownTimes, newTime, setLinkTimes } from './assign-times.ts';
import type { NotedJob } from './job-notes.ts';

type CommitsOf = (files: readonly FileEntry[]) => Promise<CommitFacts | undefined>;

/** Finds the times of a context's files while they are hashed. It asks the job's notes, and the repository. */
export class TimeFinder {
  /** When this run began, in seconds since the epoch. New files get this time. */
  readonly now: number;
  #decision: PackAheadDecision = 'undecided';
  /** Commit facts of all files, if no note says anything about them. */
  #allCommits: Promise<CommitFacts | undefined> | undefined;

  /** @param nowMs when this run began, in milliseconds since the epoch */
  constructor(
    private readonly listing: Pick<Listing, 'entries'>,
    readonly notes: Promise<NotedJob>,
    private readonly commitsOf: CommitsOf = async () => undefined,
    nowMs: number,
  ) {
    this.now = Math.floor(nowMs / 1000);
    notes.then((noted) => this.#decide(noted)).catch(() => {});
  }

  /** Whether packing should begin before all files are hashed, as far as it is known by now. */
  packAheadDecision(): PackAheadDecision {
    return this.#decision;
  }

  /**
   * Sets the times of all entries.
   * @returns whether the context is exactly what the note says
   */
  async assignTimes(entries: readonly HashedEntry[]): Promise<{ matchesNote: boolean }> {
    const noted = await this.notes;
    const { untimed, matchesNote } = keepKnownTimes(entries, noted, this.now);
    if (untimed.length > 0) {
      const commits = await (this.#allCommits ?? this.commitsOf(untimed.map(({ file }) => file)));
      for (const { file, after } of untimed) file.time = newTime(file.path, after, commits, this.now);
    }
    setLinkTimes(entries);
    return { matchesNote };
  }

  /** If nothing is noted, no time depends on a file's content, so packing need not wait for the hashes. */
  async #decide({ own, sibling, lastContext }: NotedJob): Promise<void> {
    if (own.count > 0 || own.floor > 0 || sibling !== undefined) {
      this.#decision = 'needless';
      return;
    }
    const { entries } = this.listing;
    this.#allCommits = this.commitsOf(entries.filter((entry): entry is FileEntry => entry.kind === 'file'));
    this.#allCommits.catch(() => {});
    const commits = await this.#allCommits;
    this.#decision = lastContext === undefined ? (path) => newTime(path, 0, commits, this.now) : 'needless';
  }
}

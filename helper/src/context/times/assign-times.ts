import { type HashedEntry, type HashedFile, UNDECIDED_TIME } from '../entries.ts';
import { contentNumber } from './hash-numbers.ts';
import type { EachFileName, SentFile, SentFiles } from './sent-files.ts';

// Decides the time of each file in the archive. A file that has not changed keeps its time; a file that has changed gets a later
// time. Web servers make Last-Modified and ETag from time and length, and make compares times, so they would miss the change
// otherwise. All times are whole seconds since the epoch.

/** zip cannot express an earlier time: it counts from 1980, in local time. */
const LEAST_TIME = Date.parse('1980-01-02T00:00:00Z') / 1000;
/** Clocks of agents differ by less. A note with a later time is forged, or comes from a clock that is wrong by days. */
const CLOCK_TOLERANCE = 3_600;

/** What the repository knows about files. */
export interface CommitFacts {
  /** Time of the commit that is checked out; 0 if it is not known. */
  readonly head: number;
  /** Whether the file is as it was committed. */
  isCommitted(path: string): boolean;
  /** Time of the commit that changed the file last, or of a later commit; 0 if it is not known. */
  timeOf(path: string): number;
}

/** What was sent before. */
export interface SentHistory {
  /** The files that this job has sent. */
  readonly own: SentFiles;
  /** The files that another job of the project has sent, for a job that has sent nothing yet. */
  readonly sibling: SentFiles | undefined;
}

/** A file whose time is not known yet. Its time must be later than `after`; 0: any time is possible. */
interface UntimedFile {
  file: HashedFile;
  after: number;
}

const NO_NAMES: readonly undefined[] = [];

/** The latest time of a note that is trusted. */
export const latestTrustedTime = (now: number): number => now + CLOCK_TOLERANCE;

/** Goes through all names of files, those of hard links included. */
export function eachFileName(entries: readonly HashedEntry[]): EachFileName {
  const files = filesWithLinks(entries);
  return (take) => {
    for (const entry of entries) {
      const file = entry.kind === 'hardlink' ? files.get(entry.target) : entry;
      if (file?.kind === 'file') take(entry.path, file);
    }
  };
}

/**
 * Sets the time of each file that is the same as when it was last sent.
 * @returns the files that are left, and whether the context is exactly what the note says
 */
export function keepKnownTimes(
  entries: readonly HashedEntry[],
  { own, sibling }: SentHistory,
  now: number,
): { untimed: UntimedFile[]; matchesNote: boolean } {
  const latest = latestTrustedTime(now);
  const isTrusted = (sent: SentFile | undefined): sent is SentFile =>
    sent !== undefined && sent.time >= LEAST_TIME && sent.time <= latest;
  const floor = own.floor <= latest ? own.floor : 0;
  const links = linksOf(entries);
  const untimed: UntimedFile[] = [];
  let matchesNote = true;
  for (const file of entries) {
    if (file.kind !== 'file') continue;
    if (file.time !== UNDECIDED_TIME) {
      matchesNote = false;
      continue;
    }
    const content = contentNumber(file);
    const isSame = (sent: SentFile | undefined) => sent?.content === content && sent.mode === file.mode;
    const first = own.find(file.path);
    const others = links.get(file.path)?.map((name) => own.find(name)) ?? NO_NAMES;
    if (isTrusted(first) && isSame(first) && others.every((sent) => isSame(sent) && sent?.time === first.time)) {
      file.time = first.time;
      continue;
    }
    matchesNote = false;
    const known = [first, ...others].filter(isTrusted);
    const withThisMode = first?.content === content ? own.findWith(file.path, file.mode) : undefined;
    if (isTrusted(withThisMode) && isSame(withThisMode) && others.length === 0) {
      // The content is still what it was when it was sent with this mode.
      file.time = withThisMode.time;
      continue;
    }
    const fromSibling = known.length === 0 ? sibling?.find(file.path) : undefined;
    if (isTrusted(fromSibling) && isSame(fromSibling) && fromSibling.time > floor) file.time = fromSibling.time;
    else {
      const least = known.length > others.length ? 0 : floor;
      untimed.push({ file, after: Math.max(least, ...known.map(({ time }) => time)) });
    }
  }
  return { untimed, matchesNote };
}

/**
 * The time of a file that is new or has changed. It is the time of a commit if one fits, because that is the same in all builds
 * of the commit. Otherwise it is now, or later if the file had a later time before.
 */
export function newTime(path: string, after: number, commits: CommitFacts | undefined, now: number): number {
  const fits = (time: number): boolean => time >= LEAST_TIME && time > after && time <= now;
  const own = commits?.timeOf(path) ?? 0;
  if (fits(own)) return own;
  const isChanged = after > 0;
  const head = isChanged && commits?.isCommitted(path) ? commits.head : 0;
  return fits(head) ? head : Math.max(now, after + 1, LEAST_TIME);
}

/** Gives each hard link the time of its file. */
export function setLinkTimes(entries: readonly HashedEntry[]): void {
  const files = filesWithLinks(entries);
  for (const entry of entries) if (entry.kind === 'hardlink') entry.time = files.get(entry.target)?.time ?? LEAST_TIME;
}

/** The other names of each file that has several, by its path. */
function linksOf(entries: readonly HashedEntry[]): ReadonlyMap<string, readonly string[]> {
  const links = new Map<string, string[]>();
  for (const entry of entries)
    if (entry.kind === 'hardlink') links.set(entry.target, [...(links.get(entry.target) ?? []), entry.path]);
  return links;
}

/** The files that have hard links, by path. */
function filesWithLinks(entries: readonly HashedEntry[]): ReadonlyMap<string, HashedFile> {
  const links = linksOf(entries);
  const files = new Map<string, HashedFile>();
  if (links.size === 0) return files;
  for (const entry of entries) if (entry.kind === 'file' && links.has(entry.path)) files.set(entry.path, entry);
  return files;
}

import { type HashedEntry, type HashedFile, UNDECIDED_TIME } from '../entries.ts';
import { contentNumber } from './hash-numbers.ts';
import type { EachFileName, SentFile, SentFiles } from './sent-files.ts';

// Which time each file of an archive has. A file that is what it was keeps its time; one that changed is later than before:
// web servers make Last-Modified and ETag of time and length, and make cannot tell otherwise either. All times are whole
// seconds since the epoch.

/** zip counts from 1980, in local time. */
export const LEAST_TIME = Date.parse('1980-01-02T00:00:00Z') / 1000;
/** Clocks differ by less. What is noted of a later time was not noted by us, or by a clock that is wrong by days. */
const AHEAD = 3_600;

/** What the repository knows of files. */
export interface CommitFacts {
  /** The time of the commit that is checked out; 0 where it is not known. */
  readonly head: number;
  /** Whether a file is as it was committed. */
  isCommitted(path: string): boolean;
  /** The time of the commit that a file was changed by last, or a later commit's; 0 where that is not known. */
  timeOf(path: string): number;
}

/** What a job has sent. */
export interface SentHistory {
  readonly own: SentFiles;
  /** What another job of the same project has sent: it has times for a job that has sent nothing yet. */
  readonly sibling: SentFiles | undefined;
}

/** A file whose time is to be found, and the time that it must be later than; 0: there is none. */
export interface UntimedFile {
  file: HashedFile;
  after: number;
}

const NONE: readonly undefined[] = [];

/** The latest time of a note that is taken. */
export const latestTrustedTime = (now: number): number => now + AHEAD;

/** All names of files, hard links included. */
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
 * Gives those files their times that are what they were when they were sent last.
 * @returns the others, and whether all is as it was noted
 */
export function keepKnownTimes(
  entries: readonly HashedEntry[],
  { own, sibling }: SentHistory,
  now: number,
): { open: UntimedFile[]; isNoted: boolean } {
  const most = latestTrustedTime(now);
  const isTaken = (sent: SentFile | undefined): sent is SentFile =>
    sent !== undefined && sent.time >= LEAST_TIME && sent.time <= most;
  const floor = own.floor <= most ? own.floor : 0;
  const links = linksOf(entries);
  const open: UntimedFile[] = [];
  let isNoted = true;
  for (const file of entries) {
    if (file.kind !== 'file') continue;
    if (file.time !== UNDECIDED_TIME) {
      isNoted = false;
      continue;
    }
    const check = contentNumber(file);
    const isSame = (one: SentFile | undefined) => one?.content === check && one.mode === file.mode;
    const first = own.find(file.path);
    const others = links.get(file.path)?.map((name) => own.find(name)) ?? NONE;
    if (isTaken(first) && isSame(first) && others.every((one) => isSame(one) && one?.time === first.time)) {
      file.time = first.time;
      continue;
    }
    isNoted = false;
    const known = [first, ...others].filter(isTaken);
    const before = first?.content === check ? own.findWith(file.path, file.mode) : undefined;
    if (isTaken(before) && isSame(before) && others.length === 0) {
      // Its content is what it was when it was sent with this mode.
      file.time = before.time;
      continue;
    }
    const other = known.length === 0 ? sibling?.find(file.path) : undefined;
    if (isTaken(other) && isSame(other) && other.time > floor) file.time = other.time;
    else
      open.push({ file, after: Math.max(known.length > others.length ? 0 : floor, ...known.map(({ time }) => time)) });
  }
  return { open, isNoted };
}

/**
 * The time of a file that is new, or has changed: that of a commit where one will do, since it is the same for all builds of
 * the commit; else now, and later than it was in any case.
 */
export function newTime(path: string, after: number, commits: CommitFacts | undefined, now: number): number {
  const fits = (time: number): boolean => time >= LEAST_TIME && time > after && time <= now;
  const own = commits?.timeOf(path) ?? 0;
  if (fits(own)) return own;
  const isChanged = after > 0;
  const head = isChanged && commits?.isCommitted(path) ? commits.head : 0;
  return fits(head) ? head : Math.max(now, after + 1, LEAST_TIME);
}

/** Gives hard links the times of their files. */
export function setLinkTimes(entries: readonly HashedEntry[]): void {
  const files = filesWithLinks(entries);
  for (const entry of entries) if (entry.kind === 'hardlink') entry.time = files.get(entry.target)?.time ?? LEAST_TIME;
}

/** By the path of a file: its other names. */
function linksOf(entries: readonly HashedEntry[]): ReadonlyMap<string, readonly string[]> {
  const links = new Map<string, string[]>();
  for (const entry of entries)
    if (entry.kind === 'hardlink') links.set(entry.target, [...(links.get(entry.target) ?? []), entry.path]);
  return links;
}

function filesWithLinks(entries: readonly HashedEntry[]): ReadonlyMap<string, HashedFile> {
  const links = linksOf(entries);
  const files = new Map<string, HashedFile>();
  if (links.size === 0) return files;
  for (const entry of entries) if (entry.kind === 'file' && links.has(entry.path)) files.set(entry.path, entry);
  return files;
}

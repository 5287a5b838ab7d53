import { createHash } from 'node:crypto';
import { hashFraction } from '../../text/hash-fraction.ts';
import { contentSize, type Entry, type FileEntry, type HashedEntry } from '../entries.ts';
import { sha256 } from '../list/unchanged-files.ts';

/** Change it whenever the same entries make another archive, or are cut elsewhere. It is part of each archive's hash. */
const FORMAT = 'fargate-ci context 3';

/** A segment of several entries is never larger than this many usual segments. */
const LARGEST_IN_USUAL = 4;
/** Bytes of an entry's header. */
const HEADER_BYTES = 512;

/** Consecutive entries of the archive that are sent, or copied by S3, together. */
interface Segment {
  /** Index of its first entry, and of the entry after its last. */
  from: number;
  to: number;
  /** Hash of everything that the archive says about these entries. */
  id: string;
}

/** The archive to be made: its entries, cut into segments, and the hash of the whole. */
export interface CutArchive {
  entries: readonly HashedEntry[];
  segments: readonly Segment[];
  hash: string;
}

/**
 * Decides where the archive is cut. Returns for each segment the index after its last entry, except for the empty segment at the
 * archive's end. Whether the archive is cut beside an entry depends on that entry's path and size, so a change elsewhere moves
 * no cut. A large file is a segment of its own.
 * @param usualSegment usual size of a segment in bytes, unpacked
 */
export function cutIndices(entries: readonly Entry[], usualSegment: number): number[] {
  const cuts: number[] = [];
  let bytes = 0;
  entries.forEach((entry, index) => {
    const own = HEADER_BYTES + contentSize(entry);
    if (bytes > 0 && (own >= usualSegment || bytes + own > LARGEST_IN_USUAL * usualSegment)) {
      cuts.push(index);
      bytes = 0;
    }
    bytes += own;
    if (hashFraction(entry.path) * usualSegment >= own) return;
    cuts.push(index + 1);
    bytes = 0;
  });
  if (bytes > 0) cuts.push(entries.length);
  return cuts;
}

/**
 * Cuts the archive into segments of whole files. The last segment is empty and stands for the end of the archive. Equal
 * contents have equal hashes on every machine and in every workspace.
 * @param usualSegment usual size of a segment in bytes, unpacked
 */
export function cutArchive(entries: readonly HashedEntry[], usualSegment: number): CutArchive {
  const segments: Segment[] = [];
  let from = 0;
  const cut = (to: number): void => {
    const id = createHash('sha256').update(entries.slice(from, to).map(textOfEntry).join('')).digest('base64url');
    segments.push({ from, to, id });
    from = to;
  };
  for (const to of cutIndices(entries, usualSegment)) cut(to);
  cut(entries.length);
  return { entries, segments, hash: archiveHash(segments.map(({ id }) => id)) };
}

/** The hash of an archive, made from the ids of its segments. */
export function archiveHash(ids: readonly string[]): string {
  const whole = createHash('sha256').update(FORMAT);
  for (const id of ids) whole.update(id);
  return whole.digest('hex');
}

/**
 * Hashes what is known about the archive before any file is read: paths, modes and stamps. An equal outline means an equal
 * archive, as far as stamps can tell. Undefined if a file has no stamp.
 */
export function outlineHash(entries: readonly Entry[], usualSegment: number): string | undefined {
  const outline = createHash('sha256');
  let text = `${FORMAT}\0${usualSegment}\0`;
  for (const entry of entries) {
    if (entry.kind !== 'file') text += textOfOther(entry);
    else if (entry.stamp === undefined) return undefined;
    else text += `file\0${entry.path}\0${entry.mode}\0${entry.stamp.facts}\0`;
    if (text.length < PIECE) continue;
    outline.update(text);
    text = '';
  }
  return outline.update(text).digest('base64url');
}

/** Characters that are hashed at a time. */
const PIECE = 64 * 1024;

/** Everything that is known about an entry that is not a file. Paths and targets contain no zero byte. */
function textOfOther(entry: Exclude<Entry, FileEntry>): string {
  const { kind, path, mode } = entry;
  const rest = kind === 'folder' ? '' : kind === 'beside' ? sha256(entry.content) : entry.target;
  return `${kind}\0${path}\0${mode}\0${rest}\0`;
}

/** Everything that the archive says about an entry. */
function textOfEntry(entry: HashedEntry): string {
  if (entry.kind === 'hardlink') return `${textOfOther(entry)}${entry.time}\0`;
  if (entry.kind !== 'file') return textOfOther(entry);
  return `file\0${entry.path}\0${entry.mode}\0${entry.size}\0${entry.hash}\0${entry.time}\0`;
}

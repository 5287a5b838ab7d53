import { createHash } from 'node:crypto';
import { contentSize, type Entry, type FileEntry, type HashedEntry } from '../entries.ts';
import { sha256 } from '../list/unchanged-files.ts';

/** Raised whenever the archive of the same entries would be another one, or be cut elsewhere. */
const FORMAT = 'fargate-ci context 3';

/** No segment of several entries is larger than so many usual ones. */
const MOST = 4;
/** An entry's header. */
const HEADER = 512;

/** Some entries of the archive, one after the other, that travel together. */
export interface Segment {
  /** Index of its first entry, and of the one behind its last. */
  from: number;
  to: number;
  /** Hash of what the archive holds there. */
  id: string;
}

/** An archive as it will be: its segments, and the hash of it all. */
export interface CutArchive {
  entries: readonly HashedEntry[];
  segments: readonly Segment[];
  hash: string;
}

/**
 * Decides where an archive is cut: the indices behind the segments' last entries; the empty one at the archive's end is not
 * among them. A cut depends on the path and the size of the entry beside it alone, so what changes elsewhere moves none; a
 * large file is a segment by itself.
 * @param usual bytes of a segment, unpacked
 */
export function cutIndices(entries: readonly Entry[], usual: number): number[] {
  const cuts: number[] = [];
  let bytes = 0;
  entries.forEach((entry, index) => {
    const own = HEADER + contentSize(entry);
    if (bytes > 0 && (own >= usual || bytes + own > MOST * usual)) {
      cuts.push(index);
      bytes = 0;
    }
    bytes += own;
    if (numberFromText(entry.path) * usual >= own) return;
    cuts.push(index + 1);
    bytes = 0;
  });
  if (bytes > 0) cuts.push(entries.length);
  return cuts;
}

/**
 * Cuts the archive into segments of whole files. The last one is empty: it stands for the end of the archive. Equal
 * contents have equal hashes, whatever machine and workspace they come from.
 * @param usual bytes of a segment, unpacked
 */
export function cutArchive(entries: readonly HashedEntry[], usual: number): CutArchive {
  const segments: Segment[] = [];
  let from = 0;
  const cut = (to: number): void => {
    const id = createHash('sha256').update(entries.slice(from, to).map(textOfEntry).join('')).digest('base64url');
    segments.push({ from, to, id });
    from = to;
  };
  for (const to of cutIndices(entries, usual)) cut(to);
  cut(entries.length);
  return { entries, segments, hash: archiveHash(segments.map(({ id }) => id)) };
}

/** The hash of an archive, of its segments' ids. */
export function archiveHash(ids: readonly string[]): string {
  const whole = createHash('sha256').update(FORMAT);
  for (const id of ids) whole.update(id);
  return whole.digest('hex');
}

/**
 * What is known of an archive before a file is read: where it is the same, and each file is what its stamp says, the hash is.
 * Undefined where a file has no stamp.
 */
export function outlineHash(entries: readonly Entry[], usual: number): string | undefined {
  const outline = createHash('sha256');
  let text = `${FORMAT}\0${usual}\0`;
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

/** Characters that are hashed at once. */
const PIECE = 64 * 1024;

/** All that is known of an entry that is no file. No path and no target has a zero byte in it. */
function textOfOther(entry: Exclude<Entry, FileEntry>): string {
  const { kind, path, mode } = entry;
  const rest = kind === 'folder' ? '' : kind === 'beside' ? sha256(entry.content) : entry.target;
  return `${kind}\0${path}\0${mode}\0${rest}\0`;
}

/** All that the archive says of an entry. */
function textOfEntry(entry: HashedEntry): string {
  if (entry.kind === 'hardlink') return `${textOfOther(entry)}${entry.time}\0`;
  if (entry.kind !== 'file') return textOfOther(entry);
  return `file\0${entry.path}\0${entry.mode}\0${entry.size}\0${entry.hash}\0${entry.time}\0`;
}

/** A number from 0 to less than 1 that a text decides: FNV-1a, its low bits stirred into the high ones. */
function numberFromText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

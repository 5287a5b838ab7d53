import { createHash } from 'node:crypto';
import type { SealedEntry } from './entries.ts';

/** Raised whenever the archive of the same entries would be another one, or be cut elsewhere. */
const FORMAT = 'fargate-ci context 2';

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
  /** Unpacked, about. */
  bytes: number;
}

/** An archive as it will be: its segments, and the hash of it all. */
export interface Sealed {
  entries: readonly SealedEntry[];
  segments: readonly Segment[];
  hash: string;
}

/**
 * Cuts the archive into segments of whole files. Where a cut lies depends on the path and the size of the entry before
 * it alone, so what changes elsewhere moves no cut; a large file is a segment by itself. The last segment is empty: it
 * stands for the end of the archive. Equal contents have equal hashes, whatever machine and workspace they come from.
 * @param usual bytes of a segment, unpacked
 */
export function cutSegments(entries: readonly SealedEntry[], usual: number): Sealed {
  const segments: Segment[] = [];
  const whole = createHash('sha256').update(FORMAT);
  const close = (from: number, to: number, bytes: number): void => {
    const id = createHash('sha256').update(entries.slice(from, to).map(identity).join('')).digest('base64url');
    segments.push({ from, to, id, bytes });
    whole.update(id);
  };
  let from = 0;
  let bytes = 0;
  entries.forEach((entry, index) => {
    const own = HEADER + (entry.kind === 'file' ? entry.size : 0);
    if (bytes > 0 && (own >= usual || bytes + own > MOST * usual)) {
      close(from, index, bytes);
      from = index;
      bytes = 0;
    }
    bytes += own;
    if (spread(entry.path) * usual < own) {
      close(from, index + 1, bytes);
      from = index + 1;
      bytes = 0;
    }
  });
  if (bytes > 0) close(from, entries.length, bytes);
  close(entries.length, entries.length, 0);
  return { entries, segments, hash: whole.digest('hex') };
}

/** All that the archive says of an entry: no path and no target has a zero byte in it. */
function identity(entry: SealedEntry): string {
  const { kind, path, mode } = entry;
  const rest = kind === 'file' ? `${entry.size}\0${entry.hash}` : kind === 'folder' ? '' : entry.target;
  return `${kind}\0${path}\0${mode}\0${rest}\0`;
}

/** A number from 0 to less than 1 that a text decides: FNV-1a, its low bits stirred into the high ones. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

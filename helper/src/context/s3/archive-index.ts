import { combineCrc32 } from '../pack/crc32.ts';
import { archiveHash } from '../pack/segments.ts';
import { isSigned, type Signer } from './index-signature.ts';

/** A segment of an archive on S3: where it begins, its length, and the CRC-32 of these bytes. */
export interface SegmentRange {
  id: string;
  start: number;
  length: number;
  crc: number;
}

/** What an archive on S3 consists of. */
export interface ArchiveIndex {
  /** Of the archive, in bytes. */
  size: number;
  /** CRC-32 of the archive. */
  crc: number;
  /** One after the other, without gaps. */
  ranges: readonly SegmentRange[];
}

const VERSION = 2;

/** What an index is of: the archive's hash, and the ETag that S3 gave it. */
export interface ArchiveIdentity {
  hash: string;
  etag: string;
}

/** The index of segments that lie one after the other. */
export function indexOfSegments(parts: readonly Omit<SegmentRange, 'start'>[]): ArchiveIndex {
  const ranges: SegmentRange[] = [];
  let [size, crc] = [0, 0];
  for (const part of parts) {
    ranges.push({ ...part, start: size });
    size += part.length;
    crc = combineCrc32(crc, part.crc, part.length);
  }
  return { size, crc, ranges };
}

type Row = readonly [id: string, length: number, crc: number];

/** What is signed: whose index it is, and every segment's id, length and CRC. */
const signedText = ({ hash, etag }: ArchiveIdentity, rows: readonly Row[]): string =>
  JSON.stringify([VERSION, hash, etag, rows]);

/** Words an index as it is kept, signed with the keys of the archive that it is of. */
export function formatIndex(archive: ArchiveIdentity, { ranges }: ArchiveIndex, signer: Signer): string {
  const segments = ranges.map(({ id, length, crc }): Row => [id, length, crc]);
  const signature = signer.sign(signedText(archive, segments));
  return JSON.stringify({ version: VERSION, signature, segments });
}

/**
 * Reads an index. It lies beside the archive, where others may write, and says what of the archive is what: so it counts only
 * where its segments make up the archive's hash, and where it was signed by whoever has made this very archive.
 * @param publicKey which the archive itself carries
 * @returns undefined where the text is none, one of another version, or not this archive's
 */
export function parseIndex(text: string, archive: ArchiveIdentity, publicKey: string): ArchiveIndex | undefined {
  const read = parseJson(text);
  if (typeof read !== 'object' || read === null || !('version' in read) || read.version !== VERSION) return undefined;
  if (!('signature' in read) || typeof read.signature !== 'string') return undefined;
  if (!('segments' in read) || !Array.isArray(read.segments)) return undefined;
  const rows: Row[] = [];
  for (const row of read.segments) {
    const [id, length, crc]: unknown[] = Array.isArray(row) ? row : [];
    if (typeof id !== 'string' || !isCount(length) || !isCount(crc) || crc > 0xffffffff) return undefined;
    rows.push([id, length, crc]);
  }
  if (archiveHash(rows.map(([id]) => id)) !== archive.hash) return undefined;
  if (!isSigned(signedText(archive, rows), read.signature, publicKey)) return undefined;
  return indexOfSegments(rows.map(([id, length, crc]) => ({ id, length, crc })));
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** What JSON says; undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { combineCrc32 } from '../pack/crc32.ts';
import { archiveHash } from '../pack/segments.ts';
import { isSigned, type Signer } from './index-signature.ts';

/** Where a segment lies in an archive on S3: its start and length in bytes, and the CRC-32 of these bytes. */
export interface SegmentRange {
  id: string;
  start: number;
  length: number;
  crc: number;
}

/** The segments of an archive on S3. */
export interface ArchiveIndex {
  /** Size of the archive in bytes. */
  size: number;
  /** CRC-32 of the archive. */
  crc: number;
  /** In the order of the archive, without gaps. */
  ranges: readonly SegmentRange[];
}

const VERSION = 2;

/** Tells one archive from all others: its hash, and the ETag that S3 gave it. */
export interface ArchiveIdentity {
  hash: string;
  etag: string;
}

/** Makes the index of segments that follow each other in this order. */
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

/** The text that is signed: the archive's identity, and id, length and CRC of each segment. */
const signedText = ({ hash, etag }: ArchiveIdentity, rows: readonly Row[]): string =>
  JSON.stringify([VERSION, hash, etag, rows]);

/** Formats an index for S3, signed with the archive's key. */
export function formatIndex(archive: ArchiveIdentity, { ranges }: ArchiveIndex, signer: Signer): string {
  const segments = ranges.map(({ id, length, crc }): Row => [id, length, crc]);
  const signature = signer.sign(signedText(archive, segments));
  return JSON.stringify({ version: VERSION, signature, segments });
}

/**
 * Reads an index. Others may be able to write the index, which lies beside the archive. So an index is valid only if the ids of
 * its segments make up the archive's hash, and if it was signed by the run that made this very archive.
 * @param publicKey from the metadata of the archive itself
 * @returns undefined if the text is not an index, has another version, or belongs to another archive
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

/** Parses JSON; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

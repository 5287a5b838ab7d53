import { combine } from './crc.ts';

/** A segment of an archive on S3: where it begins, its length, and the CRC-32 of these bytes. */
export interface Range {
  id: string;
  start: number;
  length: number;
  crc: number;
}

/** What an archive on S3 consists of. */
export interface Index {
  /** Of the archive, in bytes. */
  size: number;
  /** CRC-32 of the archive. */
  crc: number;
  /** One after the other, without gaps. */
  ranges: readonly Range[];
}

const VERSION = 1;

/** An index as it is kept, with the ETag that S3 gave the archive. */
export interface KeptIndex extends Index {
  etag: string;
}

/** The index of segments that lie one after the other. */
export function indexOf(parts: readonly Omit<Range, 'start'>[]): Index {
  const ranges: Range[] = [];
  let [size, crc] = [0, 0];
  for (const part of parts) {
    ranges.push({ ...part, start: size });
    size += part.length;
    crc = combine(crc, part.crc, part.length);
  }
  return { size, crc, ranges };
}

export function formatIndex({ etag, ranges }: KeptIndex): string {
  return JSON.stringify({ version: VERSION, etag, segments: ranges.map(({ id, length, crc }) => [id, length, crc]) });
}

/** Reads an index; undefined where the text is none, or one of another version. */
export function parseIndex(text: string): KeptIndex | undefined {
  const read = parseJson(text);
  if (typeof read !== 'object' || read === null || !('version' in read) || read.version !== VERSION) return undefined;
  if (!('segments' in read) || !Array.isArray(read.segments)) return undefined;
  if (!('etag' in read) || typeof read.etag !== 'string') return undefined;
  const parts: Omit<Range, 'start'>[] = [];
  for (const row of read.segments) {
    const [id, length, crc]: unknown[] = Array.isArray(row) ? row : [];
    if (typeof id !== 'string' || !isCount(length) || !isCount(crc) || crc > 0xffffffff) return undefined;
    parts.push({ id, length, crc });
  }
  return { ...indexOf(parts), etag: read.etag };
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

import { crc32 } from './crc32.ts';

/** An uncompressed DEFLATE block holds at most this many bytes. */
const MOST_STORED = 0xffff;
/** A gzip header without name and time, for an unknown system: see RFC 1952. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * Makes a gzip member that holds the bytes uncompressed (at least one byte). The bytes are not copied, so the member comes in
 * pieces. (zlib's level 0 copies them twice, into memory that is freed late.)
 */
export function gzipUncompressed(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [HEADER];
  for (let at = 0; at < bytes.length; at += MOST_STORED) {
    const some = bytes.subarray(at, at + MOST_STORED);
    const before = Buffer.alloc(5);
    before[0] = at + MOST_STORED >= bytes.length ? 1 : 0;
    before.writeUInt16LE(some.length, 1);
    before.writeUInt16LE(some.length ^ 0xffff, 3);
    pieces.push(before, some);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes));
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return [...pieces, trailer];
}

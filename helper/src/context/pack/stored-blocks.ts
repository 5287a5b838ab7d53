import { crc32 } from './crc32.ts';

/** DEFLATE's blocks that are not squeezed hold so many bytes. */
const MOST = 0xffff;
/** No name, no time, of no system: RFC 1952. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * A gzip member of bytes (one at least) as they are, in pieces: they are not copied. (zlib's level 0 would copy them twice, into memory
 * that is freed late.)
 */
export function gzipUncompressed(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [HEADER];
  for (let at = 0; at < bytes.length; at += MOST) {
    const some = bytes.subarray(at, at + MOST);
    const before = Buffer.alloc(5);
    before[0] = at + MOST >= bytes.length ? 1 : 0;
    before.writeUInt16LE(some.length, 1);
    before.writeUInt16LE(some.length ^ 0xffff, 3);
    pieces.push(before, some);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes));
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return [...pieces, trailer];
}

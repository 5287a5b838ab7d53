import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { gzipUncompressed } from './stored-blocks.ts';
import type { Block } from './tar-writer.ts';

/**
 * Level 3 takes half of level 6's time for 9% more bytes, level 4 a third more for 4% (8,000 sources, 115 MB). A byte less
 * is worth it on a line slower than 5 MB/s only.
 */
const LEVEL = 3;
/** Blocks being squeezed at once: libuv has four threads, and none shall wait for the next block to be read. */
const AT_ONCE = 5;
/** What comes out of zlib at once: a block of sources fits. */
const CHUNK = 512 * 1024;

/** A block of less is squeezed without a look. */
const SMALL = 4096;
const LOOKS = 4;
const LOOK = 2048;
/** Bits that a byte of the sample says, of eight; what was squeezed already has more than 7.9. */
const DENSE = 7.75;

/** A gzip member, in pieces. Whoever keeps it copies it. */
export interface GzipMember {
  segment: number;
  pieces: readonly Buffer[];
  /** Gives the buffer back that it lies in. */
  release(): void;
}

const zip = promisify(gzip);

/**
 * Squeezes blocks in libuv's threads, each into a gzip member of its own: gzip takes members one after the other for one
 * file. They come in the order of the blocks. The same block makes the same member: no name and no time is in it.
 */
export async function* gzipBlocks(blocks: Iterable<Block>): AsyncGenerator<GzipMember> {
  const under: Promise<GzipMember>[] = [];
  try {
    for (const block of blocks) {
      const member = gzipBlock(block);
      // Its failure is thrown when its turn comes.
      member.catch(() => {});
      under.push(member);
      const first = under.length >= AT_ONCE ? under.shift() : undefined;
      if (first) yield await first;
    }
    for (let first = under.shift(); first; first = under.shift()) yield await first;
  } finally {
    await Promise.allSettled(under);
  }
}

async function gzipBlock({ segment, bytes, release }: Block): Promise<GzipMember> {
  if (isIncompressible(bytes)) return { segment, pieces: gzipUncompressed(bytes), release };
  try {
    return { segment, pieces: [await zip(bytes, { level: LEVEL, chunkSize: CHUNK })], release: () => {} };
  } finally {
    release();
  }
}

/** Whether squeezing would be in vain: a sample of the bytes has nearly eight bits in each. */
export function isIncompressible(bytes: Buffer): boolean {
  if (bytes.length < SMALL) return false;
  const seen = new Uint32Array(256);
  const step = Math.floor((bytes.length - LOOK) / (LOOKS - 1));
  for (let look = 0; look < LOOKS; look += 1) {
    for (let at = look * step; at < look * step + LOOK; at += 1) {
      const byte = bytes[at] ?? 0;
      seen[byte] = (seen[byte] ?? 0) + 1;
    }
  }
  const total = LOOKS * LOOK;
  let bits = 0;
  for (const count of seen) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return bits > DENSE;
}

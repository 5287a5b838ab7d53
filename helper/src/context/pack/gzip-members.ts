import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { gzipUncompressed } from './stored-blocks.ts';
import type { Block } from './tar-writer.ts';

/**
 * Level 3 takes half of level 6's time and makes 9% more bytes; level 4 takes a third more time than level 3 and saves 4%
 * (8,000 source files, 115 MB). Saving more bytes only pays off on a line slower than 5 MB/s.
 */
const LEVEL = 3;
/** Blocks that are compressed at the same time: libuv has four threads, and a fifth block keeps each of them busy. */
const AT_ONCE = 5;
/** Size of zlib's output buffer. A compressed block of source code fits into one. */
const CHUNK = 512 * 1024;

/** Smaller blocks are compressed without taking a sample first. */
const LEAST_SAMPLED = 4096;
/** A sample is taken at this many places of a block, */
const SAMPLES = 4;
/** and has this many bytes at each. */
const SAMPLE_BYTES = 2048;
/** Bits of information in each byte of the sample, at most 8. Data that is compressed already has more than 7.9. */
const INCOMPRESSIBLE_BITS = 7.75;

/** A gzip member, in pieces. Copy the pieces to keep them: after `release` their buffer is used again. */
export interface GzipMember {
  segment: number;
  pieces: readonly Buffer[];
  /** Gives back the buffer that the pieces lie in. */
  release(): void;
}

const zip = promisify(gzip);

/**
 * Compresses blocks in libuv's threads, in their order. Each block becomes a gzip member; several members in a row are one gzip
 * file. A member holds no name and no time, so the same block always makes the same member.
 */
export async function* gzipBlocks(blocks: Iterable<Block>): AsyncGenerator<GzipMember> {
  const waiting: Promise<GzipMember>[] = [];
  try {
    for (const block of blocks) {
      const member = gzipBlock(block);
      // An error is thrown below when the member is awaited; until then it must not end the process.
      member.catch(() => {});
      waiting.push(member);
      const first = waiting.length >= AT_ONCE ? waiting.shift() : undefined;
      if (first) yield await first;
    }
    for (let first = waiting.shift(); first; first = waiting.shift()) yield await first;
  } finally {
    await Promise.allSettled(waiting);
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

/** Whether compressing would save nothing: the bytes of a sample hold nearly eight bits of information each. */
export function isIncompressible(bytes: Buffer): boolean {
  if (bytes.length < LEAST_SAMPLED) return false;
  const counts = new Uint32Array(256);
  const step = Math.floor((bytes.length - SAMPLE_BYTES) / (SAMPLES - 1));
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (let at = sample * step; at < sample * step + SAMPLE_BYTES; at += 1) {
      const byte = bytes[at] ?? 0;
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
  }
  const total = SAMPLES * SAMPLE_BYTES;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return bits > INCOMPRESSIBLE_BITS;
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SealedFile } from './entries.ts';
import { END, entryHeader, padding, rootHeader } from './header.ts';
import { changed, openFile } from './read.ts';
import type { Sealed, Segment } from './segments.ts';

/** Bytes of a block: each becomes a gzip member of its own. Larger ones squeeze no better, and take more memory. */
export const BLOCK = 1024 * 1024;

/** Some bytes of a segment, in their order. */
export interface Block {
  /** Index of the segment. */
  segment: number;
  bytes: Buffer;
  /** Gives the buffer back: it will be written to again. */
  release(): void;
}

/** Tells how far the archive has come: a file is whole, or so many bytes of one were read. */
export interface Counter {
  files: number;
  bytes: number;
}

/**
 * The buffers that blocks are made in: a few, used again and again. Those of each block would wait for the garbage
 * collector, outside of its heap, where it does not look.
 */
export class Buffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
  }

  give(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * Writes segments of the archive (tar: ustar with PAX headers, everything in the folder `ctx`), in blocks. The same content makes
 * the same bytes. Nothing is read before it is asked for.
 * @param counter is kept up to date
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export function* writeSegments(
  root: string,
  { entries, segments }: Sealed,
  wanted: Iterable<number>,
  counter: Counter,
  buffers = new Buffers(),
): Generator<Block> {
  for (const index of wanted) {
    const segment = segments[index];
    if (segment) yield* writeSegment(root, entries, segment, index, counter, buffers);
  }
}

function* writeSegment(
  root: string,
  entries: Sealed['entries'],
  { from, to }: Segment,
  index: number,
  counter: Counter,
  buffers: Buffers,
): Generator<Block> {
  let block = buffers.take();
  let used = 0;
  const out = (): Block => {
    const full = block;
    const bytes = full.subarray(0, used);
    block = buffers.take();
    used = 0;
    return { segment: index, bytes, release: () => buffers.give(full) };
  };
  function* put(bytes: Buffer): Generator<Block> {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(block, used, at);
      at += copied;
      used += copied;
      if (used === BLOCK) yield out();
    }
  }
  function* putFile(entry: SealedFile): Generator<Block> {
    const file = openFile(join(root, entry.path), entry.path);
    try {
      if (file.size !== entry.size) throw changed(entry.path, file.size > entry.size ? 'grew' : 'became shorter');
      yield* put(entryHeader(entry));
      const hash = createHash('sha256');
      for (let left = entry.size; left > 0; ) {
        const bytes = file.read(block, used, Math.min(left, BLOCK - used));
        hash.update(block.subarray(used, used + bytes));
        used += bytes;
        left -= bytes;
        counter.bytes += bytes;
        if (used === BLOCK) yield out();
      }
      file.verify();
      // The archive is kept under a name that its content has made: nothing else may be in it.
      if (hash.digest('base64url') !== entry.hash) throw changed(entry.path, 'changed');
      yield* put(padding(entry.size));
    } finally {
      file.close();
    }
  }
  if (from === 0) yield* put(rootHeader());
  for (const entry of entries.slice(from, to)) {
    if (entry.kind === 'file') yield* putFile(entry);
    else yield* put(entryHeader(entry));
    if (entry.kind !== 'folder') counter.files += 1;
  }
  if (from === to) yield* put(END);
  if (used > 0) yield out();
  buffers.give(block);
}

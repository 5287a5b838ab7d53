import { createHash } from 'node:crypto';
import { type FileEntry, type HashedFile, hashedFile, isCounted, type TimedEntry } from '../entries.ts';
import type { OpenFolders } from '../list/open-folders.ts';
import { fileChangedFailure, generateWithFolders, openFile, readWholeFile, sha256 } from '../list/unchanged-files.ts';
import type { CutArchive } from './segments.ts';
import { ARCHIVE_END, entryHeader, paddingBytes, paddingSize, putHeader, rootHeader, TAR_UNIT } from './tar-headers.ts';

/** Bytes of a block: each becomes a gzip member of its own. Larger ones squeeze no better, and take more memory. */
const BLOCK = 1024 * 1024;

/** Some bytes of a segment, in their order. */
export interface Block {
  /** Index of the segment. */
  segment: number;
  bytes: Buffer;
  /** Gives the buffer back: it will be written to again. */
  release(): void;
}

type TimedFile = Extract<TimedEntry, FileEntry>;

/** Tells how far the archive has come: a file is whole, or so many bytes of one were read. */
export interface PackProgress {
  files: number;
  bytes: number;
}

/**
 * The buffers that blocks are made in: a few, used again and again. Those of each block would wait for the garbage
 * collector, outside of its heap, where it does not look.
 */
export class BlockBuffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
  }

  give(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * Writes an archive (tar: ustar with PAX headers, everything in the folder `ctx`) as blocks. The same content makes the same
 * bytes. Nothing is read before it is asked for. All of it throws a Failure `build` where a file changed, vanished or
 * cannot be read.
 */
export class TarWriter {
  #block: Buffer | undefined;
  #used = 0;

  constructor(
    private readonly folders: OpenFolders,
    private readonly counter: PackProgress,
    private readonly buffers: BlockBuffers,
    /** Index of the segment that is being written. */
    private segment = 0,
  ) {}

  *put(bytes: Buffer): Generator<Block> {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#room(), this.#used, at);
      at += copied;
      this.#used += copied;
      if (this.#used === BLOCK) yield this.#out();
    }
  }

  /**
   * Header, bytes and padding of a file.
   * @param expected what it was when it was hashed; undefined: it is hashed now
   * @returns what it is
   */
  *file(entry: TimedFile, expected?: HashedFile): Generator<Block, HashedFile> {
    const { path, time } = entry;
    const whole = this.#small(entry);
    if (whole !== undefined) {
      if (expected && whole !== expected.hash) throw fileChangedFailure(path, 'changed');
      return expected ?? hashedFile(entry, whole, time);
    }
    const file = openFile(this.folders, path);
    try {
      const { size, stamp } = file;
      if (expected && size !== expected.size)
        throw fileChangedFailure(path, size > expected.size ? 'grew' : 'became shorter');
      yield* this.put(entryHeader({ ...entry, size }));
      const hash = createHash('sha256');
      for (let left = size; left > 0; ) {
        const block = this.#room();
        const bytes = file.read(block, this.#used, Math.min(left, BLOCK - this.#used));
        hash.update(block.subarray(this.#used, this.#used + bytes));
        this.#used += bytes;
        left -= bytes;
        this.counter.bytes += bytes;
        if (this.#used === BLOCK) yield this.#out();
      }
      file.verify();
      const sealed = hashedFile({ ...entry, size, stamp }, hash.digest('base64url'), time);
      // The archive is kept under a name that its content has made: nothing else may be in it.
      if (expected && sealed.hash !== expected.hash) throw fileChangedFailure(path, 'changed');
      yield* this.put(paddingBytes(size));
      return sealed;
    } finally {
      file.close();
    }
  }

  /** A file that fits into the block whole, and its hash; undefined, and nothing done, where it does not. */
  #small(entry: TimedFile): string | undefined {
    const { path, size } = entry;
    const bytes = this.#used + TAR_UNIT;
    const end = bytes + size + paddingSize(size);
    if (end >= BLOCK) return undefined;
    const block = this.#room();
    if (!putHeader(entry, block, this.#used) || !readWholeFile(this.folders, path, size, block, bytes))
      return undefined;
    block.fill(0, bytes + size, end);
    this.#used = end;
    this.counter.bytes += size;
    return sha256(block.subarray(bytes, bytes + size));
  }

  /** An entry that is no file of the context: its header, and what it says. */
  *otherEntry(entry: Exclude<TimedEntry, FileEntry>): Generator<Block> {
    if (this.#used + TAR_UNIT < BLOCK && putHeader(entry, this.#room(), this.#used)) this.#used += TAR_UNIT;
    else yield* this.put(entryHeader(entry));
    if (entry.kind !== 'beside') return;
    yield* this.put(entry.content);
    yield* this.put(paddingBytes(entry.content.length));
  }

  /** Ends a segment; the next one has this index. */
  *endSegment(next: number): Generator<Block> {
    if (this.#used > 0) yield this.#out();
    this.segment = next;
  }

  #room(): Buffer {
    this.#block ??= this.buffers.take();
    return this.#block;
  }

  #out(): Block {
    const buffer = this.#room();
    const bytes = buffer.subarray(0, this.#used);
    this.#block = undefined;
    this.#used = 0;
    return { segment: this.segment, bytes, release: () => this.buffers.give(buffer) };
  }
}

/**
 * Writes some segments of an archive.
 * @param wanted their indices
 * @param counter is kept up to date
 */
export function* writeSegments(
  root: string,
  sealed: CutArchive,
  wanted: Iterable<number>,
  counter: PackProgress,
  buffers = new BlockBuffers(),
): Generator<Block> {
  yield* generateWithFolders(root, function* (folders) {
    for (const index of wanted)
      yield* writeSegment(new TarWriter(folders, counter, buffers, index), sealed, index, counter);
  });
}

function* writeSegment(
  writer: TarWriter,
  { entries, segments }: CutArchive,
  index: number,
  counter: PackProgress,
): Generator<Block> {
  const { from, to } = segments[index] ?? { from: 0, to: 0 };
  if (index === 0) yield* writer.put(rootHeader());
  for (const entry of entries.slice(from, to)) {
    if (entry.kind === 'file') yield* writer.file(entry, entry);
    else yield* writer.otherEntry(entry);
    if (isCounted(entry)) counter.files += 1;
  }
  if (index === segments.length - 1) yield* writer.put(ARCHIVE_END);
  yield* writer.endSegment(index + 1);
}

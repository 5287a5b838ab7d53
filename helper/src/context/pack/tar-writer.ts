import { createHash } from 'node:crypto';
import { type FileEntry, type HashedFile, hashedFile, isCounted, type TimedEntry } from '../entries.ts';
import type { OpenFolders } from '../list/open-folders.ts';
import { fileChangedFailure, generateWithFolders, openFile, readWholeFile, sha256 } from '../list/unchanged-files.ts';
import type { CutArchive } from './segments.ts';
import { ARCHIVE_END, entryHeader, paddingBytes, paddingSize, putHeader, rootHeader, TAR_UNIT } from './tar-headers.ts';

/** Size of a block in bytes. Each block becomes a gzip member. Larger blocks take more memory and compress no better. */
const BLOCK = 1024 * 1024;

/** The next bytes of a segment. */
export interface Block {
  /** Index of the segment. */
  segment: number;
  bytes: Buffer;
  /** Gives the buffer back, which is then written to again. */
  release(): void;
}

type TimedFile = Extract<TimedEntry, FileEntry>;

/** How far packing has come: files that are complete, and bytes that were read. */
export interface PackProgress {
  files: number;
  bytes: number;
}

/**
 * Buffers for blocks, which are reused. The garbage collector does not see memory outside of its heap, so a new buffer for each
 * block would pile up.
 */
export class BlockBuffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
  }

  putBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * Writes an archive as blocks: a tar (ustar with PAX headers) with the context in the folder `ctx`. The same content makes the
 * same bytes. Files are read only when the next block is asked for. All methods throw a Failure `build` if a file changed,
 * vanished or cannot be read.
 */
export class TarWriter {
  #block: Buffer | undefined;
  #used = 0;

  constructor(
    private readonly folders: OpenFolders,
    private readonly progress: PackProgress,
    private readonly buffers: BlockBuffers,
    /** Index of the segment that is being written. */
    private segment = 0,
  ) {}

  /** Writes some bytes. */
  *put(bytes: Buffer): Generator<Block> {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(this.#buffer(), this.#used, at);
      at += copied;
      this.#used += copied;
      if (this.#used === BLOCK) yield this.#finishBlock();
    }
  }

  /**
   * Writes a file: its header, its bytes and the padding.
   * @param expected what the file was when it was hashed; undefined: it is hashed now
   * @returns the hashed file
   */
  *file(entry: TimedFile, expected?: HashedFile): Generator<Block, HashedFile> {
    const { path, time } = entry;
    const hash = this.#putWholeFile(entry);
    if (hash !== undefined) {
      if (expected && hash !== expected.hash) throw fileChangedFailure(path, 'changed');
      return expected ?? hashedFile(entry, hash, time);
    }
    const file = openFile(this.folders, path);
    try {
      const { size, stamp } = file;
      if (expected && size !== expected.size)
        throw fileChangedFailure(path, size > expected.size ? 'grew' : 'became shorter');
      yield* this.put(entryHeader({ ...entry, size }));
      const digest = createHash('sha256');
      for (let left = size; left > 0; ) {
        const block = this.#buffer();
        const bytes = file.read(block, this.#used, Math.min(left, BLOCK - this.#used));
        digest.update(block.subarray(this.#used, this.#used + bytes));
        this.#used += bytes;
        left -= bytes;
        this.progress.bytes += bytes;
        if (this.#used === BLOCK) yield this.#finishBlock();
      }
      file.verify();
      const written = hashedFile({ ...entry, size, stamp }, digest.digest('base64url'), time);
      // The archive's name is made from the hashes of its content, so it must not contain anything else.
      if (expected && written.hash !== expected.hash) throw fileChangedFailure(path, 'changed');
      yield* this.put(paddingBytes(size));
      return written;
    } finally {
      file.close();
    }
  }

  /**
   * Writes a file that fits into the current block as a whole. Returns its hash; undefined, with nothing written, if it does
   * not fit.
   */
  #putWholeFile(entry: TimedFile): string | undefined {
    const { path, size } = entry;
    const bytes = this.#used + TAR_UNIT;
    const end = bytes + size + paddingSize(size);
    if (end >= BLOCK) return undefined;
    const block = this.#buffer();
    if (!putHeader(entry, block, this.#used) || !readWholeFile(this.folders, path, size, block, bytes))
      return undefined;
    block.fill(0, bytes + size, end);
    this.#used = end;
    this.progress.bytes += size;
    return sha256(block.subarray(bytes, bytes + size));
  }

  /** Writes an entry that is not a file of the context: its header, and the content of a file for kaniko. */
  *otherEntry(entry: Exclude<TimedEntry, FileEntry>): Generator<Block> {
    if (this.#used + TAR_UNIT < BLOCK && putHeader(entry, this.#buffer(), this.#used)) this.#used += TAR_UNIT;
    else yield* this.put(entryHeader(entry));
    if (entry.kind !== 'beside') return;
    yield* this.put(entry.content);
    yield* this.put(paddingBytes(entry.content.length));
  }

  /** Ends the segment. `next` is the index of the segment that follows. */
  *endSegment(next: number): Generator<Block> {
    if (this.#used > 0) yield this.#finishBlock();
    this.segment = next;
  }

  #buffer(): Buffer {
    this.#block ??= this.buffers.take();
    return this.#block;
  }

  #finishBlock(): Block {
    const buffer = this.#buffer();
    const bytes = buffer.subarray(0, this.#used);
    this.#block = undefined;
    this.#used = 0;
    return { segment: this.segment, bytes, release: () => this.buffers.putBack(buffer) };
  }
}

/**
 * Writes some segments of an archive.
 * @param indices of the segments
 * @param options.progress is kept up to date
 */
export function* writeSegments(
  root: string,
  archive: CutArchive,
  indices: Iterable<number>,
  { progress, buffers = new BlockBuffers() }: { progress: PackProgress; buffers?: BlockBuffers },
): Generator<Block> {
  yield* generateWithFolders(root, function* (folders) {
    for (const index of indices)
      yield* writeSegment(new TarWriter(folders, progress, buffers, index), archive, index, progress);
  });
}

function* writeSegment(
  writer: TarWriter,
  { entries, segments }: CutArchive,
  index: number,
  progress: PackProgress,
): Generator<Block> {
  const { from, to } = segments[index] ?? { from: 0, to: 0 };
  if (index === 0) yield* writer.put(rootHeader());
  for (const entry of entries.slice(from, to)) {
    if (entry.kind === 'file') yield* writer.file(entry, entry);
    else yield* writer.otherEntry(entry);
    if (isCounted(entry)) progress.files += 1;
  }
  if (index === segments.length - 1) yield* writer.put(ARCHIVE_END);
  yield* writer.endSegment(index + 1);
}

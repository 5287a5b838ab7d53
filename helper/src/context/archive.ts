import { join } from 'node:path';
import type { Entry, Listing } from './entries.ts';
import { END, entryHeader, padding, rootHeader } from './header.ts';
import { openFile } from './read.ts';

/** Files up to this size are read ahead, so many at a time: 4 MiB at the most. */
const SMALL = 256 * 1024;
const AHEAD = 16;

/** Tells how far the archive has come: a file is whole, or so many bytes of one were read. */
export interface Counter {
  files: number;
  bytes: number;
}

type File = Extract<Entry, { kind: 'file' }>;

/** A small file's header, bytes and padding; undefined where it is no longer small. */
async function pack(root: string, entry: File): Promise<{ size: number; bytes: Buffer } | undefined> {
  const file = await openFile(join(root, entry.path), entry.path);
  try {
    if (file.size > SMALL) return undefined;
    const parts = [entryHeader({ ...entry, size: file.size })];
    for await (const part of file.content()) parts.push(part);
    parts.push(padding(file.size));
    return { size: file.size, bytes: Buffer.concat(parts) };
  } finally {
    await file.close();
  }
}

/**
 * Writes the listing as a tar archive (ustar with PAX headers), everything in the folder `ctx`: the same content makes the
 * same bytes. Nothing is read before it is asked for, but some small files ahead.
 * @param counter is kept up to date
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export async function* writeArchive(listing: Listing, counter: Counter): AsyncGenerator<Buffer> {
  const { root, entries } = listing;
  const ahead = new Map<number, ReturnType<typeof pack>>();
  let next = 0;
  const readAhead = (from: number) => {
    for (next = Math.max(next, from); next < entries.length && ahead.size < AHEAD; next += 1) {
      const entry = entries[next];
      if (entry?.kind !== 'file' || entry.size > SMALL) continue;
      const packed = pack(root, entry);
      // Its failure is thrown when its turn comes.
      packed.catch(() => {});
      ahead.set(next, packed);
    }
  };
  try {
    yield rootHeader();
    for (const [index, entry] of entries.entries()) {
      readAhead(index);
      const packed = await ahead.get(index);
      ahead.delete(index);
      if (packed) {
        counter.bytes += packed.size;
        yield packed.bytes;
      } else if (entry.kind === 'file') {
        yield* large(root, entry, counter);
      } else {
        yield entryHeader(entry);
      }
      if (entry.kind !== 'folder') counter.files += 1;
    }
    yield END;
  } finally {
    await Promise.allSettled(ahead.values());
  }
}

async function* large(root: string, entry: File, counter: Counter): AsyncGenerator<Buffer> {
  const file = await openFile(join(root, entry.path), entry.path);
  try {
    yield entryHeader({ ...entry, size: file.size });
    for await (const part of file.content()) {
      counter.bytes += part.length;
      yield part;
    }
    yield padding(file.size);
  } finally {
    await file.close();
  }
}

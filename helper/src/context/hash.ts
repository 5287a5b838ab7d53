import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FileEntry, Listing, SealedEntry, SealedFile } from './entries.ts';
import { openFile } from './read.ts';

/** Bytes read at once. */
const CHUNK = 256 * 1024;
/** So much is read before other things get their turn: an abort, a progress line. */
const TURN = 8 * 1024 * 1024;

/** A file's hash that is known without reading it; undefined where it is not. */
export type Known = (file: FileEntry) => string | undefined;

/**
 * Seals a listing: the SHA-256 of every file's content.
 * @param onTurn is called now and then; what it throws ends the work
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export async function seal(listing: Listing, known: Known, onTurn: () => void): Promise<SealedEntry[]> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const sealed: SealedEntry[] = [];
  let turn = 0;
  const read = async (bytes: number): Promise<void> => {
    turn += bytes;
    if (turn < TURN) return;
    turn = 0;
    await new Promise(setImmediate);
    onTurn();
  };
  for (const entry of listing.entries) {
    if (entry.kind !== 'file') {
      sealed.push(entry);
      continue;
    }
    const hash = known(entry);
    sealed.push(hash === undefined ? await hashFile(listing.root, entry, buffer, read) : { ...entry, hash });
  }
  return sealed;
}

async function hashFile(
  root: string,
  entry: FileEntry,
  buffer: Buffer,
  onRead: (bytes: number) => Promise<void>,
): Promise<SealedFile> {
  const file = openFile(join(root, entry.path), entry.path);
  try {
    const hash = createHash('sha256');
    for (let left = file.size; left > 0; ) {
      const bytes = file.read(buffer, 0, Math.min(CHUNK, left));
      left -= bytes;
      hash.update(buffer.subarray(0, bytes));
      if (left > 0) await onRead(bytes);
    }
    file.verify();
    await onRead(file.size % CHUNK);
    return { ...entry, size: file.size, stamp: file.stamp, hash: hash.digest('base64url') };
  } finally {
    file.close();
  }
}

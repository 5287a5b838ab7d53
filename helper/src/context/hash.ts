import { createHash } from 'node:crypto';
import { type FileEntry, type Listing, type SealedEntry, type SealedFile, sealedFile } from './entries.ts';
import type { Folders } from './folders.ts';
import { openFile, openFolders, readWhole, sha256 } from './read.ts';

/** Bytes read at once. */
const CHUNK = 256 * 1024;
/** So much is read before other things get their turn: an abort, a progress line. */
const TURN = 8 * 1024 * 1024;

/** A file's hash that is known without reading it; undefined where it is not. */
export type Known = (file: FileEntry) => string | undefined;

/**
 * Seals a listing: the SHA-256 of every file's content.
 * @param begun its first entries, where they are sealed already
 * @param onTurn is called now and then; what it throws ends the work
 * @throws Failure `build` where a file changed, vanished or cannot be read
 */
export async function seal(
  listing: Pick<Listing, 'root' | 'entries'>,
  known: Known,
  onTurn: () => void,
  begun: readonly SealedEntry[] = [],
): Promise<SealedEntry[]> {
  const folders = openFolders(listing.root);
  try {
    return await sealIn(folders, listing, known, onTurn, begun);
  } finally {
    folders.close();
  }
}

async function sealIn(
  folders: Folders,
  listing: Pick<Listing, 'root' | 'entries'>,
  known: Known,
  onTurn: () => void,
  begun: readonly SealedEntry[],
): Promise<SealedEntry[]> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const sealed: SealedEntry[] = [...begun];
  let turn = 0;
  for (const entry of listing.entries.slice(begun.length)) {
    if (entry.kind !== 'file') {
      sealed.push(entry);
      continue;
    }
    let hash = known(entry);
    if (hash === undefined && entry.size < CHUNK && readWhole(folders, entry.path, entry.size, buffer, 0)) {
      turn += entry.size;
      hash = sha256(buffer.subarray(0, entry.size));
    }
    if (hash !== undefined) sealed.push(sealedFile(entry, hash));
    else {
      for (const step of hashFile(folders, entry, buffer)) {
        if (typeof step === 'object') sealed.push(step);
        else turn += step;
        if (turn > TURN) turn = await others(onTurn);
      }
    }
    if (turn > TURN) turn = await others(onTurn);
  }
  return sealed;
}

/** Lets others have their turn; the next one is due after so many bytes more. */
async function others(onTurn: () => void): Promise<number> {
  await new Promise(setImmediate);
  onTurn();
  return 0;
}

/** Reads a file piece by piece: the number of bytes of each, then what it is. */
function* hashFile(folders: Folders, entry: FileEntry, buffer: Buffer): Generator<number | SealedFile> {
  const file = openFile(folders, entry.path);
  try {
    const hash = createHash('sha256');
    for (let left = file.size; left > 0; ) {
      const bytes = file.read(buffer, 0, Math.min(CHUNK, left));
      left -= bytes;
      hash.update(buffer.subarray(0, bytes));
      yield bytes;
    }
    file.verify();
    yield sealedFile({ ...entry, size: file.size, stamp: file.stamp }, hash.digest('base64url'));
  } finally {
    file.close();
  }
}

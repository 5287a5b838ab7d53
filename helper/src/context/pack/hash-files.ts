import { createHash } from 'node:crypto';
import {
  type FileEntry,
  type HashedEntry,
  type HashedFile,
  hashedFile,
  hashedOther,
  type Listing,
} from '../entries.ts';
import type { OpenFolders } from '../list/open-folders.ts';
import { openFile, openFolders, readWholeFile, sha256 } from '../list/unchanged-files.ts';

/** Bytes read at once. */
const CHUNK = 256 * 1024;
/** So much is read before other things get their turn: an abort, a progress line. */
const TURN = 8 * 1024 * 1024;

/** Reading a file takes as long as so many bytes, be it empty, and knowing its hash as so many: others wait for that, too. */
const OF_FILE = 16 * 1024;
const OF_KNOWN = 1024;

/** A file's hash that is known without reading it; undefined where it is not. */
export type KnownHash = (file: FileEntry) => string | undefined;

/**
 * Seals a listing, entry by entry: the SHA-256 of every file's content. Times are left to others. Folders stay open until it is
 * closed.
 */
export class FileHasher {
  readonly hashed: HashedEntry[] = [];
  #folders: OpenFolders | undefined;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK);
  #turn = 0;

  /** @param onTurn is called now and then; what it throws ends the work */
  constructor(
    private readonly listing: Pick<Listing, 'root' | 'entries'>,
    private readonly known: KnownHash,
    private readonly onTurn: () => void,
  ) {}

  /**
   * Goes on, up to the entry with this index.
   * @throws Failure `build` where a file changed, vanished or cannot be read
   */
  async hashUpTo(end: number): Promise<void> {
    const { listing, known, onTurn, hashed: sealed } = this;
    const buffer = this.#buffer;
    this.#folders ??= openFolders(listing.root);
    const folders = this.#folders;
    let turn = this.#turn;
    for (const entry of listing.entries.slice(sealed.length, end)) {
      if (entry.kind !== 'file') {
        sealed.push(hashedOther(entry));
        continue;
      }
      let hash = known(entry);
      turn += OF_KNOWN;
      if (hash === undefined && entry.size < CHUNK && readWholeFile(folders, entry.path, entry.size, buffer, 0)) {
        turn += entry.size + OF_FILE;
        hash = sha256(buffer.subarray(0, entry.size));
      }
      if (hash !== undefined) sealed.push(hashedFile(entry, hash));
      else {
        for (const step of hashFile(folders, entry, buffer)) {
          if (typeof step === 'object') sealed.push(step);
          else turn += step;
          if (turn > TURN) turn = await giveWay(onTurn);
        }
      }
      if (turn > TURN) turn = await giveWay(onTurn);
    }
    this.#turn = turn;
  }

  close(): void {
    this.#folders?.close();
    this.#folders = undefined;
  }
}

/** Seals a whole listing; see Sealer. */
export async function hashListing(
  listing: Pick<Listing, 'root' | 'entries'>,
  known: KnownHash,
  onTurn: () => void,
): Promise<HashedEntry[]> {
  const sealer = new FileHasher(listing, known, onTurn);
  try {
    await sealer.hashUpTo(listing.entries.length);
    return sealer.hashed;
  } finally {
    sealer.close();
  }
}

/** Lets others have their turn; the next one is due after so many bytes more. */
async function giveWay(onTurn: () => void): Promise<number> {
  await new Promise(setImmediate);
  onTurn();
  return 0;
}

/** Reads a file piece by piece: the number of bytes of each, then what it is. */
function* hashFile(folders: OpenFolders, entry: FileEntry, buffer: Buffer): Generator<number | HashedFile> {
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
    yield hashedFile({ ...entry, size: file.size, stamp: file.stamp }, hash.digest('base64url'));
  } finally {
    file.close();
  }
}

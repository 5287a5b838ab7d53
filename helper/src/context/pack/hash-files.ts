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

/** Bytes that are read at a time. */
const CHUNK = 256 * 1024;
/** After this many bytes other work gets its turn: an abort, a line of progress. */
const TURN_BYTES = 8 * 1024 * 1024;

/** Opening a file takes as long as reading this many bytes, even if the file is empty. */
const BYTES_FOR_OPENING = 16 * 1024;
/** Looking up a hash in the cache takes as long as reading this many bytes. */
const BYTES_FOR_LOOKUP = 1024;

/** Returns the hash of a file if it is known without reading the file. */
type KnownHash = (file: FileEntry) => string | undefined;

/**
 * Computes the SHA-256 of each file of a listing, in the order of the listing. It decides no times. Folders stay open until
 * `close` is called.
 */
export class FileHasher {
  readonly hashed: HashedEntry[] = [];
  #folders: OpenFolders | undefined;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK);
  /** Bytes that were read since other work had its turn. */
  #bytesThisTurn = 0;

  /** @param onTurn is called now and then. An error that it throws ends the work */
  constructor(
    private readonly listing: Pick<Listing, 'root' | 'entries'>,
    private readonly known: KnownHash,
    private readonly onTurn: () => void,
  ) {}

  /**
   * Continues up to (not including) the entry with this index.
   * @throws Failure `build` if a file changed, vanished or cannot be read
   */
  async hashUpTo(end: number): Promise<void> {
    const { listing, known, onTurn, hashed } = this;
    const buffer = this.#buffer;
    this.#folders ??= openFolders(listing.root);
    const folders = this.#folders;
    let turn = this.#bytesThisTurn;
    for (const entry of listing.entries.slice(hashed.length, end)) {
      if (entry.kind !== 'file') {
        hashed.push(hashedOther(entry));
        continue;
      }
      let hash = known(entry);
      turn += BYTES_FOR_LOOKUP;
      if (hash === undefined && entry.size < CHUNK && readWholeFile(folders, entry.path, entry.size, buffer, 0)) {
        turn += entry.size + BYTES_FOR_OPENING;
        hash = sha256(buffer.subarray(0, entry.size));
      }
      if (hash !== undefined) hashed.push(hashedFile(entry, hash));
      else {
        for (const step of hashFile(folders, entry, buffer)) {
          if (typeof step === 'object') hashed.push(step);
          else turn += step;
          if (turn > TURN_BYTES) turn = await giveWay(onTurn);
        }
      }
      if (turn > TURN_BYTES) turn = await giveWay(onTurn);
    }
    this.#bytesThisTurn = turn;
  }

  close(): void {
    this.#folders?.close();
    this.#folders = undefined;
  }
}

/** Lets other work run. Returns 0, the number of bytes read since then. */
async function giveWay(onTurn: () => void): Promise<number> {
  await new Promise(setImmediate);
  onTurn();
  return 0;
}

/** Reads a file in pieces. Yields the number of bytes of each piece, and at the end the hashed file. */
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

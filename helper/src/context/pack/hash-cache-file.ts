import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { HASH_LENGTH, sha256 } from '../list/unchanged-files.ts';

/** A larger file is not read. This size is enough for some millions of files. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The file system's own time in nanoseconds since the epoch. Makes a file to find out, and removes it. */
export function fileSystemTime(folder: string): bigint {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const probe = join(folder, `.${randomUUID()}`);
  const fd = openSync(probe, 'wx', 0o600);
  try {
    return fstatSync(fd, { bigint: true }).ctimeNs;
  } finally {
    closeSync(fd);
    unlinkSync(probe);
  }
}

/** Characters that are written at a time. */
const PIECE = 256 * 1024;

/**
 * Reads what `replaceFile` wrote.
 * @returns undefined if the file is damaged, or if another user owns it or could write to it
 */
export function readOwnFile(file: string): { text: string; checksum: string } | undefined {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    const isOurs = stats.isFile() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
    if (!isOurs || stats.size > MOST_BYTES) return undefined;
    const bytes = readFileSync(fd);
    const text = bytes.subarray(0, -HASH_LENGTH);
    const checksum = bytes.toString('latin1', text.length);
    return sha256(text) === checksum ? { text: text.toString('utf8'), checksum } : undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a file in pieces, with a checksum at its end, and then moves it into place. Processes that run side by side therefore
 * see either the old or the new file.
 * @param checksum of the present file; a file with the same content is left alone
 */
export function replaceFile(file: string, texts: Iterable<string>, checksum: string | undefined): void {
  const written = `${file}.${randomUUID()}`;
  const fd = openSync(written, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const put = (text: string): void => {
      hash.update(text);
      writeSync(fd, text);
    };
    let piece = '';
    for (const text of texts) {
      piece += text;
      if (piece.length < PIECE) continue;
      put(piece);
      piece = '';
    }
    put(piece);
    const sum = hash.digest('base64url');
    writeSync(fd, sum);
    if (sum !== checksum) renameSync(written, file);
  } finally {
    closeSync(fd);
    resultOrUndefined(() => unlinkSync(written));
  }
}

/** Calls a function; undefined if it throws. */
export function resultOrUndefined<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** No memory is larger: some millions of files. */
const MOST_BYTES = 512 * 1024 * 1024;

/** What the file system's clock says, in nanoseconds since the epoch: makes a file and removes it. */
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

/** What a file holds; undefined where it is not what this user has written, and nobody else could have. */
export function readOurs(file: string): Buffer | undefined {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    const isOurs = stats.isFile() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
    return isOurs && stats.size <= MOST_BYTES ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Writes a file whole: calls that run side by side see the one or the other. */
export function replace(file: string, text: string): void {
  const written = `${file}.${randomUUID()}`;
  try {
    writeFileSync(written, text, { mode: 0o600, flag: 'wx' });
    renameSync(written, file);
  } catch (error) {
    attempt(() => unlinkSync(written));
    throw error;
  }
}

/** Undefined where it throws. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

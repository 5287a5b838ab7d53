import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Larger than any file that is read as a whole text. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file as UTF-8. A fifo, a device or a folder in its place is refused and never waited for.
 * @param follow whether a link in its place is followed, as where a person names the file
 * @throws Error with the reason in words, or the file system's
 */
export async function readRegularFile(path: string, { follow = false } = {}): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error(`${path} is not a file`);
    if (stats.size > MOST_BYTES) throw new Error(`${path} has ${stats.size} bytes, more than can be meant`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** A file's text; undefined for a link, anything else that is no file, and what cannot be read. */
export const regularFileText = (path: string): Promise<string | undefined> =>
  readRegularFile(path).catch(() => undefined);

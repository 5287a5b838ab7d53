import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** No file that is read as a text is larger. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file as UTF-8. If a fifo, a device or a folder lies in its place, it is refused and never waited for.
 * @param options.follow whether a link in its place is followed, for a file that a person names
 * @throws Error with the reason in words, or the file system's error
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

/** Text of a file; undefined for a link, for anything that is not a file, and if it cannot be read. */
export const regularFileText = (path: string): Promise<string | undefined> =>
  readRegularFile(path).catch(() => undefined);

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Larger than any file of a repository that is read here. packed-refs has a line for each ref. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a file; undefined for a link, a fifo, anything else that is no file, and what cannot be read. Never waits. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      return stats.isFile() && stats.size <= MOST_BYTES ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

import { join } from 'node:path';
import { resolveInside } from './inside.ts';
import { openFile } from './read.ts';

/**
 * Reads the Dockerfile as the build will find it: symlinks on the way are followed within the context only, and the file
 * itself is none.
 * @param dockerfile relative to the root, as in a Listing
 * @param most bytes; of a longer file nothing is read
 * @returns its text; its size alone where it is too long; undefined where it cannot be read: that is told when it is sent
 */
export async function readDockerfileText(
  root: string,
  dockerfile: string,
  most: number,
): Promise<{ text: string | undefined; size: number } | undefined> {
  const found = await resolveInside(root, dockerfile);
  if (found.found !== 'inside' || !found.isFile) return undefined;
  try {
    const file = openFile(join(root, found.path), dockerfile);
    try {
      const { size } = file;
      if (size > most) return { text: undefined, size };
      const bytes = Buffer.alloc(size);
      for (let at = 0; at < size; ) at += file.read(bytes, at, size - at);
      return { text: bytes.toString('utf8'), size };
    } finally {
      file.close();
    }
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { IsIgnored } from './dockerignore.ts';

/**
 * The hash of a file, or of a folder with all that is in it, for a cache key.
 * @param root the context's folder
 * @param framed HASH_DIR_FRAMING: the length stands before each name and hash, so that two folders cannot get one hash
 *   because a name's end moved into the next part
 * @returns undefined where .dockerignore leaves it out
 */
export function hashPath(path: string, root: string, isIgnored: IsIgnored, framed: boolean): string | undefined {
  if (!lstatSync(path).isDirectory()) return isIgnored(path) ? undefined : sha256(hashOfEntry(path));
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const hash = createHash('sha256');
  let empty = true;
  for (const entry of ['', ...names.sort()].map((name) => join(path, name))) {
    if (isIgnored(entry)) continue;
    const name = entry.startsWith(root) ? entry.slice(root.length) : entry;
    const content = hashOfEntry(entry);
    hash.update(framed ? `${name.length}:${name}${content.length}:${content}` : name + content);
    empty = false;
  }
  return empty && isIgnored(path) ? undefined : hash.digest('hex');
}

/** A file's mode, owner and content count, its times do not. */
function hashOfEntry(path: string): string {
  const stat = lstatSync(path);
  const hash = createHash('md5').update(`${stat.mode} ${stat.uid},${stat.gid}`);
  if (stat.isFile()) hash.update(readFileSync(path));
  else if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

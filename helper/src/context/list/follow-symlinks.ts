import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { errorCode } from './byte-names.ts';
import type { OpenFolders } from './open-folders.ts';
import { withFolders } from './unchanged-files.ts';

/** Where a path of the context leads once its symlinks are followed, as BuildKit's client follows them. */
export type FollowedPath =
  /** `path` is the file itself, behind all symlinks. */
  | { found: 'inside'; path: string; isFile: boolean }
  | { found: 'nothing' }
  /** `link` leads out of the context, or has an absolute target, which exists on this machine only. */
  | { found: 'outside'; link: string; target: string };

/** Linux follows no more symlinks than this in one path. */
const MOST_LINKS = 40;

/** Follows a cleaned relative path inside the context. Throws what lstat and readlink throw, except for ENOENT and ENOTDIR. */
export async function followSymlinks(root: string, path: string): Promise<FollowedPath> {
  return withFolders(root, (folders) => follow(folders, path));
}

function follow(folders: OpenFolders, path: string): FollowedPath {
  let links = 0;
  const left = path.split('/');
  let here = '';
  let last = { link: path, target: '..' };
  while (left.length > 0) {
    const part = left.shift() ?? '';
    if (part === '' || part === '.') continue;
    // The links so far are resolved, so `here` is the folder that the system would go up from.
    if (part === '..') {
      if (here === '') return { found: 'outside', ...last };
      here = here.includes('/') ? posix.dirname(here) : '';
      continue;
    }
    const next = here === '' ? part : `${here}/${part}`;
    const found = lookUp(folders, here, part);
    if (!found) return { found: 'nothing' };
    const { stats, target } = found;
    if (!stats.isSymbolicLink()) {
      here = next;
      if (left.length === 0) return { found: 'inside', path: here, isFile: stats.isFile() };
      continue;
    }
    links += 1;
    last = { link: next, target };
    if (links > MOST_LINKS) return { found: 'nothing' };
    if (target.startsWith('/')) return { found: 'outside', ...last };
    left.unshift(...target.split('/'));
  }
  return { found: 'inside', path: here, isFile: false };
}

/** Looks up a name in a folder whose path has no links; undefined if there is nothing of that name. */
function lookUp(folders: OpenFolders, folder: string, name: string): { stats: Stats; target: string } | undefined {
  try {
    const place = `${folders.folderPlace(folder)}/${name}`;
    const stats = lstatSync(place);
    const target = stats.isSymbolicLink() ? readlinkSync(place) : '';
    folders.verify();
    return { stats, target };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
    throw error;
  }
}

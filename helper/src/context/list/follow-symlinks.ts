import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { errorCode } from './byte-names.ts';
import type { OpenFolders } from './open-folders.ts';
import { withFolders } from './unchanged-files.ts';

/** A path of the context followed through its symlinks, as BuildKit's client follows it. */
export type FollowedPath =
  /** `path` is the file itself, behind all symlinks. */
  | { found: 'inside'; path: string; isFile: boolean }
  | { found: 'nothing' }
  /** `link` leads out of the context, or nowhere but on this machine (an absolute target). */
  | { found: 'outside'; link: string; target: string };

/** Linux's own limit of symlinks in one path. */
const MOST_LINKS = 40;

/** Follows a cleaned relative path within the context. Throws what lstat and readlink throw, ENOENT and ENOTDIR aside. */
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
    // Links on the way are resolved by now: this is where the system goes up, which is not where the text does.
    if (part === '..') {
      if (here === '') return { found: 'outside', ...last };
      here = here.includes('/') ? posix.dirname(here) : '';
      continue;
    }
    const next = here === '' ? part : `${here}/${part}`;
    const looked = lookUp(folders, here, part);
    if (!looked) return { found: 'nothing' };
    const { stats, target } = looked;
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

/** A name in a folder that holds no links on its way; undefined where there is nothing. */
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

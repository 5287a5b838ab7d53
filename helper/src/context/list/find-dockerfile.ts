import { readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { errorCode, showName } from './byte-names.ts';
import { type FollowedPath, followSymlinks } from './follow-symlinks.ts';
import type { OpenFolders } from './open-folders.ts';
import { type OpenFile, openFile, withFolders } from './unchanged-files.ts';

/**
 * A file that is read even if the ignore rules exclude it. `path` is its name, `file` is where it lies behind symlinks; both
 * are relative to the root.
 */
export interface BuildFile {
  path: string;
  file: string;
}

const MIB = 1024 * 1024;
/** Largest sizes in MiB. These files are read into memory whole, and a larger file cannot be meant. */
const MOST = { Dockerfile: 64, 'ignore file': 4 } as const;

const outsideFailure = (what: string, { link, target }: Extract<FollowedPath, { found: 'outside' }>): Failure =>
  new Failure(
    'usage',
    `${what} cannot be used: ${showName(link)} is a symlink to ${showName(target)}, outside the context`,
    {
      hint: 'only the context is sent to the build: put the file itself in it, or link to it by a relative path that stays inside',
    },
  );

/**
 * Finds the Dockerfile in the context.
 * @param root absolute, with symlinks resolved
 * @param dockerfile as the user wrote it: relative to the root, or an absolute path inside it
 * @throws Failure `usage` if it is missing, is not a file, or lies outside the context
 */
export async function findDockerfile(root: string, dockerfile: string): Promise<BuildFile> {
  const path = await relativePath(root, dockerfile);
  if (path === undefined) {
    throw new Failure('usage', `the Dockerfile ${showName(dockerfile)} is not inside the context ${root}`, {
      hint: 'dockerfile is a path relative to the context: move the file into it, or choose a context that holds it',
    });
  }
  const found = await followSymlinks(root, path);
  if (found.found === 'outside') throw outsideFailure(`the Dockerfile ${showName(path)}`, found);
  if (found.found === 'inside' && found.isFile) return { path, file: found.path };
  const why = found.found === 'inside' ? 'is not a file' : 'does not exist';
  throw new Failure('usage', `the Dockerfile ${showName(path)} ${why} in the context ${root}`, {
    hint: await suggestDockerfiles(root),
  });
}

/**
 * Finds the ignore file that applies: `<Dockerfile>.dockerignore`, else `.dockerignore`; undefined if there is none.
 * @throws Failure `usage` if it is not a file, or leads out of the context
 */
export async function findIgnoreFile(root: string, dockerfile: string): Promise<BuildFile | undefined> {
  for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const found = await followSymlinks(root, path);
    if (found.found === 'outside') throw outsideFailure(`the ignore file ${showName(path)}`, found);
    if (found.found === 'nothing') continue;
    if (!found.isFile) {
      throw new Failure('usage', `the ignore file ${showName(path)} is not a file in the context ${root}`, {
        hint: 'make it a text file with one pattern a line, or remove it',
      });
    }
    return { path, file: found.path };
  }
  return undefined;
}

/** Makes a path relative to the root; undefined if it leads out of the root. */
async function relativePath(root: string, path: string): Promise<string | undefined> {
  const whole = posix.resolve(root, path);
  const places = [whole];
  // An absolute path may contain a symlink that the root's real path does not contain, for example in $WORKSPACE.
  if (isAbsolute(path)) {
    const folder = await realpath(posix.dirname(whole)).catch(() => undefined);
    if (folder !== undefined) places.push(posix.join(folder, posix.basename(whole)));
  }
  return places
    .map((place) => posix.relative(root, place))
    .find((relative) => relative !== '' && relative !== '..' && !relative.startsWith('../'));
}

/**
 * Reads a file that was found by one of the functions above.
 * @param what the word for it in messages
 * @throws Failure `usage` if it is too large, `build` if it cannot be read
 */
export function readBuildFile(root: string, { path, file }: BuildFile, what: keyof typeof MOST): Buffer {
  return withFolders(root, (folders) => {
    const opened = open(folders, { path, file }, what);
    try {
      if (opened.size > MOST[what] * MIB) {
        const size = `${Math.ceil(opened.size / MIB)} MiB, and ${MOST[what]} is the most`;
        throw new Failure('usage', `the ${what} ${showName(path)} has ${size}`, {
          hint: `check that it is the ${what}, and not something that a command has written there`,
        });
      }
      const bytes = Buffer.alloc(opened.size);
      for (let at = 0; at < bytes.length; ) at += opened.read(bytes, at, bytes.length - at);
      return bytes;
    } finally {
      opened.close();
    }
  });
}

function open(folders: OpenFolders, { path, file }: BuildFile, what: string): OpenFile {
  try {
    return openFile(folders, file, path);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Failure('build', `the ${what} cannot be used: ${cause.message}`, {
      hint: 'make it readable for the user that runs the build',
      cause,
    });
  }
}

/** A hint for messages: it names files that look like a Dockerfile, at most two folders deep. */
async function suggestDockerfiles(root: string): Promise<string> {
  const names: string[] = [];
  const search = async (folder: string, deeper: boolean): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error) => {
      if (errorCode(error) === '') throw error;
      return [];
    });
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (entry.isFile() && /dockerfile|containerfile/i.test(entry.name) && !/ignore$/.test(entry.name))
        names.push(path);
      if (deeper && entry.isDirectory() && !/^(\.git|node_modules)$/.test(entry.name))
        await search(path, folder === '');
    }
  };
  await search('', true);
  const found = names
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    .slice(0, 5)
    .map((name) => `dockerfile: '${showName(name)}'`);
  if (found.length > 0) return `the context has others: give ${found.join(' or ')}`;
  return 'check that the sources were checked out, and that context is the folder that holds the Dockerfile';
}

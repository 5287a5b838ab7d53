import { readdir } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { Failure } from '../failure.ts';
import { type Resolved, resolveInside } from './inside.ts';
import { errorCode, showName } from './names.ts';

/** A file that kaniko needs whatever the ignore rules say: its path, and all that must be in the archive for it. */
export interface Needed {
  path: string;
  keep: readonly string[];
}

const outside = (what: string, { link, target }: Extract<Resolved, { found: 'outside' }>): Failure =>
  new Failure(
    'usage',
    `${what} cannot be used: ${showName(link)} is a symlink to ${showName(target)}, outside the context`,
    {
      hint: 'only the context is sent to the build: put the file itself in it, or link to it by a relative path that stays inside',
    },
  );

/**
 * Finds the Dockerfile in the context.
 * @param root absolute, symlinks resolved
 * @param dockerfile as the user wrote it, relative to the root
 * @throws Failure `usage` where it is missing, no file, or outside the context
 */
export async function findDockerfile(root: string, dockerfile: string): Promise<Needed> {
  const path = posix.normalize(dockerfile);
  if (isAbsolute(dockerfile) || path === '..' || path.startsWith('../')) {
    throw new Failure('usage', `the Dockerfile ${showName(dockerfile)} is not inside the context ${root}`, {
      hint: 'dockerfile is a path relative to the context: move the file into it, or choose a context that holds it',
    });
  }
  const found = await resolveInside(root, path);
  if (found.found === 'outside') throw outside(`the Dockerfile ${showName(path)}`, found);
  if (found.found === 'inside' && found.isFile) return { path, keep: [...found.through, found.path] };
  const why = found.found === 'inside' ? 'is not a file' : 'does not exist';
  throw new Failure('usage', `the Dockerfile ${showName(path)} ${why} in the context ${root}`, {
    hint: await similar(root),
  });
}

/**
 * Finds the ignore file in force: `<Dockerfile>.dockerignore`, else `.dockerignore`; undefined where there is none.
 * @throws Failure `usage` where it is no file, or leads outside the context
 */
export async function findIgnoreFile(root: string, dockerfile: string): Promise<Needed | undefined> {
  for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const found = await resolveInside(root, path);
    if (found.found === 'outside') throw outside(`the ignore file ${showName(path)}`, found);
    if (found.found === 'nothing') continue;
    if (!found.isFile) {
      throw new Failure('usage', `the ignore file ${showName(path)} is not a file in the context ${root}`, {
        hint: 'make it a text file with one pattern a line, or remove it',
      });
    }
    return { path, keep: [...found.through, found.path] };
  }
  return undefined;
}

/** What in the context looks like a Dockerfile, two folders deep at most. */
async function similar(root: string): Promise<string> {
  const names: string[] = [];
  const look = async (folder: string, deeper: boolean): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error) => {
      if (errorCode(error) === '') throw error;
      return [];
    });
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (entry.isFile() && /dockerfile|containerfile/i.test(entry.name) && !/ignore$/.test(entry.name))
        names.push(path);
      if (deeper && entry.isDirectory() && !/^(\.git|node_modules)$/.test(entry.name)) await look(path, folder === '');
    }
  };
  await look('', true);
  const found = names
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    .slice(0, 5)
    .map((name) => `dockerfile: '${showName(name)}'`);
  if (found.length > 0) return `the context has others: give ${found.join(' or ')}`;
  return 'check that the sources were checked out, and that context is the folder that holds the Dockerfile';
}

import { join } from 'node:path';
import { isInside, realPath } from '../workspace/boundary.ts';
import { regularFileText } from '../workspace/regular-file.ts';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';
import { runGit } from './run-git.ts';

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Whether a text is the full id of a commit, SHA-1 or SHA-256. */
export const isCommit = (text: string | undefined): text is string => text !== undefined && COMMIT.test(text);

/** A ref may name another ref. git itself follows five of them. */
const MOST_REFS = 5;

/**
 * The commit that is checked out; undefined if there is none yet. It is read from the repository's files, which starts no process
 * and works in a container without git. Only a repository with other files (reftable) needs git.
 */
export async function readHeadCommit(repository: Repository, env: World['env']): Promise<string | undefined> {
  const read = await resolveRef(repository, 'HEAD', MOST_REFS);
  if (read !== undefined) return read;
  const asked = (await runGit(repository, ['rev-parse', '--verify', 'HEAD'], { env }))?.trim();
  return isCommit(asked) ? asked : undefined;
}

async function resolveRef(repository: Repository, name: string, depth: number): Promise<string | undefined> {
  const { gitFolder, commonFolder } = repository;
  const text = ((await readRef(gitFolder, name)) ?? (await readRef(commonFolder, name)))?.trim();
  if (text === undefined) return packedRef(commonFolder, name);
  if (isCommit(text)) return text;
  const next = /^ref:\s*(refs\/\S+)$/.exec(text)?.[1];
  if (next === undefined || next.split('/').includes('..') || depth === 0) return undefined;
  return resolveRef(repository, next, depth - 1);
}

/** Reads a ref's own file, if no link leads out of the folder. */
async function readRef(folder: string, name: string): Promise<string | undefined> {
  const real = await realPath(join(folder, name));
  return real !== undefined && isInside(folder, real) ? regularFileText(real) : undefined;
}

/** Finds a ref in `packed-refs`, which has a line `COMMIT NAME` for each: https://git-scm.com/docs/git-pack-refs. */
async function packedRef(folder: string, name: string): Promise<string | undefined> {
  if (!name.startsWith('refs/')) return undefined;
  const text = (await regularFileText(join(folder, 'packed-refs'))) ?? '';
  const end = text.indexOf(` ${name}\n`);
  const commit = text.slice(text.lastIndexOf('\n', end) + 1, end);
  return end >= 0 && isCommit(commit) ? commit : undefined;
}

import { join } from 'node:path';
import { isInside, realPath } from '../workspace/boundary.ts';
import { regularFileText } from '../workspace/regular-file.ts';
import type { World } from '../world.ts';
import { type Repository, repositoryAt, type SearchBoundary } from './repository.ts';
import { runGit } from './run-git.ts';

/** Submodules in submodules are checked down to this depth. */
const DEEPEST = 8;

/**
 * Whether a work tree differs from its commit; untracked files and submodules count, too. If that cannot be found out, the answer
 * is yes: the commit's own tag must not be given to anything else.
 *
 * git would run the filters that a configuration defines on files with new times, so all filters are switched off. A file with a
 * filter (of Git LFS, for example) may then count as different.
 */
export async function hasUncommittedChanges(
  repository: Repository,
  env: World['env'],
  where: SearchBoundary,
  depth = DEEPEST,
): Promise<boolean> {
  const filters = await filterNames(repository, env);
  if (filters === undefined) return true;
  const config = filters.flatMap((name): [string, string][] => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.smudge`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ]);
  // In a submodule git would use the submodule's own configuration, so only the submodules' commits are compared here.
  const args = ['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=dirty'];
  const status = await runGit(repository, args, { env, config, ofUser: true });
  if (status !== '') return true;
  for (const submodule of await submodulesOf(repository, env, where))
    if (depth === 0 || (await hasUncommittedChanges(submodule, env, where, depth - 1))) return true;
  return false;
}

/** Names of the filters that any configuration defines; undefined if one has a name that cannot be switched off. */
async function filterNames(repository: Repository, env: World['env']): Promise<string[] | undefined> {
  const listed = await runGit(repository, ['config', '--list', '--includes', '--name-only', '-z'], {
    env,
    ofUser: true,
  });
  const names = listed?.split('\0').flatMap((key) => /^filter\.(.*)\.[^.]*$/s.exec(key)?.[1] ?? []);
  // `-c NAME=VALUE` ends the name at the first equals sign.
  return names?.some((name) => name.includes('=')) ? undefined : [...new Set(names)];
}

/** The submodules that `.gitmodules` names and that are checked out. */
async function submodulesOf(repository: Repository, env: World['env'], where: SearchBoundary): Promise<Repository[]> {
  const { workTree } = repository;
  const file = join(workTree, '.gitmodules');
  if ((await regularFileText(file)) === undefined) return [];
  const args = ['config', '--file', file, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const lines = (await runGit(repository, args, { env }))?.split('\0') ?? [];
  const folders = lines.map((line) => join(workTree, line.slice(line.indexOf('\n') + 1)));
  const found: Repository[] = [];
  for (const folder of folders) {
    if (folder === workTree || !isInside(workTree, folder) || (await realPath(folder)) !== folder) continue;
    const submodule = await repositoryAt(folder, where);
    if (submodule !== undefined) found.push(submodule);
  }
  return found;
}

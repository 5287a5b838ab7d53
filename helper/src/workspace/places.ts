import { lstat, readlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { printableText } from '../text/printable.ts';
import type { World } from '../world.ts';
import { findBoundary, isInside, realPath } from './boundary.ts';

/** Where a command works. Paths are real, unless the folder does not exist. */
export interface Workspace {
  /** The folder that relative paths start from. */
  readonly current: string;
  /** The folder that nothing may lead out of: see findBoundary. */
  readonly boundary: string | undefined;
}

/**
 * Finds the workspace.
 * @param current absolute, as it was named: `dir('services/shop')` means a folder of the workspace, even if a pull request has
 *   made it a link
 * @param isNamed whether the program was told its current folder, as the steps do
 * @throws Failure `usage` if the current folder is named inside WORKSPACE and a link on the path leads out of it
 */
export async function findWorkspace(env: World['env'], current: string, isNamed: boolean): Promise<Workspace> {
  const { WORKSPACE = '' } = env;
  const real = isAbsolute(WORKSPACE) ? await realPath(WORKSPACE) : undefined;
  if (real !== undefined && isInside(resolve(WORKSPACE), current)) {
    const typed = relative(resolve(WORKSPACE), current);
    return {
      current: await resolveInWorkspace({ current: real, boundary: real }, 'current folder', typed),
      boundary: real,
    };
  }
  const boundary = await findBoundary(env, current, isNamed);
  return { current: (await realPath(current)) ?? current, boundary };
}

/**
 * Resolves a path that a parameter names. The result has no links on the path, so what was checked is what will be read.
 * @param what the parameter's noun, for messages
 * @param typed as the user wrote it. `..` removes the part before it, as in Docker, wherever a link there may lead
 * @returns an absolute path. Nothing need exist there: whoever opens it reports that
 * @throws Failure `usage` if it leads out of the boundary by a link, by `..` or as an absolute path. A person may name any folder,
 *   but a link in the current folder came with the sources and may not lead out of that folder
 */
export async function resolveInWorkspace(
  { current, boundary }: Workspace,
  what: string,
  typed: string,
): Promise<string> {
  const limit = boundary ?? current;
  let at = isAbsolute(typed) ? '/' : current;
  for (const part of typed.split('/')) {
    at = part === '..' ? dirname(at) : join(at, part);
    const target = await linkTarget(at);
    const holder = target === undefined ? undefined : await realPath(dirname(at));
    if (target === undefined || holder === undefined || !isInside(limit, holder)) continue;
    const shown = isInside(current, at) ? relative(current, at) : at;
    if (!isInside(limit, (await realPath(at)) ?? resolve(holder, target)))
      throw outsideFailure({ what, typed, limit, boundary }, `${shown} is a symlink to ${target}`);
  }
  const real = await realPathOfExisting(at);
  if (boundary !== undefined && !isInside(boundary, real)) throw outsideFailure({ what, typed, limit, boundary });
  return real;
}

const linkTarget = async (path: string): Promise<string | undefined> =>
  (await lstat(path).catch(() => undefined))?.isSymbolicLink() ? readlink(path) : undefined;

/** The real path of the part of a path that exists, followed by the rest as it is. */
async function realPathOfExisting(path: string): Promise<string> {
  const real = await realPath(path);
  return real ?? (path === dirname(path) ? path : join(await realPathOfExisting(dirname(path)), basename(path)));
}

interface OutsidePath {
  what: string;
  typed: string;
  limit: string;
  boundary: string | undefined;
}

function outsideFailure({ what, typed, limit, boundary }: OutsidePath, why = ''): Failure {
  const hint =
    boundary === undefined
      ? 'a link among the sources is not followed out of the current folder: name the folder or file that is meant by its own path'
      : `only what is in the workspace is read: name a folder or file in it, and look for links in the sources. What is meant to be elsewhere is named in the Jenkinsfile: dir('/path') { ... } around the step`;
  return new Failure(
    'usage',
    printableText(`the ${what} ${typed} leads out of the workspace ${limit}${why && `: ${why}`}`),
    {
      hint,
    },
  );
}

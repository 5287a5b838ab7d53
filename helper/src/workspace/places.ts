import { lstat, readlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { plain } from '../text/printable.ts';
import type { World } from '../world.ts';
import { findBoundary, isInside, realPath } from './boundary.ts';

/** Where a command works. Real paths, but for a folder that does not exist. */
export interface Workspace {
  /** Relative paths start here. */
  readonly current: string;
  /** Nothing may lead out of it: see findBoundary. */
  readonly boundary: string | undefined;
}

/**
 * Finds the workspace.
 * @param current absolute, as it was named: `dir('services/shop')` names a folder of the workspace, whatever a pull request has
 *   made of it
 * @param isNamed whether it was named to the program, as the steps do
 * @throws Failure `usage` where the current folder is said to be in WORKSPACE and a link on the way leads out of it
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
 * A path that a parameter names, without links on the way: what was checked is what will be read.
 * @param what the parameter's noun, for messages
 * @param typed as the user wrote it. `..` takes away the part before it, as in Docker, wherever a link there may lead
 * @returns absolute; what does not exist is told by whoever opens it
 * @throws Failure `usage` where it leads out of the boundary: by a link, by `..` or as an absolute path. A person may name any
 *   folder; but a link in the current folder, which came with the sources, may not lead out of that
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
      throw outsideFailure(what, typed, limit, boundary, `${shown} is a symlink to ${target}`);
  }
  const real = await realEnd(at);
  if (boundary !== undefined && !isInside(boundary, real)) throw outsideFailure(what, typed, limit, boundary);
  return real;
}

const linkTarget = async (path: string): Promise<string | undefined> =>
  (await lstat(path).catch(() => undefined))?.isSymbolicLink() ? readlink(path) : undefined;

/** The real path of what there is of a path, and the rest as it is. */
async function realEnd(path: string): Promise<string> {
  const real = await realPath(path);
  return real ?? (path === dirname(path) ? path : join(await realEnd(dirname(path)), basename(path)));
}

function outsideFailure(what: string, typed: string, limit: string, boundary: string | undefined, why = ''): Failure {
  const hint =
    boundary === undefined
      ? 'a link among the sources is not followed out of the current folder: name the folder or file that is meant by its own path'
      : `only what is in the workspace is read: name a folder or file in it, and look for links in the sources. What is meant to be elsewhere is named in the Jenkinsfile: dir('/path') { ... } around the step`;
  return new Failure('usage', plain(`the ${what} ${typed} leads out of the workspace ${limit}${why && `: ${why}`}`), {
    hint,
  });
}

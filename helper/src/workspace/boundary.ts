// The workspace is the folder that a build may read from. A pull request decides what is in it, so nothing in it may lead out
// of it: no link, no `..`, no repository of git. This folder answers where the workspace ends; it imports nothing but what all
// may import.
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { World } from '../world.ts';

/** Whether a path is a folder or lies in it. Both are absolute, without links and `..` on the way. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** A path without links and `..`; undefined where there is nothing. */
export const realPath = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/** True where Jenkins runs this process. */
export const isUnderJenkins = (env: World['env']): boolean => Boolean(env.JENKINS_URL || env.BUILD_NUMBER);

/**
 * The folder that nothing may lead out of: Jenkins' WORKSPACE where the current folder lies in it, so that
 * `dir('sub') { kanikoBuild(context: '..') }` works; else the current folder, which the author of the Jenkinsfile named.
 * @param current absolute
 * @param isNamed whether the current folder was named to the program, as the steps do
 * @returns its real path: WORKSPACE may itself be a link. Undefined for a person, who may build from any folder, and where
 *   the current folder does not exist
 */
export async function findBoundary(env: World['env'], current: string, isNamed: boolean): Promise<string | undefined> {
  const real = await realPath(current);
  const workspace = env.WORKSPACE?.startsWith(sep) ? await realPath(env.WORKSPACE) : undefined;
  if (real !== undefined && workspace !== undefined && isInside(workspace, real)) return workspace;
  return isNamed || isUnderJenkins(env) ? real : undefined;
}

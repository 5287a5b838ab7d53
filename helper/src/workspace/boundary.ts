// The workspace is the folder that a build may read. A pull request decides what is in it, so nothing in it may lead out of it:
// no link, no `..` and no git repository. This folder decides where the workspace ends.
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { World } from '../world.ts';

/** Whether a path is the folder or lies in it. Both must be absolute, without links and `..`. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Resolves links and `..`; undefined if there is nothing at the path. */
export const realPath = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/** True if Jenkins runs this process. */
export const isUnderJenkins = (env: World['env']): boolean => Boolean(env.JENKINS_URL || env.BUILD_NUMBER);

/**
 * The folder that nothing may lead out of. It is Jenkins' WORKSPACE if the current folder lies in it, so that
 * `dir('sub') { kanikoBuild(context: '..') }` works. Otherwise it is the current folder, which the Jenkinsfile's author named.
 * @param current absolute
 * @param isNamed whether the program was told its current folder, as the steps do
 * @returns a real path, because WORKSPACE may itself be a link. Undefined for a person, who may build from any folder, and if the
 *   current folder does not exist
 */
export async function findBoundary(env: World['env'], current: string, isNamed: boolean): Promise<string | undefined> {
  const real = await realPath(current);
  const workspace = env.WORKSPACE?.startsWith(sep) ? await realPath(env.WORKSPACE) : undefined;
  if (real !== undefined && workspace !== undefined && isInside(workspace, real)) return workspace;
  return isNamed || isUnderJenkins(env) ? real : undefined;
}

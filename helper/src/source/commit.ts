import { isCommit, readHeadCommit } from '../git/checked-out-commit.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { runGit } from '../git/run-git.ts';
import { hasUncommittedChanges } from '../git/uncommitted-changes.ts';
import { findBoundary, isUnderJenkins, realPath } from '../workspace/boundary.ts';
import type { World } from '../world.ts';

/** Where a context comes from, as far as it is known. */
export interface SourceRevision {
  /** The full commit id. */
  commit: string | undefined;
  /**
   * Whether the work tree differs from the commit. Always false under Jenkins, where only the build's own output would
   * differ.
   */
  dirty: boolean;
  /** Address of the remote, without credentials. */
  url: string | undefined;
}

/** An address without user and password (which may contain an `@`) and without the query: both may hold a token. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/s, '');
}

/**
 * Finds out which commit a folder holds. It is the commit of the repository that the folder belongs to, or else Jenkins'
 * GIT_COMMIT. GIT_COMMIT names the commit of the pipeline's own repository only, so a repository in the folder is asked first.
 * Never throws.
 * @param folder absolute
 * @param boundary real path of the folder that a repository must lie in. If it is left out, findBoundary decides
 * @param onRemote is called with the remote's address as git or Jenkins knows it, perhaps with a password
 */
export async function readSourceRevision(
  folder: string,
  env: World['env'],
  boundary?: string | undefined,
  onRemote: (address: string) => void = () => {},
): Promise<SourceRevision> {
  const where = { boundary: boundary ?? (await findBoundary(env, folder, false)) };
  const real = await realPath(folder);
  const repository = real === undefined ? undefined : await findRepository(real, where);
  const head = repository && (await readHeadCommit(repository, env));
  const fromJenkins = isCommit(env.GIT_COMMIT) ? env.GIT_COMMIT : undefined;
  const commit = head ?? fromJenkins;
  const isJenkinsCommit = commit !== undefined && commit === fromJenkins;
  // The repository of the workspace itself is the pipeline's. Jenkins names its address, so no process is started to ask for it.
  const isPipelineRepository = repository === undefined || repository.workTree === where.boundary;
  const url =
    (isJenkinsCommit && isPipelineRepository && env.GIT_URL) ||
    (await remoteOf(repository, env)) ||
    (isJenkinsCommit && env.GIT_URL);
  if (url) onRemote(url);
  const isDirty =
    repository && head !== undefined && !isUnderJenkins(env) && (await hasUncommittedChanges(repository, env, where));
  return { commit, dirty: isDirty ?? false, url: url ? withoutCredentials(url) : undefined };
}

/** The address of a repository's remote, from the repository's own configuration only. */
async function remoteOf(repository: Repository | undefined, env: World['env']): Promise<string | undefined> {
  const args = ['config', '--local', '--no-includes', '--get', 'remote.origin.url'];
  return repository && (await runGit(repository, args, { env }))?.trim();
}

/** The tag for an image that is named without one: the commit, else the build number; undefined if neither is known. */
export function defaultTag({ commit, dirty }: SourceRevision, env: World['env']): string | undefined {
  if (commit !== undefined) return `${commit.slice(0, 12)}${dirty ? '-dirty' : ''}`;
  return env.BUILD_NUMBER || undefined;
}

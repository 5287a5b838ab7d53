import { isCommit, readHeadCommit } from '../git/checked-out-commit.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { runGit } from '../git/run-git.ts';
import { hasUncommittedChanges } from '../git/uncommitted-changes.ts';
import { findBoundary, isUnderJenkins, realPath } from '../workspace/boundary.ts';
import type { World } from '../world.ts';

/** Where a context comes from, as far as that is known. */
export interface SourceRevision {
  /** The full commit id. */
  commit: string | undefined;
  /** The work tree differs from the commit; never looked at under Jenkins, whose checkouts are clean but for build output. */
  dirty: boolean;
  /** The remote's address, without credentials. */
  url: string | undefined;
}

/** An address without the user's part, which may itself have an `@`, and without a query: tokens are often kept there. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/s, '');
}

/**
 * Finds out which commit a folder holds: that of the repository that it belongs to, else Jenkins' GIT_COMMIT, which is that of
 * the pipeline's own repository: a folder with a checkout of another one has commits of its own. Never throws.
 * @param folder absolute
 * @param boundary real path of the folder that a repository must be in, undefined for a person's own folders: see
 *   findBoundary, which is asked where it is left out
 * @param onRemote told the remote's address as git or Jenkins has it, perhaps with a password
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
  const given = isCommit(env.GIT_COMMIT) ? env.GIT_COMMIT : undefined;
  const commit = head ?? given;
  const isGiven = commit !== undefined && commit === given;
  // The workspace's own repository is the pipeline's: Jenkins has said where it comes from, no process is started to ask.
  const isOwn = repository === undefined || repository.workTree === where.boundary;
  const url = (isGiven && isOwn && env.GIT_URL) || (await remoteOf(repository, env)) || (isGiven && env.GIT_URL);
  if (url) onRemote(url);
  const isDirty =
    repository && head !== undefined && !isUnderJenkins(env) && (await hasUncommittedChanges(repository, env, where));
  return { commit, dirty: isDirty ?? false, url: url ? withoutCredentials(url) : undefined };
}

/** The address of a repository's remote, from its own configuration alone. */
async function remoteOf(repository: Repository | undefined, env: World['env']): Promise<string | undefined> {
  const args = ['config', '--local', '--no-includes', '--get', 'remote.origin.url'];
  return repository && (await runGit(repository, args, { env }))?.trim();
}

/** The tag of an image whose name has none: commit, else build number, else undefined. */
export function defaultTag({ commit, dirty }: SourceRevision, env: World['env']): string | undefined {
  if (commit !== undefined) return `${commit.slice(0, 12)}${dirty ? '-dirty' : ''}`;
  return env.BUILD_NUMBER || undefined;
}

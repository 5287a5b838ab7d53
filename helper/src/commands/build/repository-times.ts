import type { FileEntry } from '../../context/entries.ts';
import { modifiedAt } from '../../context/list/unchanged-files.ts';
import type { CommitFacts } from '../../context/times/assign-times.ts';
import { commitTimes } from '../../git/commit-times.ts';
import { findRepository } from '../../git/repository.ts';
import type { World } from '../../world.ts';

/**
 * What the repository that a context belongs to knows of files.
 * @param root the context's folder, its real path
 * @param boundary of repositories: see findBoundary
 * @returns undefined where there is none, or it cannot be told
 */
export async function commitsOfFiles(
  { env, signal }: Pick<World, 'env' | 'signal'>,
  root: string,
  boundary: string | undefined,
  files: readonly FileEntry[],
): Promise<CommitFacts | undefined> {
  const repository = await findRepository(root, { boundary });
  if (repository === undefined) return undefined;
  const looks = files.map(({ path, size, mode, stamp }) => ({ path, size, mode, mtimeNs: modifiedAt(stamp) }));
  return commitTimes(repository, root, looks, { env, signal });
}

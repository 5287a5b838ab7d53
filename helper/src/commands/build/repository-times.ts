import type { FileEntry } from '../../context/entries.ts';
import { modifiedAt } from '../../context/list/unchanged-files.ts';
import type { CommitFacts } from '../../context/times/assign-times.ts';
import { commitTimes } from '../../git/commit-times.ts';
import { findRepository } from '../../git/repository.ts';
import type { World } from '../../world.ts';

/**
 * The times at which files of a context were committed to its git repository.
 * @param root the real path of the context's folder
 * @param boundary the folder that the repository must not lie above: see findBoundary
 * @returns undefined where the context has no repository, or where git cannot say
 */
export async function commitsOfFiles(
  { env, signal }: Pick<World, 'env' | 'signal'>,
  root: string,
  boundary: string | undefined,
  files: readonly FileEntry[],
): Promise<CommitFacts | undefined> {
  const repository = await findRepository(root, { boundary });
  if (repository === undefined) return undefined;
  const queries = files.map(({ path, size, mode, stamp }) => ({ path, size, mode, mtimeNs: modifiedAt(stamp) }));
  return commitTimes(repository, root, queries, { env, signal });
}

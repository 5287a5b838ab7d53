// git, where a pull request writes. A repository is found by our own look at the folders, never by git's: git would take a
// folder that merely looks like a repository (a bare one that was committed as files), follow a `.git` that points elsewhere,
// and climb above the workspace. What is found is handed to git by name (run.ts), the one place that starts it.
// repository: `.git` and the work tree that it lies in; head: the commit; changes: whether the work tree differs from it.
// Imports `workspace/`.
import { lstat, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isInside, realPath } from '../workspace/boundary.ts';
import { regularFileText } from '../workspace/regular-file.ts';

/** A repository that was looked at. All paths are absolute and real. */
export interface Repository {
  /** The folder with HEAD, config and index. */
  readonly gitFolder: string;
  /** The folder with objects and refs: another one where the work tree is a linked one (`git worktree`). */
  readonly commonFolder: string;
  /** The folder that `.git` lies in. */
  readonly workTree: string;
}

/** Where a repository may be. */
export interface SearchBoundary {
  /**
   * Real path: nobody looks above it, and `.git` may not lead out of it. Undefined: a person's own folders. Then a `.git` that
   * points elsewhere counts where it is meant to: in a submodule, and where what it points to points back.
   */
  readonly boundary: string | undefined;
}

/**
 * Finds the repository that a folder belongs to, as git does: the closest folder upwards that holds one. A `.git` that is none,
 * or leads out of the boundary, counts for nothing.
 * @param folder real path
 */
export async function findRepository(folder: string, { boundary }: SearchBoundary): Promise<Repository | undefined> {
  if (boundary !== undefined && !isInside(boundary, folder)) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const found = await repositoryAt(at, { boundary });
    if (found !== undefined || at === boundary || at === dirname(at)) return found;
  }
}

/** The repository whose work tree begins at a folder; undefined where there is none that counts. */
export async function repositoryAt(folder: string, { boundary }: SearchBoundary): Promise<Repository | undefined> {
  const gitFolder = await gitFolderOf(join(folder, '.git'));
  if (gitFolder === undefined) return undefined;
  const common = await regularFileText(join(gitFolder, 'commondir'));
  const commonFolder = common === undefined ? gitFolder : await realPath(resolve(gitFolder, common.trim()));
  if (commonFolder === undefined) return undefined;
  const found = { gitFolder, commonFolder, workTree: folder };
  const isAllowed =
    boundary === undefined
      ? isOfParent(found) || (await pointsBack(found))
      : isInside(boundary, gitFolder) && isInside(boundary, commonFolder);
  return isAllowed && (await isRepository(found)) ? found : undefined;
}

/** `.git` is where it seems to be, or in the `.git` of a folder above: that of a submodule. */
function isOfParent({ gitFolder, commonFolder, workTree }: Repository): boolean {
  for (let at = workTree; ; at = dirname(at)) {
    const dotGit = join(at, '.git');
    if (isInside(dotGit, gitFolder)) return isInside(dotGit, commonFolder);
    if (at === dirname(at)) return false;
  }
}

/** A linked work tree's own folder in the repository names the work tree (https://git-scm.com/docs/git-worktree). */
async function pointsBack({ gitFolder, commonFolder, workTree }: Repository): Promise<boolean> {
  const named = (await regularFileText(join(gitFolder, 'gitdir')))?.trim();
  const real = named === undefined ? undefined : await realPath(resolve(gitFolder, named));
  return real === join(workTree, '.git') && isInside(commonFolder, gitFolder);
}

/** `.git` itself, or what it points to where it is a file, as in a submodule and a linked work tree. */
async function gitFolderOf(dotGit: string): Promise<string | undefined> {
  const stats = await lstat(dotGit).catch(() => undefined);
  if (!stats?.isFile()) return stats && realPath(dotGit);
  const target = /^gitdir: (.+?)\s*$/s.exec((await regularFileText(dotGit)) ?? '')?.[1];
  return target === undefined ? undefined : realPath(resolve(dirname(dotGit), target));
}

/** git takes a folder for a repository by these three. */
async function isRepository({ gitFolder, commonFolder }: Repository): Promise<boolean> {
  const head = await lstat(join(gitFolder, 'HEAD')).catch(() => undefined);
  const folders = await Promise.all(
    ['objects', 'refs'].map((name) => stat(join(commonFolder, name)).catch(() => undefined)),
  );
  return (head?.isFile() || head?.isSymbolicLink() || false) && folders.every((one) => one?.isDirectory());
}

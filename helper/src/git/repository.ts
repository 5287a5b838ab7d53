// A pull request can write to the workspace, so we look for the repository ourselves and do not leave that to git. git would
// accept a folder that merely looks like a repository (a bare one that was committed as files), follow a `.git` that points
// elsewhere, and search above the workspace. git is then told by name which repository to use (run-git.ts).
import { lstat, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isInside, realPath } from '../workspace/boundary.ts';
import { regularFileText } from '../workspace/regular-file.ts';

/** A repository that was found. All paths are absolute and real. */
export interface Repository {
  /** The folder with HEAD, config and index. */
  readonly gitFolder: string;
  /** The folder with objects and refs. It is another folder than gitFolder for a linked work tree (`git worktree`). */
  readonly commonFolder: string;
  /** The folder that contains `.git`. */
  readonly workTree: string;
}

/** How far a repository is searched for. */
export interface SearchBoundary {
  /**
   * A real path: folders above it are not searched, and `.git` may not lead out of it. Undefined: a person's own folders. Then a
   * `.git` that points elsewhere is accepted only if it is a submodule's, or if the place that it points to points back.
   */
  readonly boundary: string | undefined;
}

/**
 * Finds the repository that a folder belongs to: the closest one upwards, as git does. A `.git` that is no repository, or leads
 * out of the boundary, is skipped.
 * @param folder real path
 */
export async function findRepository(folder: string, { boundary }: SearchBoundary): Promise<Repository | undefined> {
  if (boundary !== undefined && !isInside(boundary, folder)) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const found = await repositoryAt(at, { boundary });
    if (found !== undefined || at === boundary || at === dirname(at)) return found;
  }
}

/** The repository whose work tree is this folder; undefined if there is none, or if it is not accepted. */
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

/** Whether `.git` is an ordinary folder, or lies in the `.git` of a folder above, as a submodule's does. */
function isOfParent({ gitFolder, commonFolder, workTree }: Repository): boolean {
  for (let at = workTree; ; at = dirname(at)) {
    const dotGit = join(at, '.git');
    if (isInside(dotGit, gitFolder)) return isInside(dotGit, commonFolder);
    if (at === dirname(at)) return false;
  }
}

/** Whether the repository names this work tree, as it does for a linked one (https://git-scm.com/docs/git-worktree). */
async function pointsBack({ gitFolder, commonFolder, workTree }: Repository): Promise<boolean> {
  const named = (await regularFileText(join(gitFolder, 'gitdir')))?.trim();
  const real = named === undefined ? undefined : await realPath(resolve(gitFolder, named));
  return real === join(workTree, '.git') && isInside(commonFolder, gitFolder);
}

/** The real path of `.git`, or of what it points to if it is a file, as in a submodule or a linked work tree. */
async function gitFolderOf(dotGit: string): Promise<string | undefined> {
  const stats = await lstat(dotGit).catch(() => undefined);
  if (!stats?.isFile()) return stats && realPath(dotGit);
  const target = /^gitdir: (.+?)\s*$/s.exec((await regularFileText(dotGit)) ?? '')?.[1];
  return target === undefined ? undefined : realPath(resolve(dirname(dotGit), target));
}

/** Whether the folder has the three things by which git recognises a repository. */
async function isRepository({ gitFolder, commonFolder }: Repository): Promise<boolean> {
  const head = await lstat(join(gitFolder, 'HEAD')).catch(() => undefined);
  const folders = await Promise.all(
    ['objects', 'refs'].map((name) => stat(join(commonFolder, name)).catch(() => undefined)),
  );
  return (head?.isFile() || head?.isSymbolicLink() || false) && folders.every((one) => one?.isDirectory());
}

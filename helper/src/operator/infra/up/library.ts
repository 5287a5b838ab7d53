import { findRepository } from '../../../git/repository.ts';
import { runGit } from '../../../git/run-git.ts';
import { withoutCredentials } from '../../../source/commit.ts';
import { realPath } from '../../../workspace/boundary.ts';
import type { World } from '../../../world.ts';

/** The library with the steps: its repository, and the version of it. Undefined is what cannot be found out. */
interface Library {
  readonly repository: string | undefined;
  readonly version: string | undefined;
}

/**
 * Finds the library that this program was cloned with: the address of the remote, and the version that is checked out.
 * @param folder in the clone
 */
export async function findLibrary(folder: string, env: World['env']): Promise<Library> {
  const real = await realPath(folder);
  const repository = real === undefined ? undefined : await findRepository(real, { boundary: undefined });
  const askGit = async (...args: string[]) => repository && (await runGit(repository, args, { env }))?.trim();
  const remote = await askGit('config', '--local', '--get', 'remote.origin.url');
  return { repository: webAddress(remote && withoutCredentials(remote)), version: await findVersion(askGit) };
}

/** The versions that jenkins.yaml takes. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/**
 * The tag that is checked out. Else the remote branch that the local one follows: Jenkins cannot fetch a branch that only
 * this clone has. Else the remote's default branch.
 */
async function findVersion(askGit: (...args: string[]) => Promise<string | undefined>): Promise<string | undefined> {
  const candidates = [
    await askGit('describe', '--tags', '--exact-match', 'HEAD'),
    withoutOrigin(await askGit('rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}')),
    withoutOrigin(await askGit('symbolic-ref', '--short', 'refs/remotes/origin/HEAD')),
  ];
  return candidates.find((name) => name !== undefined && VERSION.test(name));
}

const withoutOrigin = (branch: string | undefined): string | undefined =>
  branch?.startsWith('origin/') ? branch.slice('origin/'.length) : undefined;

/** `git@github.com:acme/fargate-ci.git` as `https://github.com/acme/fargate-ci.git`; undefined for other addresses. */
export function webAddress(url: string | undefined): string | undefined {
  const address = url?.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
  return address?.startsWith('https://') ? address : undefined;
}

/** Whether two addresses are of one repository. */
export const isSameRepository = (one: string, other: string): boolean => normalized(one) === normalized(other);

const normalized = (url: string): string => url.replace(/(?:\.git)?\/?$/, '').toLowerCase();

import { findRepository } from '../../../git/repository.ts';
import { runGit } from '../../../git/run-git.ts';
import { withoutCredentials } from '../../../source/commit.ts';
import { realPath } from '../../../workspace/boundary.ts';
import type { World } from '../../../world.ts';

/** Where the library with the steps is, and which version of it. */
export interface Library {
  readonly repository: string | undefined;
  readonly version: string | undefined;
}

/**
 * The library that this program was cloned with: the remote's address, and of its versions the one that is checked out.
 * Undefined is what cannot be told.
 * @param folder in the clone
 */
export async function findLibrary(folder: string, env: World['env']): Promise<Library> {
  const real = await realPath(folder);
  const repository = real === undefined ? undefined : await findRepository(real, { boundary: undefined });
  const ask = async (...args: string[]) => repository && (await runGit(repository, args, { env }))?.trim();
  const remote = await ask('config', '--local', '--get', 'remote.origin.url');
  return { repository: webAddress(remote && withoutCredentials(remote)), version: await findVersion(ask) };
}

/** As jenkins.yaml takes a version. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/** The tag of what is checked out; else the remote's branch that it follows, since others have no other; else its usual one. */
async function findVersion(ask: (...args: string[]) => Promise<string | undefined>): Promise<string | undefined> {
  const found = [
    await ask('describe', '--tags', '--exact-match', 'HEAD'),
    ofRemote(await ask('rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}')),
    ofRemote(await ask('symbolic-ref', '--short', 'refs/remotes/origin/HEAD')),
  ];
  return found.find((name) => name !== undefined && VERSION.test(name));
}

const ofRemote = (branch: string | undefined): string | undefined =>
  branch?.startsWith('origin/') ? branch.slice('origin/'.length) : undefined;

/** `git@github.com:acme/fargate-ci.git` as `https://github.com/acme/fargate-ci.git`; undefined where it is no such thing. */
export function webAddress(url: string | undefined): string | undefined {
  const address = url?.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
  return address?.startsWith('https://') ? address : undefined;
}

/** Whether two addresses are of one repository. */
export const sameRepository = (one: string, other: string): boolean => bare(one) === bare(other);

const bare = (url: string): string => url.replace(/(?:\.git)?\/?$/, '').toLowerCase();

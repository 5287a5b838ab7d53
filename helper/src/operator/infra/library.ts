import { git, withoutCredentials } from '../../source/commit.ts';

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
export async function findLibrary(folder: string): Promise<Library> {
  const remote = await git(folder, 'config', '--get', 'remote.origin.url');
  return { repository: webAddress(remote && withoutCredentials(remote)), version: await findVersion(folder) };
}

/** As jenkins.yaml takes a version. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/** The tag of what is checked out; else the remote's branch that it follows, since others have no other; else its usual one. */
async function findVersion(folder: string): Promise<string | undefined> {
  const found = [
    await git(folder, 'describe', '--tags', '--exact-match', 'HEAD'),
    ofRemote(await git(folder, 'rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}')),
    ofRemote(await git(folder, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD')),
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

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { World } from '../world.ts';

/** Where a workspace comes from, as far as that is known. */
export interface Source {
  /** The full commit id. */
  commit: string | undefined;
  /** The work tree differs from the commit; never looked at under Jenkins, whose checkouts are clean but for build output. */
  dirty: boolean;
  /** The remote's address, without credentials. */
  url: string | undefined;
}

const run = promisify(execFile);
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Runs git in a folder; undefined where there is no git, no repository or no such thing. */
export async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  try {
    // An agent's workspace may belong to another user; reading its commit is harmless.
    const { stdout } = await run('git', ['-c', 'safe.directory=*', '-C', folder, ...args], { timeout: 20_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** An address without the user's part, which may itself have an `@`, and without a query: tokens are often kept there. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/s, '');
}

/** True where Jenkins runs this process. */
export const underJenkins = (env: World['env']): boolean => Boolean(env.JENKINS_URL || env.BUILD_NUMBER);

/** Finds out which commit a folder holds: Jenkins' GIT_COMMIT, else what git says. */
export async function readSource(folder: string, env: World['env']): Promise<Source> {
  const given = env.GIT_COMMIT && COMMIT.test(env.GIT_COMMIT) ? env.GIT_COMMIT : undefined;
  const found = given ?? (await git(folder, 'rev-parse', '--verify', 'HEAD'));
  const commit = found !== undefined && COMMIT.test(found) ? found : undefined;
  const remote = env.GIT_URL || (await git(folder, 'config', '--get', 'remote.origin.url'));
  const changed = commit !== undefined && !underJenkins(env) && (await git(folder, 'status', '--porcelain'));
  return {
    commit,
    dirty: Boolean(changed),
    url: remote ? withoutCredentials(remote) : undefined,
  };
}

/** The tag of an image whose name has none: commit, else build number, else undefined. */
export function defaultTag({ commit, dirty }: Source, env: World['env']): string | undefined {
  if (commit !== undefined) return `${commit.slice(0, 12)}${dirty ? '-dirty' : ''}`;
  return env.BUILD_NUMBER || undefined;
}

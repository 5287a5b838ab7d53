import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the process says of itself. */
export interface Place {
  /** The bundle's path, absolute. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Where V8's code is kept between runs: in a step, beside the folders of its calls
 * (`WORKSPACE@tmp/fargate-ci/CALL/run/helper.mjs`), else in the user's cache. Undefined: nowhere.
 */
export function cacheFolder({ file, env, home }: Place): string | undefined {
  // Node's own switch (https://nodejs.org/api/cli.html).
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const step = /^(.*\/fargate-ci)\/[^/]+\/run\/[^/]+$/.exec(file)?.[1];
  if (step !== undefined) return join(step, 'code');
  const caches = env.XDG_CACHE_HOME || (home && join(home, '.cache'));
  return caches?.startsWith('/') ? join(caches, 'fargate-ci') : undefined;
}

/**
 * Makes the folder where it is missing, in a folder of this user's: where helper and agent are two users, what the agent has
 * to delete must not be ours.
 * @returns whether it is a folder that nobody but this user can write to
 */
export function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  if (statSync(existing(dirname(folder))).uid !== user) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0;
}

/** The folder itself, or what there is of the way to it. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));

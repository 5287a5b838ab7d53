import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What decides where the code cache lies. */
interface CacheCircumstances {
  /** The absolute path of the bundle that runs. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * The folder of the code cache. In a step it lies beside the folders of the step's calls
 * (`WORKSPACE@tmp/fargate-ci/CALL/run/helper.mjs`), elsewhere in the user's folder for caches. Undefined: there is no
 * cache.
 */
export function cacheFolder({ file, env, home }: CacheCircumstances): string | undefined {
  // Node's own switch for such caches (https://nodejs.org/api/cli.html).
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const step = /^(.*\/fargate-ci)\/[^/]+\/run\/[^/]+$/.exec(file)?.[1];
  if (step !== undefined) return join(step, 'code');
  const caches = env.XDG_CACHE_HOME || (home && join(home, '.cache'));
  return caches?.startsWith('/') ? join(caches, 'fargate-ci') : undefined;
}

/**
 * Makes the folder if it is missing, but only inside a folder of this user: where helper and agent are two users, the
 * agent must be able to delete it.
 * @returns true if nobody but this user can write to it
 */
export function preparePrivateFolder(folder: string): boolean {
  const user = process.getuid?.();
  if (statSync(nearestExisting(dirname(folder))).uid !== user) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0;
}

/** The folder, or the nearest folder above it that exists. */
const nearestExisting = (folder: string): string => (existsSync(folder) ? folder : nearestExisting(dirname(folder)));

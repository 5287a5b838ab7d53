import { execFile, spawn } from 'node:child_process';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isInside } from '../workspace/boundary.ts';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';

const run = promisify(execFile);

/** Milliseconds until git is given up: a configuration can name a fifo, which it would read for ever. */
const TIMEOUT_MS = 20_000;
/** Bytes of an answer. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Characters between two zero bytes: a path is shorter. */
const MOST_PIECE = 1024 * 1024;

/**
 * What a repository's own configuration could make git run, read or fetch, switched off; these win over every file. An empty
 * value says "none" to every version of git; `false` is a program's name to old ones.
 */
const CONFIG: readonly (readonly [name: string, value: string])[] = [
  ['safe.directory', '*'],
  ['safe.bareRepository', 'explicit'],
  ['core.fsmonitor', ''],
  ['core.hooksPath', '/dev/null'],
  ['core.untrackedCache', 'false'],
  ['core.sshCommand', ''],
  ['core.gitProxy', ''],
  ['core.askPass', ''],
  ['core.pager', 'cat'],
  ['core.alternateRefsCommand', ''],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['gpg.program', ''],
  ['log.showSignature', 'false'],
  ['protocol.allow', 'never'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

/** Every variable of git's is left behind, and these say what it must not do. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  // Nothing is written, the refreshed index included.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A partial clone would fetch what it has not. An empty list allows no protocol, whatever a configuration says of each.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TRACE2: '0',
  GIT_TRACE2_EVENT: '0',
  GIT_TRACE2_PERF: '0',
};

/** How one call of git is made. */
export interface GitOptions {
  /** The process's own environment: of it git gets no more than what is needed. */
  readonly env: World['env'];
  /** Settings of this call, beside those that every call has. */
  readonly config?: readonly (readonly [name: string, value: string])[];
  /**
   * Whether the user's and the system's configuration count, as they do for what a person sees (`core.excludesFile`). Not under
   * Jenkins: a pipeline may have put HOME into the workspace.
   */
  readonly ofUser?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Runs git on a repository that was found by findRepository. It runs no program that the repository names, asks nothing,
 * fetches nothing and writes nothing. Filters are the caller's to switch off, where a command reads the work tree: see
 * changes.ts.
 * @returns what it prints, as it is; undefined where there is no git, or it fails
 */
export async function runGit(
  repository: Repository,
  args: readonly string[],
  gitOptions: GitOptions,
): Promise<string | undefined> {
  const { args: all, options } = prepare(repository, args, gitOptions);
  try {
    const { stdout } = await run('git', all, { ...options, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES });
    return stdout;
  } catch {
    return undefined;
  }
}

/** How git is started, by whichever of the two. */
function prepare(
  { gitFolder, workTree }: Pick<Repository, 'gitFolder' | 'workTree'>,
  args: readonly string[],
  { env, config = [], ofUser = false, signal }: GitOptions,
) {
  const settings = [...CONFIG, ...config].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Named, neither is searched for, and the owner of a workspace may be another user.
  const named = [`--git-dir=${gitFolder}`, `--work-tree=${workTree}`];
  const user = ofUser
    ? { HOME: env.HOME, XDG_CONFIG_HOME: env.XDG_CONFIG_HOME }
    : { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1' };
  return {
    args: ['--no-pager', ...settings, ...named, ...args],
    options: {
      cwd: workTree,
      env: { ...ENVIRONMENT, ...user, PATH: searchPath(env, workTree) },
      ...(signal && { signal }),
    },
  };
}

/**
 * Runs git as `git` does, and takes what it prints piece by piece: of what is printed with -z, what is between zero bytes.
 * @param take returns false for no more
 * @param mostMs how long it may take
 * @returns whether it came to its end, or was told that nothing more is wanted
 */
export function readGitOutput(
  repository: Repository,
  args: readonly string[],
  gitOptions: GitOptions,
  take: (piece: string) => boolean,
  mostMs: number,
): Promise<boolean> {
  const { args: all, options } = prepare(repository, args, gitOptions);
  return new Promise((done) => {
    const child = spawn('git', all, { ...options, stdio: ['ignore', 'pipe', 'ignore'], timeout: mostMs });
    let rest = '';
    let isEnough = false;
    const offer = (piece: string): void => {
      isEnough ||= !take(piece);
    };
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      if (isEnough) return;
      const pieces = (rest + text).split('\0');
      rest = pieces.pop() ?? '';
      // Nobody writes so much without a zero byte.
      if (rest.length > MOST_PIECE) isEnough = true;
      pieces.forEach(offer);
      if (isEnough) child.kill();
    });
    child.on('error', () => done(false));
    child.on('close', (status) => {
      if (status === 0 && rest !== '' && !isEnough) offer(rest);
      done(isEnough || status === 0);
    });
  });
}

/** Where git itself is searched for: never in the workspace. Undefined: where the system searches by itself. */
function searchPath({ PATH = '', WORKSPACE }: World['env'], workTree: string): string | undefined {
  const isTheirs = (folder: string): boolean => [workTree, WORKSPACE].some((one) => one && isInside(one, folder));
  const folders = PATH.split(delimiter).filter((folder) => isAbsolute(folder) && !isTheirs(resolve(folder)));
  // An empty PATH means the current folder.
  return folders.length === 0 ? undefined : folders.join(delimiter);
}

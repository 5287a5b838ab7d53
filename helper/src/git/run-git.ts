import { execFile, spawn } from 'node:child_process';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isInside } from '../workspace/boundary.ts';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';

const runFile = promisify(execFile);

/** Milliseconds until git is given up. A configuration may name a fifo, which git would read forever. */
const TIMEOUT_MS = 20_000;
/** Largest answer in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Most characters between two zero bytes. No path is longer. */
const MOST_PIECE = 1024 * 1024;

/**
 * Settings that switch off everything that a repository's own configuration could make git run, read or fetch. They win over all
 * files. An empty value means "none" to every version of git; old versions take `false` for the name of a program.
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

/** The variables that git always gets. Of this process's own it gets a search path and, for a person, HOME and XDG_CONFIG_HOME. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  // git writes nothing, not even a refreshed index.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A partial clone would fetch missing objects. The empty list allows no protocol, whatever a configuration says.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TRACE2: '0',
  GIT_TRACE2_EVENT: '0',
  GIT_TRACE2_PERF: '0',
};

/** Options of one call of git. */
interface GitOptions {
  /** The process's own environment. git gets only those variables that it needs. */
  readonly env: World['env'];
  /** Settings of this call, in addition to those of every call. */
  readonly config?: readonly (readonly [name: string, value: string])[];
  /**
   * Whether git reads the user's and the system's configuration (`core.excludesFile`), as a person expects. Not under Jenkins,
   * because a pipeline may have put HOME into the workspace.
   */
  readonly ofUser?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Runs git on a repository that findRepository has found. git runs no program that the repository names, asks nothing, fetches
 * nothing and writes nothing. A caller whose command reads the work tree must switch off filters: see uncommitted-changes.ts.
 * @returns what git prints; undefined if there is no git, or if it fails
 */
export async function runGit(
  repository: Repository,
  args: readonly string[],
  gitOptions: GitOptions,
): Promise<string | undefined> {
  const { args: all, options } = prepare(repository, args, gitOptions);
  try {
    const { stdout } = await runFile('git', all, { ...options, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES });
    return stdout;
  } catch {
    return undefined;
  }
}

/** Arguments and options with which git is started. */
function prepare(
  { gitFolder, workTree }: Pick<Repository, 'gitFolder' | 'workTree'>,
  args: readonly string[],
  { env, config = [], ofUser = false, signal }: GitOptions,
) {
  const settings = [...CONFIG, ...config].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // With both named, git searches for neither, and does not mind that the workspace belongs to another user.
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
 * Runs git as `runGit` does, and reads its output (printed with -z) in pieces: the texts between zero bytes.
 * @param gitOptions.mostMs milliseconds until git is given up
 * @param take is called with each piece; it returns false if it needs no more
 * @returns whether git came to its end, or was stopped because no more was needed
 */
export function readGitOutput(
  repository: Repository,
  args: readonly string[],
  { mostMs, ...gitOptions }: GitOptions & { mostMs: number },
  take: (piece: string) => boolean,
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
      // No path is this long, so this cannot be what was asked for.
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

/** Folders in which git is searched for: none in the workspace. Undefined: the system's own search path. */
function searchPath({ PATH = '', WORKSPACE }: World['env'], workTree: string): string | undefined {
  const isInWorkspace = (folder: string): boolean => [workTree, WORKSPACE].some((one) => one && isInside(one, folder));
  const folders = PATH.split(delimiter).filter((folder) => isAbsolute(folder) && !isInWorkspace(resolve(folder)));
  // An empty PATH would mean the current folder.
  return folders.length === 0 ? undefined : folders.join(delimiter);
}

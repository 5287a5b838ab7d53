import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';
import { readGitOutput, runGit } from './run-git.ts';

/** What the file system says about a file. */
interface FileFacts {
  /** Relative to the folder that is asked about, with slashes. */
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
  readonly mode: number;
  /** When the file was last written to, in nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
}

/** What a repository knows about files: see commitTimes. Times are in seconds since the epoch. */
interface CommitTimes {
  /** Time of the commit that is checked out; 0 if it is not known. */
  readonly head: number;
  isCommitted(path: string): boolean;
  timeOf(path: string): number;
}

/** Milliseconds that reading the history may take. The history of a thousand files takes a tenth of it. */
const MOST_MS = 1_000;
/** Milliseconds that reading the index may take. The index of a hundred thousand files takes a quarter of it. */
const MOST_INDEX_MS = 5_000;
/** If there are no more files than this, git is asked about each by its name, and skips all others. */
const MOST_NAMED_FILES = 100;
const MOST_NAMED_CHARACTERS = 10_000;

/**
 * Asks a repository for the times of the commits that changed files last. Only files that are as committed have a time. A shallow
 * clone is not asked, because everything would seem to come from its oldest commit. If the history is too long to be read in
 * time, the remaining files get the time of the checked-out commit, which is later.
 *
 * No filter of the git configuration runs: the index tells whether a file is as committed, by its size and time.
 * @param folder absolute, in the repository's work tree
 * @param options.mostMs set by tests only
 */
export async function commitTimes(
  repository: Repository,
  folder: string,
  files: readonly FileFacts[],
  options: CommitTimesOptions,
): Promise<CommitTimes> {
  const prefix = relative(repository.workTree, folder).split(sep).join('/');
  const inRepository = (path: string): string => (prefix === '' ? path : `${prefix}/${path}`);
  // If the folder `.git` itself is sent, its files belong to no commit.
  const ours = files.filter(({ path }) => !/(^|\/)\.git(\/|$)/.test(path));
  const wanted = new Map(ours.map((file) => [inRepository(file.path), file]));
  const clean = await committedFiles(repository, wanted, pathsFor([...wanted.keys()], prefix), options);
  const unknown = new Set((await isWholeClone(repository)) ? clean : []);
  const [head, times] = await Promise.all([
    clean.size > 0 ? headTime(repository, options) : 0,
    readTimes(repository, unknown, pathsFor([...unknown], prefix), options),
  ]);
  for (const path of unknown) times.set(path, head);
  return {
    head,
    isCommitted: (path) => clean.has(inRepository(path)),
    timeOf: (path) => times.get(inRepository(path)) ?? 0,
  };
}

interface CommitTimesOptions {
  env: World['env'];
  signal: AbortSignal;
  mostMs?: number;
}

/** The paths to ask git about: a few files by name, else the whole folder. git takes names literally: see run-git.ts. */
function pathsFor(paths: readonly string[], prefix: string): readonly string[] {
  const isFew = paths.length <= MOST_NAMED_FILES && paths.join().length <= MOST_NAMED_CHARACTERS;
  return isFew ? paths : [prefix === '' ? '.' : prefix];
}

async function headTime(repository: Repository, options: CommitTimesOptions): Promise<number> {
  const time = Number((await runGit(repository, ['log', '-1', '--format=%ct', 'HEAD'], options))?.trim());
  return Number.isSafeInteger(time) && time > 0 ? time : 0;
}

/** Whether all commits are there: the file `shallow` lists the commits whose parents are missing. */
async function isWholeClone({ commonFolder }: Repository): Promise<boolean> {
  const shallow = await stat(join(commonFolder, 'shallow')).catch(() => undefined);
  return shallow === undefined || shallow.size === 0;
}

/** The files that are as committed: the index has the same content as the commit, and the file is as the index says. */
async function committedFiles(
  repository: Repository,
  wanted: ReadonlyMap<string, FileFacts>,
  names: readonly string[],
  options: CommitTimesOptions,
): Promise<ReadonlySet<string>> {
  const clean = new Set<string>();
  if (wanted.size === 0) return clean;
  const staged = new Set<string>();
  let path = '';
  let mode = '';
  const readEntry = (piece: string): boolean => {
    const { facts, rest } = splitDebug(piece);
    const file = path === '' ? undefined : wanted.get(path);
    if (file && facts !== undefined && isAsIndexed(file, mode, facts)) clean.add(path);
    [, mode = '', path = ''] = /^(\d{6}) [0-9a-f]+ 0\t(.*)$/s.exec(rest) ?? [];
    return true;
  };
  const index = ['ls-files', '--stage', '--debug', '-z', '--', ...names];
  const difference = ['diff-index', '--cached', '--name-only', '--no-renames', '-z', 'HEAD', '--', ...names];
  const limited = { ...options, mostMs: MOST_INDEX_MS };
  const [isRead, isCompared] = await Promise.all([
    readGitOutput(repository, index, limited, readEntry),
    readGitOutput(repository, difference, limited, (name) => Boolean(staged.add(name))),
  ]);
  if (!isRead || !isCompared) return new Set();
  for (const name of staged) clean.delete(name);
  return clean;
}

/** Lines that `--debug` prints after an entry: ctime, mtime, device and inode, owner, size. */
const DEBUG_LINES = 5;

/** Splits what git prints between two zero bytes: what the index says about a file, and the next entry. */
function splitDebug(piece: string): { facts: string | undefined; rest: string } {
  if (!piece.startsWith('  ctime:')) return { facts: undefined, rest: piece };
  let end = 0;
  for (let line = 0; line < DEBUG_LINES; line += 1) end = piece.indexOf('\n', end) + 1;
  return { facts: piece.slice(0, end), rest: piece.slice(end) };
}

/** Whether a file is as the index says. The index keeps 32 bits of the size, and sometimes whole seconds only. */
function isAsIndexed({ size, mode, mtimeNs }: FileFacts, indexed: string, facts: string): boolean {
  const [, seconds, parts] = /^ {2}mtime: (\d+):(\d+)$/m.exec(facts) ?? [];
  const [, bytes] = /^ {2}size: (\d+)\t/m.exec(facts) ?? [];
  if (seconds === undefined || parts === undefined || bytes === undefined) return false;
  const isExecutable = (mode & 0o100) !== 0;
  return (
    indexed === (isExecutable ? '100755' : '100644') &&
    Number(bytes) === size % 2 ** 32 &&
    BigInt(seconds) === mtimeNs / SECOND &&
    (parts === '0' || BigInt(parts) === mtimeNs % SECOND)
  );
}

const SECOND = 1_000_000_000n;

/**
 * Reads the history, the newest commit first, until every file was seen. Removes the files that it finds from the set.
 * @returns the time of each file that was found
 */
async function readTimes(
  repository: Repository,
  unknown: Set<string>,
  names: readonly string[],
  options: CommitTimesOptions,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  if (unknown.size === 0) return times;
  let time = 0;
  // The first path after a commit's time begins with a newline.
  let isFirst = false;
  const readPiece = (piece: string): boolean => {
    // A path never begins with two slashes.
    if (piece.startsWith('//')) {
      time = Number(piece.slice(2));
      isFirst = true;
      return true;
    }
    const path = isFirst ? piece.slice(1) : piece;
    isFirst = false;
    if (unknown.delete(path) && Number.isSafeInteger(time)) times.set(path, time);
    return unknown.size > 0;
  };
  const config = [
    ['log.follow', 'false'],
    ['log.showRoot', 'true'],
  ] as const;
  const output = ['--format=//%ct', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const switchedOff = ['--no-color', '--no-notes', '--no-show-signature', '--no-decorate', '--no-mailmap'];
  const args = ['log', ...output, ...switchedOff, 'HEAD', '--', ...names];
  await readGitOutput(repository, args, { ...options, config, mostMs: options.mostMs ?? MOST_MS }, readPiece);
  return times;
}

import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';
import { readGitOutput, runGit } from './run-git.ts';

/** A file, as the file system has it. */
export interface FileFacts {
  /** Relative to the folder that is asked for, with slashes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** When it was written to last, in nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
}

/** What a repository knows of files; see its one maker. Times are seconds since the epoch. */
export interface CommitTimes {
  readonly head: number;
  isCommitted(path: string): boolean;
  timeOf(path: string): number;
}

/** The history is read for so long, in milliseconds. Of a thousand files it takes a tenth of that. */
const MOST_MS = 1_000;
/** The index of a hundred thousand files takes a quarter of that. */
const MOST_INDEX_MS = 5_000;
/** So few files are asked for by name: git then passes over all others. */
const FEW = 100;
const FEW_CHARACTERS = 10_000;

/**
 * Asks a repository for the times of files: of the commits that changed them last, as far as they are what was committed. Of
 * a clone that is not whole nothing is asked, for all that it has not would seem to come from its oldest commit. Where the
 * history is too long, what was not found has the time of the commit that is checked out, which is later.
 *
 * No filter of a configuration is run: whether a file is as committed is told by the index, which has its size and time.
 * @param folder absolute, in the repository's work tree
 * @param mostMs for tests
 */
export async function commitTimes(
  repository: Repository,
  folder: string,
  files: readonly FileFacts[],
  options: { env: World['env']; signal: AbortSignal; mostMs?: number },
): Promise<CommitTimes> {
  const prefix = relative(repository.workTree, folder).split(sep).join('/');
  const inRepository = (path: string): string => (prefix === '' ? path : `${prefix}/${path}`);
  // The repository's own files, where they are sent, are nobody's commit.
  const ours = files.filter(({ path }) => !/(^|\/)\.git(\/|$)/.test(path));
  const wanted = new Map(ours.map((file) => [inRepository(file.path), file]));
  const clean = await committedFiles(repository, wanted, pathsFor([...wanted.keys()], prefix), options);
  const times = new Map<string, number>();
  const left = new Set((await isWholeClone(repository)) ? clean : []);
  const [head] = await Promise.all([
    clean.size > 0 ? headTime(repository, options) : 0,
    readTimes(repository, left, pathsFor([...left], prefix), options, times),
  ]);
  for (const path of left) times.set(path, head);
  return {
    head,
    isCommitted: (path) => clean.has(inRepository(path)),
    timeOf: (path) => times.get(inRepository(path)) ?? 0,
  };
}

interface Options {
  env: World['env'];
  signal: AbortSignal;
  mostMs?: number;
}

/** What git is asked for: a few files by name, else the folder. Names are taken literally: see run.ts. */
function pathsFor(paths: readonly string[], prefix: string): readonly string[] {
  const isFew = paths.length <= FEW && paths.join().length <= FEW_CHARACTERS;
  return isFew ? paths : [prefix === '' ? '.' : prefix];
}

async function headTime(repository: Repository, options: Options): Promise<number> {
  const time = Number((await runGit(repository, ['log', '-1', '--format=%ct', 'HEAD'], options))?.trim());
  return Number.isSafeInteger(time) && time > 0 ? time : 0;
}

/** A clone of some commits only lists those that it has no parents of. */
async function isWholeClone({ commonFolder }: Repository): Promise<boolean> {
  const shallow = await stat(join(commonFolder, 'shallow')).catch(() => undefined);
  return shallow === undefined || shallow.size === 0;
}

/** Those files that are what the commit has: the index says so of them, and has nothing else than the commit. */
async function committedFiles(
  repository: Repository,
  wanted: ReadonlyMap<string, FileFacts>,
  names: readonly string[],
  options: Options,
): Promise<ReadonlySet<string>> {
  const clean = new Set<string>();
  if (wanted.size === 0) return clean;
  const staged = new Set<string>();
  let path = '';
  let mode = '';
  const entry = (piece: string): boolean => {
    const { facts, rest } = splitDebug(piece);
    const file = path === '' ? undefined : wanted.get(path);
    if (file && facts !== undefined && isAsIndexed(file, mode, facts)) clean.add(path);
    [, mode = '', path = ''] = /^(\d{6}) [0-9a-f]+ 0\t(.*)$/s.exec(rest) ?? [];
    return true;
  };
  const index = ['ls-files', '--stage', '--debug', '-z', '--', ...names];
  const difference = ['diff-index', '--cached', '--name-only', '--no-renames', '-z', 'HEAD', '--', ...names];
  const [isRead, isCompared] = await Promise.all([
    readGitOutput(repository, index, options, entry, MOST_INDEX_MS),
    readGitOutput(repository, difference, options, (name) => Boolean(staged.add(name)), MOST_INDEX_MS),
  ]);
  if (!isRead || !isCompared) return new Set();
  for (const name of staged) clean.delete(name);
  return clean;
}

/** Lines of `--debug` behind an entry: ctime, mtime, device and inode, owner, size. */
const DEBUG_LINES = 5;

/** What git prints between two zero bytes: what the index has of a file, and then the next entry. */
function splitDebug(piece: string): { facts: string | undefined; rest: string } {
  if (!piece.startsWith('  ctime:')) return { facts: undefined, rest: piece };
  let end = 0;
  for (let line = 0; line < DEBUG_LINES; line += 1) end = piece.indexOf('\n', end) + 1;
  return { facts: piece.slice(0, end), rest: piece.slice(end) };
}

/** Whether a file is what the index says. It keeps 32 bits of a size; some write no parts of seconds into it. */
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

/** Reads the history, the newest commit first, until all files were seen; takes those from the set that it has found. */
async function readTimes(
  repository: Repository,
  wanted: Set<string>,
  names: readonly string[],
  options: Options,
  times: Map<string, number>,
): Promise<void> {
  if (wanted.size === 0) return;
  let time = 0;
  // The first path behind a commit's time begins with a newline.
  let isFirst = false;
  const take = (piece: string): boolean => {
    // No path begins with a slash, nor has two of them.
    if (piece.startsWith('//')) {
      time = Number(piece.slice(2));
      isFirst = true;
      return true;
    }
    const path = isFirst ? piece.slice(1) : piece;
    isFirst = false;
    if (wanted.delete(path) && Number.isSafeInteger(time)) times.set(path, time);
    return wanted.size > 0;
  };
  const config = [
    ['log.follow', 'false'],
    ['log.showRoot', 'true'],
  ] as const;
  const shown = ['--format=//%ct', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const plain = ['--no-color', '--no-notes', '--no-show-signature', '--no-decorate', '--no-mailmap'];
  const args = ['log', ...shown, ...plain, 'HEAD', '--', ...names];
  await readGitOutput(repository, args, { ...options, config }, take, options.mostMs ?? MOST_MS);
}

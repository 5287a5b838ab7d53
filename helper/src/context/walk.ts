import { type BigIntStats, closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { Clock } from '../world.ts';
import type { Entry } from './entries.ts';
import { decodeName, errorCode, shortened, showName } from './names.ts';
import { stampOf } from './read.ts';

/** What the walk asks about paths; all are relative to the context. */
export interface Rules {
  ignores(path: string): boolean;
  /** Whether an ignored folder is looked into all the same. */
  looksInto(folder: string): boolean;
}

/** Something that cannot be sent. */
export interface Problem {
  /** Escaped for people. */
  path: string;
  kind: 'name' | 'unreadable' | 'vanished';
  why: string;
}

export interface Walked {
  entries: Entry[];
  bytes: number;
  ignored: number;
  /** Ignored folders that were not looked into. */
  closed: string[];
  /** Devices, sockets and fifos, which are left out: `run/app.sock (socket)`. */
  special: string[];
  problems: Problem[];
}

interface Folder {
  /** Absolute; bytes, since a name need not be UTF-8. */
  disk: Buffer;
  path: string;
  /** Bytes of the path where some name in it is not UTF-8. */
  raw: Buffer | undefined;
  /** Puts the folder itself on the list, once, with the folders above it. */
  enter: () => void;
}

interface Found extends Omit<Folder, 'enter'> {
  stats: BigIntStats;
  ignored: boolean;
  target: Buffer;
  /** Device and inode of a file with several names. */
  inode: string;
}

/** So many names of a folder are looked at together. */
const AT_ONCE = 32;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const SLASH = Buffer.from('/');
const NOTHING = Buffer.alloc(0);
/** Milliseconds a name on a network's file system. */
const SLOW_MS = 0.5;
/** Folders, until other things get their turn: an abort, say. */
const TURN = 64;

/**
 * Lists what a folder holds, symlinks unfollowed, in the order of the names' bytes, whatever the locale.
 * Never throws for what a name or a file is like: problems are collected, so that they can be told all at once.
 */
export async function walk(root: string, rules: Rules, clock: Pick<Clock, 'now'>): Promise<Walked> {
  /** Whether to ask for several names at a time: on a local disk that costs more than the answers. */
  let isSlow = false;
  let turns = 0;
  const turn = async (): Promise<void> => {
    turns += 1;
    if (turns % TURN === 0) await new Promise(setImmediate);
  };
  const walked: Walked = { entries: [], bytes: 0, ignored: 0, closed: [], special: [], problems: [] };
  const firstNames = new Map<string, string>();

  const problem = (at: Pick<Folder, 'path' | 'raw'>, kind: Problem['kind'], why: string) =>
    walked.problems.push({ path: shortened(showName(at.raw ?? at.path)), kind, why });

  const trouble = (at: Pick<Folder, 'path' | 'raw'>, error: unknown) => {
    const code = errorCode(error);
    if (code === '') throw error;
    if (code === 'ENOENT') problem(at, 'vanished', 'vanished while the context was listed');
    else problem(at, 'unreadable', whyUnreadable(code));
  };

  /** Undefined: ignored, and nothing below it is wanted. */
  const look = (folder: Folder, name: Buffer, seen: BigIntStats | undefined): Found | undefined => {
    const text = decodeName(name);
    const shown = text ?? name.toString('utf8');
    const path = folder.path === '' ? shown : `${folder.path}/${shown}`;
    const raw = text === undefined || folder.raw !== undefined ? rawPath(folder, name) : undefined;
    const ignored = rules.ignores(path);
    if (ignored) walked.ignored += 1;
    const into = !ignored || rules.looksInto(path);
    const disk = join(folder.disk, name);
    try {
      const stats = seen ?? lstatSync(disk, { bigint: true });
      const isFolder = stats.isDirectory();
      if (ignored && isFolder && !into) walked.closed.push(path);
      if (ignored && !(isFolder && into)) return undefined;
      const found = { disk, path, raw, stats, ignored, target: NOTHING, inode: '' };
      if (stats.isSymbolicLink()) {
        found.target = readlinkSync(disk, { encoding: 'buffer' });
      } else if (stats.isFile()) {
        // A file that everyone may read needs no trying.
        if ((Number(stats.mode) & 0o444) !== 0o444) closeSync(openSync(disk, READ));
        if (stats.nlink > 1n) found.inode = `${stats.dev}:${stats.ino}`;
      }
      return found;
    } catch (error) {
      if (!ignored) trouble({ path, raw }, error);
      return undefined;
    }
  };

  const add = async (found: Found, parent: Folder): Promise<void> => {
    const { path, stats, target, inode, disk, raw } = found;
    const mode = Number(stats.mode) & 0o7777;
    if (stats.isDirectory()) {
      let entered = false;
      const enter = () => {
        if (entered) return;
        entered = true;
        parent.enter();
        if (raw) problem(found, 'name', 'its name is not UTF-8');
        walked.entries.push({ kind: 'folder', path, mode });
      };
      if (!found.ignored) enter();
      if (found.ignored || !raw) await open({ disk, path, raw, enter });
      return;
    }
    if (!stats.isFile() && !stats.isSymbolicLink()) {
      walked.special.push(`${showName(raw ?? path)} (${kindOf(stats)})`);
      return;
    }
    parent.enter();
    if (raw) {
      problem(found, 'name', 'its name is not UTF-8');
      return;
    }
    const first = firstNames.get(inode);
    if (stats.isSymbolicLink()) {
      const text = decodeName(target);
      if (text === undefined) problem(found, 'name', `links to ${showName(target)}, which is not UTF-8`);
      else walked.entries.push({ kind: 'symlink', path, mode, target: text });
    } else if (first !== undefined) {
      walked.entries.push({ kind: 'hardlink', path, mode, target: first });
    } else {
      if (inode !== '') firstNames.set(inode, path);
      const size = Number(stats.size);
      walked.bytes += size;
      walked.entries.push({ kind: 'file', path, mode, size, stamp: stampOf(stats) });
    }
  };

  const open = async (folder: Folder): Promise<void> => {
    let names: Buffer[];
    try {
      names = readdirSync(folder.disk, { encoding: 'buffer' }).sort(Buffer.compare);
    } catch (error) {
      trouble(folder, error);
      return;
    }
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE);
      const began = clock.now();
      const seen = isSlow ? await lookAhead(folder.disk, some) : [];
      const found = some.map((name, index) => look(folder, name, seen[index]));
      isSlow ||= some.length === AT_ONCE && clock.now() - began >= AT_ONCE * SLOW_MS;
      for (const one of found) if (one) await add(one, folder);
    }
    await turn();
  };

  await open({ disk: Buffer.from(root), path: '', raw: undefined, enter: () => {} });
  // What was looked at together may have answered in any order.
  walked.problems.sort((a, b) => (a.path < b.path ? -1 : 1));
  walked.closed.sort();
  return walked;
}

const join = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, SLASH, name]);

function rawPath(folder: Pick<Folder, 'path' | 'raw'>, name: Buffer): Buffer {
  const above = folder.raw ?? Buffer.from(folder.path);
  return above.length === 0 ? name : join(above, name);
}

/** Undefined for what cannot be looked at: that is told when it is its turn. */
const lookAhead = (folder: Buffer, names: readonly Buffer[]): Promise<(BigIntStats | undefined)[]> =>
  Promise.all(names.map((name) => lstat(join(folder, name), { bigint: true }).catch(() => undefined)));

function whyUnreadable(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return code === 'ENAMETOOLONG' ? 'its path is longer than the system can open' : `cannot be read (${code})`;
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}

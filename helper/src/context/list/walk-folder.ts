import { type BigIntStats, closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { IgnorePatterns, IgnoreVerdict } from '../../ignore/patterns.ts';
import type { Clock } from '../../world.ts';
import type { Entry } from '../entries.ts';
import {
  type ByteString,
  bytesOfName,
  decodeByteString,
  decodeUtf8,
  errorCode,
  fileSystemPath,
  shortenPath,
  showName,
} from './byte-names.ts';
import { EventLoopTurns } from './event-loop-turns.ts';
import { openFolders, stampOf } from './unchanged-files.ts';

/** What the walk asks about paths, which are relative to the context. */
export type IgnoreRules = Pick<IgnorePatterns, 'rootVerdict' | 'judge' | 'entersFolder'>;

/** Something that cannot be sent. */
export interface PathProblem {
  /** Escaped for people. */
  path: string;
  kind: 'name' | 'unreadable' | 'vanished';
  why: string;
}

export interface WalkResult {
  entries: Entry[];
  bytes: number;
  ignored: number;
  /** Devices, sockets and fifos, which are left out: `run/app.sock (socket)`. */
  special: string[];
  problems: PathProblem[];
}

interface Folder {
  /** Relative to the root, as `path` is, in bytes. */
  way: ByteString;
  path: string;
  /** Of the path, where some name in it is not UTF-8. */
  raw: ByteString | undefined;
  /** What the rules say of it. */
  verdict: IgnoreVerdict;
  /** Puts the folder itself on the list, once, with the folders above it. */
  enter: () => void;
}

interface Found extends Omit<Folder, 'enter' | 'way'> {
  name: ByteString;
  stats: BigIntStats;
  /** As st_mode has it. */
  type: number;
  /** The low 12 bits. */
  mode: number;
  /** Of a symlink. */
  target: Buffer;
  /** Device and inode of a file with several names. */
  inode: string;
}

/** So many names of a folder are looked at together. */
const AT_ONCE = 32;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const { S_IFMT, S_IFDIR, S_IFLNK, S_IFREG } = constants;
const NOTHING = Buffer.alloc(0);
/** Something else is where a folder or a link was a moment ago. */
const REPLACED = ['ENOTDIR', 'ELOOP', 'EINVAL'];
/** Bytes of an absolute path without its two slashes: a longer one no system opens, kaniko's neither. */
const LONGEST = 4093;
const TOO_LONG = Object.assign(new Error('the path is too long'), { code: 'ENAMETOOLONG' });
/** Milliseconds a name on a network's file system. */
const SLOW_MS = 0.5;
/** Milliseconds: nothing else is heard while several names are looked at. */
const LONG_MS = 100;
/** Times that AT_ONCE names are looked at, until other things get their turn: an abort, say. */
const TURN = 64;

/**
 * Lists what a folder holds, symlinks unfollowed, in the order of the names' bytes, whatever the locale.
 * Never throws for what a name or a file is like: problems are collected, so that they can be told all at once.
 * @throws the signal's reason
 */
export async function walkFolder(
  root: string,
  rules: IgnoreRules,
  clock: Pick<Clock, 'now'>,
  signal?: AbortSignal,
): Promise<WalkResult> {
  /** Whether to ask for several names at a time: on a local disk that costs more than the answers. */
  let isSlow = false;
  /** Where many patterns are asked of each name, fewer names are looked at together. */
  let atOnce = AT_ONCE;
  const turns = new EventLoopTurns({ clock, signal }, TURN);
  const walked: WalkResult = { entries: [], bytes: 0, ignored: 0, special: [], problems: [] };
  const firstNames = new Map<string, string>();
  const rootLength = Buffer.byteLength(root);
  const folders = openFolders(Buffer.from(root).toString('latin1'), fileSystemPath);

  const problem = (at: Pick<Folder, 'path' | 'raw'>, kind: PathProblem['kind'], why: string) =>
    walked.problems.push({ path: shortenPath(shownOf(at)), kind, why });

  const trouble = (at: Pick<Folder, 'path' | 'raw'>, error: unknown) => {
    const code = errorCode(error);
    if (code === '') throw error;
    if (code === 'ENOENT') problem(at, 'vanished', 'vanished while the context was listed');
    else if (REPLACED.includes(code)) problem(at, 'vanished', 'was replaced while the context was listed');
    else problem(at, 'unreadable', whyUnreadable(code));
  };

  /** Undefined: ignored, and nothing below it can be wanted. `place` is what names begin with. */
  const look = (
    folder: Folder,
    place: ByteString,
    name: ByteString,
    seen: BigIntStats | undefined,
  ): Found | undefined => {
    const text = decodeByteString(name);
    const shown = text ?? bytesOfName(name).toString('utf8');
    const path = folder.path === '' ? shown : `${folder.path}/${shown}`;
    const raw = text === undefined || folder.raw !== undefined ? wayOf(folder, name) : undefined;
    const verdict = rules.judge(path, folder.verdict);
    const { ignored } = verdict;
    if (ignored && !rules.entersFolder(path, verdict)) {
      walked.ignored += 1;
      return undefined;
    }
    const disk = fileSystemPath(place + name);
    try {
      if (rootLength + folder.way.length + name.length > LONGEST) throw TOO_LONG;
      const stats = seen ?? lstatSync(disk, { bigint: true });
      const bits = Number(stats.mode);
      const type = bits & S_IFMT;
      if (ignored && type !== S_IFDIR) {
        walked.ignored += 1;
        return undefined;
      }
      const found = { name, path, raw, verdict, stats, type, mode: bits & 0o7777, target: NOTHING, inode: '' };
      if (type === S_IFLNK) {
        found.target = readlinkSync(disk, { encoding: 'buffer' });
      } else if (type === S_IFREG) {
        // A file that everyone may read needs no trying.
        if ((bits & 0o444) !== 0o444) closeSync(openSync(disk, READ));
        if (stats.nlink > 1n) found.inode = `${stats.dev}:${stats.ino}`;
      }
      return found;
    } catch (error) {
      if (!ignored) trouble({ path, raw }, error);
      return undefined;
    }
  };

  const addFolder = async (found: Found, parent: Folder): Promise<void> => {
    const { path, name, raw, mode, verdict } = found;
    let entered = false;
    const enter = () => {
      if (entered) return;
      entered = true;
      parent.enter();
      if (raw !== undefined) problem(found, 'name', 'its name is not UTF-8');
      walked.entries.push({ kind: 'folder', path, mode });
    };
    if (!verdict.ignored) enter();
    const before = walked.ignored;
    if (verdict.ignored || raw === undefined) await open({ way: wayOf(parent, name), path, raw, verdict, enter });
    // Nothing of it is wanted: then it counts as one, as if it had not been walked into.
    if (!entered && verdict.ignored) walked.ignored = before + 1;
  };

  const add = (found: Found, parent: Folder): void => {
    const { path, stats, type, mode, target, inode, raw } = found;
    if (type !== S_IFREG && type !== S_IFLNK) {
      walked.special.push(`${shownOf(found)} (${kindOf(stats)})`);
      return;
    }
    parent.enter();
    if (raw !== undefined) {
      problem(found, 'name', 'its name is not UTF-8');
      return;
    }
    const first = firstNames.get(inode);
    if (type === S_IFLNK) {
      const text = decodeUtf8(target);
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
    let names: ByteString[];
    try {
      names = readdirSync(fileSystemPath(folders.folderPlace(folder.way)), 'latin1').sort();
      folders.verify();
    } catch (error) {
      // Docker, too, passes by an ignored folder that it may not open, though an exception made it try.
      if (!folder.verdict.ignored || errorCode(error) === '') trouble(folder, error);
      return;
    }
    for (let at = 0; at < names.length; ) {
      const some = names.slice(at, at + atOnce);
      at += some.length;
      const began = clock.now();
      let looked = began;
      let found: (Found | undefined)[] = [];
      try {
        const seen = isSlow ? await lookAhead(folders.folderPlace(folder.way), some) : [];
        looked = clock.now();
        folders.insideFolder(folder.way, (place) => {
          found = some.map((name, index) => look(folder, place, name, seen[index]));
        });
        folders.verify();
      } catch (error) {
        trouble(folder, error);
        return;
      }
      const now = clock.now();
      isSlow ||= some.length === AT_ONCE && now - began >= AT_ONCE * SLOW_MS;
      atOnce = now - looked >= LONG_MS ? 1 : AT_ONCE;
      if (turns.isDue()) await turns.giveWay();
      for (const one of found) {
        if (one?.type === S_IFDIR) await addFolder(one, folder);
        else if (one) add(one, folder);
      }
    }
    if (turns.isDue()) await turns.giveWay();
  };

  try {
    await open({ way: '', path: '', raw: undefined, verdict: rules.rootVerdict, enter: () => {} });
  } finally {
    folders.close();
  }
  // What was looked at together may have answered in any order.
  walked.problems.sort((a, b) => (a.path < b.path ? -1 : 1));
  return walked;
}

/** For people. */
const shownOf = ({ path, raw }: Pick<Folder, 'path' | 'raw'>): string =>
  showName(raw === undefined ? path : bytesOfName(raw));

const wayOf = ({ way }: Folder, name: ByteString): ByteString => (way === '' ? name : `${way}/${name}`);

/** Undefined for what cannot be looked at: that is told when it is its turn. */
const lookAhead = (folder: ByteString, names: readonly ByteString[]): Promise<(BigIntStats | undefined)[]> =>
  Promise.all(names.map((name) => lstat(fileSystemPath(`${folder}/${name}`), { bigint: true }).catch(() => undefined)));

function whyUnreadable(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return code === 'ENAMETOOLONG' ? 'its path is longer than the system can open' : `cannot be read (${code})`;
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}

import { type BigIntStats, constants, readdirSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { Clock } from '../../world.ts';
import type { Entry } from '../entries.ts';
import { type ByteString, decodeUtf8, errorCode, fileSystemPath, showName } from './byte-names.ts';
import { EventLoopTurns } from './event-loop-turns.ts';
import { bytePathOf, type FoundName, type IgnoreRules, NameLookup, type WalkedFolder } from './name-lookup.ts';
import { type PathProblem, PathProblems, showPath } from './path-problems.ts';
import { openFolders, stampOf } from './unchanged-files.ts';

/** What a folder holds. */
interface WalkResult {
  entries: Entry[];
  /** Size of all files together. */
  bytes: number;
  /** Number of files and folders that are left out. */
  ignored: number;
  /** Devices, sockets and fifos, which are left out: `run/app.sock (socket)`. */
  special: string[];
  problems: PathProblem[];
}

/** This many names of a folder are looked up together. */
const BATCH = 32;
const { S_IFDIR, S_IFLNK, S_IFREG } = constants;
/** A name that takes more milliseconds lies on a network file system. */
const SLOW_NAME_MS = 0.5;
/** A batch blocks the event loop. Where one takes more milliseconds, names are looked up one by one. */
const SLOW_BATCH_MS = 100;
/** After this many batches and folders other work gets its turn: for example an abort. */
const BATCHES_PER_TURN = 64;

/**
 * Lists what a folder holds, without following symlinks, sorted by the bytes of the names, whatever the locale is.
 * Never throws because of a name or a file: problems are collected, so that all of them can be reported together.
 * @throws the signal's reason
 */
export async function walkFolder(
  root: string,
  rules: IgnoreRules,
  clock: Pick<Clock, 'now'>,
  signal?: AbortSignal,
): Promise<WalkResult> {
  /** Asks for the names of a batch in parallel. On a local disk the promises cost more than they save. */
  let isSlow = false;
  /** Names in the next batch: fewer where each name takes long, because it is matched against many patterns. */
  let batch = BATCH;
  const turns = new EventLoopTurns({ clock, signal }, BATCHES_PER_TURN);
  const problems = new PathProblems();
  const lookup = new NameLookup(Buffer.byteLength(root), rules, problems);
  const entries: Entry[] = [];
  const special: string[] = [];
  let bytes = 0;
  const firstNames = new Map<string, string>();
  const folders = openFolders(Buffer.from(root).toString('latin1'), fileSystemPath);

  const addFolder = async (found: FoundName, parent: WalkedFolder): Promise<void> => {
    const { path, name, raw, mode, verdict } = found;
    let isListed = false;
    const listItself = () => {
      if (isListed) return;
      isListed = true;
      parent.listItself();
      if (raw !== undefined) problems.add(found, 'name', 'its name is not UTF-8');
      entries.push({ kind: 'folder', path, mode });
    };
    if (!verdict.ignored) listItself();
    const before = lookup.ignored;
    if (verdict.ignored || raw === undefined)
      await listFolder({ bytePath: bytePathOf(parent, name), path, raw, verdict, listItself });
    // If nothing in the folder is sent, it counts as one ignored name, as if it had not been entered.
    if (!isListed && verdict.ignored) lookup.ignored = before + 1;
  };

  const addFile = (found: FoundName, parent: WalkedFolder): void => {
    const { path, stats, type, mode, target, inode, raw } = found;
    if (type !== S_IFREG && type !== S_IFLNK) {
      special.push(`${showPath(found)} (${kindOf(stats)})`);
      return;
    }
    parent.listItself();
    if (raw !== undefined) {
      problems.add(found, 'name', 'its name is not UTF-8');
      return;
    }
    const firstName = firstNames.get(inode);
    if (type === S_IFLNK) {
      const text = decodeUtf8(target);
      if (text === undefined) problems.add(found, 'name', `links to ${showName(target)}, which is not UTF-8`);
      else entries.push({ kind: 'symlink', path, mode, target: text });
    } else if (firstName !== undefined) {
      entries.push({ kind: 'hardlink', path, mode, target: firstName });
    } else {
      if (inode !== '') firstNames.set(inode, path);
      const size = Number(stats.size);
      bytes += size;
      entries.push({ kind: 'file', path, mode, size, stamp: stampOf(stats) });
    }
  };

  const listFolder = async (folder: WalkedFolder): Promise<void> => {
    let names: ByteString[];
    try {
      names = readdirSync(fileSystemPath(folders.folderPlace(folder.bytePath)), 'latin1').sort();
      folders.verify();
    } catch (error) {
      // Docker, too, skips an ignored folder that it may not open, even if an exception made it try.
      if (!folder.verdict.ignored || errorCode(error) === '') problems.addError(folder, error);
      return;
    }
    for (let at = 0; at < names.length; ) {
      const some = names.slice(at, at + batch);
      at += some.length;
      const began = clock.now();
      let lookUpBegan = began;
      let found: (FoundName | undefined)[] = [];
      try {
        const known = isSlow ? await lstatInParallel(folders.folderPlace(folder.bytePath), some) : [];
        lookUpBegan = clock.now();
        folders.insideFolder(folder.bytePath, (prefix) => {
          found = some.map((name, index) => lookup.lookUp(folder, prefix, name, known[index]));
        });
        folders.verify();
      } catch (error) {
        problems.addError(folder, error);
        return;
      }
      const now = clock.now();
      isSlow ||= some.length === BATCH && now - began >= BATCH * SLOW_NAME_MS;
      batch = now - lookUpBegan >= SLOW_BATCH_MS ? 1 : BATCH;
      if (turns.isDue()) await turns.giveWay();
      for (const one of found) {
        if (one?.type === S_IFDIR) await addFolder(one, folder);
        else if (one) addFile(one, folder);
      }
    }
    if (turns.isDue()) await turns.giveWay();
  };

  try {
    await listFolder({ bytePath: '', path: '', raw: undefined, verdict: rules.rootVerdict, listItself: () => {} });
  } finally {
    folders.close();
  }
  return { entries, bytes, ignored: lookup.ignored, special, problems: problems.sorted() };
}

/** Asks for several names together. Undefined for a name that fails: the look-up that follows reports the error. */
const lstatInParallel = (folder: ByteString, names: readonly ByteString[]): Promise<(BigIntStats | undefined)[]> =>
  Promise.all(names.map((name) => lstat(fileSystemPath(`${folder}/${name}`), { bigint: true }).catch(() => undefined)));

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}

import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { World } from '../world.ts';
import type { FileEntry, SealedEntry } from './entries.ts';

/** The first field of the file; another version is not read. */
const VERSION = 'fargate-ci hashes 1';
const END = '\0';
/** No memory is larger: some millions of files. */
const MOST_BYTES = 512 * 1024 * 1024;

/** A file that was written to so shortly before may have been written to again without a trace, in nanoseconds. */
const TICK = 100_000_000n;
/** Where the file system counts whole seconds, or every other one. */
const COARSE_TICK = 3_000_000_000n;
const SECOND = 1_000_000_000n;

/**
 * Where the hashes of a folder's files are kept from build to build: in the step's temporary folder, which Jenkins keeps
 * and removes with the workspace, else in the user's cache.
 * @param root the folder, absolute
 * @returns undefined where there is no such place
 */
export function memoryFile({ WORKSPACE_TMP, XDG_CACHE_HOME, HOME }: World['env'], root: string): string | undefined {
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  const folder = WORKSPACE_TMP || cache;
  if (!folder?.startsWith('/')) return undefined;
  return join(folder, 'fargate-ci', `hashes-${hashOf(root).slice(0, 16)}`);
}

/**
 * The hashes of files, remembered between builds of a workspace. A file's hash counts as long as its stamp is the same:
 * size, mtime and ctime to the nanosecond, inode and mode. What was written to within a tick of the file system's clock
 * before it was hashed is not remembered, since more may be written without a change of its stamp. Whatever is wrong with
 * the memory costs time only.
 */
export class Memory {
  /** Stamp's facts and hash, by path. */
  readonly #known: ReadonlyMap<string, readonly [string, string]>;
  #hits = 0;

  private constructor(
    private readonly file: string | undefined,
    known: ReadonlyMap<string, readonly [string, string]>,
    /** Of this moment, before anything is hashed; by whichever clock is behind. */
    private readonly began: bigint,
  ) {
    this.#known = known;
  }

  /** Opens what is remembered. Never throws. */
  static open(file: string | undefined, now: number): Memory {
    if (file === undefined) return Memory.empty();
    const ours = BigInt(Math.floor(now)) * 1_000_000n;
    const theirs = attempt(() => fileSystemTime(dirname(file)));
    if (theirs === undefined) return Memory.empty();
    const known = attempt(() => parse(read(file))) ?? new Map();
    return new Memory(file, known, theirs < ours ? theirs : ours);
  }

  /** Remembers nothing and keeps nothing. */
  static empty(): Memory {
    return new Memory(undefined, new Map(), 0n);
  }

  /** The hash of a file that has not changed; undefined for any other. */
  recall = ({ path, stamp }: FileEntry): string | undefined => {
    const [facts, hash] = this.#known.get(path) ?? [];
    if (stamp === undefined || facts !== stamp.facts) return undefined;
    this.#hits += 1;
    return hash;
  };

  /** Whether anything is remembered. */
  get isOfUse(): boolean {
    return this.#known.size > 0;
  }

  /** How many hashes were recalled. */
  get hits(): number {
    return this.#hits;
  }

  /** Keeps the hashes of these files for the next build, in place of what is there. Never throws. */
  keep(entries: readonly SealedEntry[]): void {
    const { file } = this;
    const files = entries.reduce((sum, { kind }) => sum + (kind === 'file' ? 1 : 0), 0);
    if (file === undefined || (this.#hits === files && this.#known.size === files)) return;
    const fields: string[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'file' || entry.stamp === undefined) continue;
      const { facts, newest } = entry.stamp;
      const tick = newest % SECOND === 0n ? COARSE_TICK : TICK;
      if (newest + tick < this.began) fields.push(facts, entry.hash, entry.path);
    }
    const text = fields.join(END);
    attempt(() => replace(file, [VERSION, hashOf(text), text].join(END)));
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** What the file system's clock says, in nanoseconds since the epoch: makes a file and removes it. */
function fileSystemTime(folder: string): bigint {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const probe = join(folder, `.${randomUUID()}`);
  const fd = openSync(probe, 'wx', 0o600);
  try {
    return fstatSync(fd, { bigint: true }).ctimeNs;
  } finally {
    closeSync(fd);
    unlinkSync(probe);
  }
}

/** Only what this user has written, and nobody else could have. */
function read(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    const isOurs = stats.isFile() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0;
    return isOurs && stats.size <= MOST_BYTES ? readFileSync(fd, 'utf8') : '';
  } finally {
    closeSync(fd);
  }
}

function parse(text: string): Map<string, readonly [string, string]> {
  const known = new Map<string, readonly [string, string]>();
  const start = VERSION.length + END.length;
  const end = text.indexOf(END, start);
  if (!text.startsWith(VERSION + END) || end < 0) return known;
  const rest = text.slice(end + END.length);
  if (hashOf(rest) !== text.slice(start, end) || rest === '') return known;
  const fields = rest.split(END);
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [facts = '', hash = '', path = ''] = fields.slice(at, at + 3);
    known.set(path, [facts, hash]);
  }
  return known;
}

/** Writes a file whole: calls that run side by side see the one or the other. */
function replace(file: string, text: string): void {
  const written = `${file}.${randomUUID()}`;
  try {
    writeFileSync(written, text, { mode: 0o600, flag: 'wx' });
    renameSync(written, file);
  } catch (error) {
    attempt(() => unlinkSync(written));
    throw error;
  }
}

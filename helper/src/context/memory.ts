import { dirname, join } from 'node:path';
import type { World } from '../world.ts';
import type { Entry, FileEntry } from './entries.ts';
import { attempt, fileSystemTime, readOurs, replace } from './memory-file.ts';
import { sha256 } from './read.ts';
import { outlineOf, type Sealed } from './segments.ts';

/** The first field of the file; another version is not read. */
const VERSION = 'fargate-ci hashes 2';
const END = '\0';

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
  return join(folder, 'fargate-ci', `hashes-${sha256(Buffer.from(root)).slice(0, 16)}`);
}

/** What is remembered: the outline and the hash of the whole context, both empty where they are not known, and the files'. */
interface Kept {
  outline: string;
  hash: string;
  /** Of each file three fields: its stamp's facts, its hash, its path. */
  files: string;
}

/**
 * The hashes of files, remembered between builds of a workspace. A file's hash counts as long as its stamp is the same:
 * size, mtime and ctime to the nanosecond, inode and mode. What was written to within a tick of the file system's clock
 * before it was hashed is not remembered, since more may be written without a change of its stamp. Whatever is wrong with
 * the memory costs time only.
 */
export class Memory {
  #hits = 0;
  #known: ReadonlyMap<string, readonly [facts: string, hash: string]> | undefined;

  private constructor(
    private readonly file: string | undefined,
    private readonly kept: Kept | undefined,
    /** Of this moment, before anything is hashed; by whichever clock is behind. */
    private readonly began: bigint,
  ) {}

  /** Opens what is remembered. Never throws. */
  static open(file: string | undefined, now: number): Memory {
    if (file === undefined) return Memory.empty();
    const ours = BigInt(Math.floor(now)) * 1_000_000n;
    const theirs = attempt(() => fileSystemTime(dirname(file)));
    if (theirs === undefined) return Memory.empty();
    return new Memory(
      file,
      attempt(() => parse(readOurs(file))),
      theirs < ours ? theirs : ours,
    );
  }

  /** Remembers nothing and keeps nothing. */
  static empty(): Memory {
    return new Memory(undefined, undefined, 0n);
  }

  /** The hash of the whole context, where all of it is as it was. */
  recallWhole(entries: readonly Entry[], usual: number): string | undefined {
    const { outline, hash } = this.kept ?? { outline: '', hash: '' };
    return outline !== '' && outlineOf(entries, usual) === outline ? hash : undefined;
  }

  /** The hash of a file that has not changed; undefined for any other. */
  recall = ({ path, stamp }: FileEntry): string | undefined => {
    this.#known ??= filesOf(this.kept);
    const known = this.#known.get(path);
    if (stamp === undefined || known?.[0] !== stamp.facts) return undefined;
    this.#hits += 1;
    return known[1];
  };

  /** Whether anything is remembered. */
  get isOfUse(): boolean {
    return this.kept !== undefined && this.kept.files !== '';
  }

  /** How many hashes were recalled. */
  get hits(): number {
    return this.#hits;
  }

  /**
   * Keeps the hashes of these files for the next build, in place of what is there. Never throws.
   * @param usual what the segments were cut with
   */
  keep(sealed: Pick<Sealed, 'entries' | 'hash'>, usual: number): void {
    const { file, kept } = this;
    if (file === undefined) return;
    attempt(() => {
      const text = this.#textOf(sealed, usual);
      if (kept && text === [kept.outline, kept.hash, kept.files].join(END)) return;
      replace(file, [VERSION, sha256(Buffer.from(text)), text].join(END));
    });
  }

  #textOf({ entries, hash }: Pick<Sealed, 'entries' | 'hash'>, usual: number): string {
    const fields: string[] = [];
    let isWhole = true;
    for (const entry of entries) {
      if (entry.kind !== 'file') continue;
      const { stamp } = entry;
      const tick = stamp && stamp.newest % SECOND === 0n ? COARSE_TICK : TICK;
      if (stamp && stamp.newest + tick < this.began) fields.push(stamp.facts, entry.hash, entry.path);
      else isWhole = false;
    }
    const outline = isWhole ? outlineOf(entries, usual) : undefined;
    const whole = outline === undefined ? ['', ''] : [outline, hash];
    return [...whole, ...fields].join(END);
  }
}

function parse(bytes: Buffer | undefined): Kept | undefined {
  const start = VERSION.length + END.length;
  const end = bytes?.indexOf(END, start) ?? -1;
  if (!bytes || end < 0 || bytes.toString('utf8', 0, start) !== VERSION + END) return undefined;
  const rest = bytes.subarray(end + END.length);
  if (sha256(rest) !== bytes.toString('utf8', start, end)) return undefined;
  const text = rest.toString('utf8');
  const [outline = '', hash = ''] = text.split(END, 2);
  return { outline, hash, files: text.slice(outline.length + hash.length + 2 * END.length) };
}

function filesOf(kept: Kept | undefined): Map<string, readonly [facts: string, hash: string]> {
  const known = new Map<string, readonly [string, string]>();
  const fields = kept?.files.split(END) ?? [];
  for (let at = 0; at + 2 < fields.length; at += 3)
    known.set(fields[at + 2] ?? '', [fields[at] ?? '', fields[at + 1] ?? '']);
  return known;
}

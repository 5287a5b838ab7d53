import { dirname, join } from 'node:path';
import type { World } from '../../world.ts';
import type { Entry, FileEntry } from '../entries.ts';
import { HASH_LENGTH, sha256 } from '../list/unchanged-files.ts';
import { fileSystemTime, readOwnFile, replaceFile, resultOrUndefined } from './hash-cache-file.ts';
import { type CutArchive, outlineHash } from './segments.ts';

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
export function hashCachePath({ WORKSPACE_TMP, XDG_CACHE_HOME, HOME }: World['env'], root: string): string | undefined {
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  const folder = WORKSPACE_TMP || cache;
  if (!folder?.startsWith('/')) return undefined;
  return join(folder, 'fargate-ci', `hashes-${sha256(Buffer.from(root)).slice(0, 16)}`);
}

/** What is remembered: the outline and the hash of the whole context, both empty where they are not known, and the files'. */
interface CacheContent {
  outline: string;
  hash: string;
  text: string;
  /** Where the files begin in the text. Of each: its stamp's facts, its hash, its path; a zero byte behind each of them. */
  files: number;
  checksum: string;
}

/**
 * The hashes of files, remembered between builds of a workspace. A file's hash counts as long as its stamp is the same:
 * size, mtime and ctime to the nanosecond, inode and mode. What was written to within a tick of the file system's clock
 * before it was hashed is not remembered, since more may be written without a change of its stamp. Whatever is wrong with
 * the memory costs time only.
 */
export class HashCache {
  #hits = 0;
  /** Where a file begins in the text, by its path. */
  #known: ReadonlyMap<string, number> | undefined;

  private constructor(
    private readonly file: string | undefined,
    private readonly kept: CacheContent | undefined,
    /** Of this moment, before anything is hashed; by whichever clock is behind. */
    private readonly began: bigint,
  ) {}

  /** Opens what is remembered. Never throws. */
  static open(file: string | undefined, now: number): HashCache {
    if (file === undefined) return HashCache.empty();
    const ours = BigInt(Math.floor(now)) * 1_000_000n;
    const theirs = resultOrUndefined(() => fileSystemTime(dirname(file)));
    if (theirs === undefined) return HashCache.empty();
    const kept = resultOrUndefined(() => parse(file));
    return new HashCache(file, kept, theirs < ours ? theirs : ours);
  }

  /** Remembers nothing and keeps nothing. */
  static empty(): HashCache {
    return new HashCache(undefined, undefined, 0n);
  }

  /** The hash of the whole context, where all of it is as it was. */
  recallContext(entries: readonly Entry[], usual: number): string | undefined {
    const { outline, hash } = this.kept ?? { outline: '', hash: '' };
    return outline !== '' && outlineHash(entries, usual) === outline ? hash : undefined;
  }

  /** The hash of a file that has not changed; undefined for any other. */
  recall = ({ path, stamp }: FileEntry): string | undefined => {
    const { kept } = this;
    if (!kept || stamp === undefined) return undefined;
    this.#known ??= indexFiles(kept);
    const at = this.#known.get(path);
    if (at === undefined || !kept.text.startsWith(stamp.facts + END, at)) return undefined;
    this.#hits += 1;
    const hash = at + stamp.facts.length + END.length;
    return kept.text.slice(hash, hash + HASH_LENGTH);
  };

  /** Whether anything is remembered. */
  get hasFiles(): boolean {
    return this.kept !== undefined && this.kept.files < this.kept.text.length;
  }

  /** How many hashes were recalled. */
  get hits(): number {
    return this.#hits;
  }

  /**
   * Keeps the hashes of these files for the next build, in place of what is there. Never throws.
   * @param usual what the segments were cut with
   */
  save(sealed: Pick<CutArchive, 'entries' | 'hash'>, usual: number): void {
    const { file, kept } = this;
    if (file !== undefined) resultOrUndefined(() => replaceFile(file, this.#texts(sealed, usual), kept?.checksum));
  }

  *#texts({ entries, hash }: Pick<CutArchive, 'entries' | 'hash'>, usual: number): Generator<string> {
    const isWhole = entries.every((entry) => entry.kind !== 'file' || this.#isOld(entry));
    const outline = isWhole ? outlineHash(entries, usual) : undefined;
    yield [VERSION, outline ?? '', outline === undefined ? '' : hash, ''].join(END);
    for (const entry of entries) {
      if (entry.kind === 'file' && this.#isOld(entry))
        yield `${entry.stamp?.facts}${END}${entry.hash}${END}${entry.path}${END}`;
    }
  }

  #isOld({ stamp }: FileEntry): boolean {
    if (stamp === undefined) return false;
    return stamp.newest + (stamp.newest % SECOND === 0n ? COARSE_TICK : TICK) < this.began;
  }
}

function parse(file: string): CacheContent | undefined {
  const { text = '', checksum = '' } = readOwnFile(file) ?? {};
  const [version, outline = '', hash = ''] = text.split(END, 3);
  if (version !== VERSION) return undefined;
  return { outline, hash, text, files: [version, outline, hash, ''].join(END).length, checksum };
}

function indexFiles({ text, files }: CacheContent): Map<string, number> {
  const known = new Map<string, number>();
  for (let at = files; at < text.length; ) {
    const facts = text.indexOf(END, at);
    const path = facts + END.length + HASH_LENGTH + END.length;
    const end = text.indexOf(END, path);
    if (facts < 0 || end < 0) break;
    known.set(text.slice(path, end), at);
    at = end + END.length;
  }
  return known;
}

import { dirname, join } from 'node:path';
import type { World } from '../../world.ts';
import type { Entry, FileEntry } from '../entries.ts';
import { HASH_LENGTH, sha256 } from '../list/unchanged-files.ts';
import { fileSystemTime, readOwnFile, replaceFile, resultOrUndefined } from './hash-cache-file.ts';
import { type CutArchive, outlineHash } from './segments.ts';

/** The first field of the file. A file of another version is ignored. */
const VERSION = 'fargate-ci hashes 2';
const END = '\0';

/** A file that was changed this shortly before may be changed again without a new stamp, in nanoseconds. */
const TICK = 100_000_000n;
/** The same for file systems that store whole seconds, or every second one. */
const COARSE_TICK = 3_000_000_000n;
const SECOND = 1_000_000_000n;

/**
 * Where the hashes of a folder's files are kept from build to build: in the step's temporary folder, which Jenkins keeps
 * and removes together with the workspace, or else in the user's cache folder.
 * @param root absolute path of the folder
 * @returns undefined if there is no such place
 */
export function hashCachePath({ WORKSPACE_TMP, XDG_CACHE_HOME, HOME }: World['env'], root: string): string | undefined {
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  const folder = WORKSPACE_TMP || cache;
  if (!folder?.startsWith('/')) return undefined;
  return join(folder, 'fargate-ci', `hashes-${sha256(Buffer.from(root)).slice(0, 16)}`);
}

/** What the cache file holds. */
interface CacheContent {
  /** Outline and hash of the whole context. Both are empty if they are not known. */
  outline: string;
  hash: string;
  /** The whole file's text. */
  text: string;
  /**
   * Where the list of files begins in the text. Each file has its stamp's facts, its hash and its path, each followed by a
   * zero byte.
   */
  filesStart: number;
  checksum: string;
}

/**
 * Remembers the hashes of files between builds of a workspace. A file's hash is valid while its stamp stays the same: size,
 * mtime and ctime to the nanosecond, inode and mode. A file that was changed within a tick of the file system's clock before it
 * was hashed is not remembered, because it could change again without a new stamp. A wrong or missing cache only costs time.
 */
export class HashCache {
  #hits = 0;
  /** By a file's path: where the file begins in the text. */
  #positions: ReadonlyMap<string, number> | undefined;

  private constructor(
    private readonly file: string | undefined,
    private readonly content: CacheContent | undefined,
    /** When the cache was opened, before any file was hashed. The earlier one of the two clocks' times. */
    private readonly opened: bigint,
  ) {}

  /** Opens the cache. Never throws. */
  static open(file: string | undefined, now: number): HashCache {
    if (file === undefined) return HashCache.empty();
    const processTime = BigInt(Math.floor(now)) * 1_000_000n;
    const diskTime = resultOrUndefined(() => fileSystemTime(dirname(file)));
    if (diskTime === undefined) return HashCache.empty();
    const content = resultOrUndefined(() => parse(file));
    return new HashCache(file, content, diskTime < processTime ? diskTime : processTime);
  }

  /** A cache that knows nothing and saves nothing. */
  static empty(): HashCache {
    return new HashCache(undefined, undefined, 0n);
  }

  /** The hash of the whole context, if nothing in it has changed. */
  recallContext(entries: readonly Entry[], usualSegment: number): string | undefined {
    const { outline, hash } = this.content ?? { outline: '', hash: '' };
    return outline !== '' && outlineHash(entries, usualSegment) === outline ? hash : undefined;
  }

  /** The hash of a file that has not changed; undefined for any other file. */
  recall = ({ path, stamp }: FileEntry): string | undefined => {
    const { content } = this;
    if (!content || stamp === undefined) return undefined;
    this.#positions ??= indexFiles(content);
    const at = this.#positions.get(path);
    if (at === undefined || !content.text.startsWith(stamp.facts + END, at)) return undefined;
    this.#hits += 1;
    const hash = at + stamp.facts.length + END.length;
    return content.text.slice(hash, hash + HASH_LENGTH);
  };

  /** Whether the cache knows any file. */
  get hasFiles(): boolean {
    return this.content !== undefined && this.content.filesStart < this.content.text.length;
  }

  /** How many hashes `recall` has returned. */
  get hits(): number {
    return this.#hits;
  }

  /**
   * Saves the hashes of these files for the next build, in place of the old ones. Never throws.
   * @param usualSegment the size that the archive was cut with
   */
  save(archive: Pick<CutArchive, 'entries' | 'hash'>, usualSegment: number): void {
    const { file, content } = this;
    if (file !== undefined)
      resultOrUndefined(() => replaceFile(file, this.#texts(archive, usualSegment), content?.checksum));
  }

  *#texts({ entries, hash }: Pick<CutArchive, 'entries' | 'hash'>, usualSegment: number): Generator<string> {
    const isWhole = entries.every((entry) => entry.kind !== 'file' || this.#hasSettled(entry));
    const outline = isWhole ? outlineHash(entries, usualSegment) : undefined;
    yield [VERSION, outline ?? '', outline === undefined ? '' : hash, ''].join(END);
    for (const entry of entries) {
      if (entry.kind === 'file' && this.#hasSettled(entry))
        yield `${entry.stamp?.facts}${END}${entry.hash}${END}${entry.path}${END}`;
    }
  }

  /** Whether a later change of the file is sure to change its stamp. */
  #hasSettled({ stamp }: FileEntry): boolean {
    if (stamp === undefined) return false;
    return stamp.newest + (stamp.newest % SECOND === 0n ? COARSE_TICK : TICK) < this.opened;
  }
}

function parse(file: string): CacheContent | undefined {
  const { text = '', checksum = '' } = readOwnFile(file) ?? {};
  const [version, outline = '', hash = ''] = text.split(END, 3);
  if (version !== VERSION) return undefined;
  return { outline, hash, text, filesStart: [version, outline, hash, ''].join(END).length, checksum };
}

function indexFiles({ text, filesStart }: CacheContent): Map<string, number> {
  const positions = new Map<string, number>();
  for (let at = filesStart; at < text.length; ) {
    const facts = text.indexOf(END, at);
    const path = facts + END.length + HASH_LENGTH + END.length;
    const end = text.indexOf(END, path);
    if (facts < 0 || end < 0) break;
    positions.set(text.slice(path, end), at);
    at = end + END.length;
  }
  return positions;
}

import { type BigIntStats, closeSync, constants, lstatSync, openSync, readlinkSync } from 'node:fs';
import type { IgnorePatterns, IgnoreVerdict } from '../../ignore/patterns.ts';
import { type ByteString, bytesOfName, decodeByteString, fileSystemPath } from './byte-names.ts';
import type { ListedPath, PathProblems } from './path-problems.ts';

/** The ignore patterns, as the walk uses them. Paths are relative to the context. */
export type IgnoreRules = Pick<IgnorePatterns, 'rootVerdict' | 'judge' | 'entersFolder'>;

/** A folder that is being listed. */
export interface WalkedFolder extends ListedPath {
  /** Its path in bytes, relative to the root. */
  bytePath: ByteString;
  /** What the ignore rules say about it. */
  verdict: IgnoreVerdict;
  /** Lists the folder itself, and first the folders above it. Later calls do nothing. */
  listItself: () => void;
}

/** A name that was found in a folder and that the ignore rules do not exclude for good. */
export interface FoundName extends ListedPath {
  name: ByteString;
  verdict: IgnoreVerdict;
  stats: BigIntStats;
  /** The file type bits of st_mode. */
  type: number;
  /** The low 12 bits of st_mode. */
  mode: number;
  /** Target of a symlink, else empty. */
  target: Buffer;
  /** Device and inode of a file that has several names, else empty. */
  inode: string;
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const { S_IFMT, S_IFDIR, S_IFLNK, S_IFREG } = constants;
const NO_TARGET = Buffer.alloc(0);
/** Bytes of an absolute path without two of its slashes. No system opens a longer path, nor does kaniko. */
const LONGEST_PATH = 4093;
const TOO_LONG = Object.assign(new Error('the path is too long'), { code: 'ENAMETOOLONG' });

/** The path of a name in a folder, in bytes. */
export const bytePathOf = ({ bytePath }: WalkedFolder, name: ByteString): ByteString =>
  bytePath === '' ? name : `${bytePath}/${name}`;

/** Looks up names of a folder, and counts those that are ignored. */
export class NameLookup {
  /** Number of files and folders that are ignored. */
  ignored = 0;

  constructor(
    private readonly rootLength: number,
    private readonly rules: IgnoreRules,
    private readonly problems: PathProblems,
  ) {}

  /**
   * Looks up one name.
   * @param prefix by which the folder's names are looked up: see OpenFolders.insideFolder
   * @param known what lstat said already
   * @returns undefined for a name that is ignored, with everything below it, and for one that has a problem
   */
  lookUp(
    folder: WalkedFolder,
    prefix: ByteString,
    name: ByteString,
    known: BigIntStats | undefined,
  ): FoundName | undefined {
    const text = decodeByteString(name);
    const shown = text ?? bytesOfName(name).toString('utf8');
    const path = folder.path === '' ? shown : `${folder.path}/${shown}`;
    const raw = text === undefined || folder.raw !== undefined ? bytePathOf(folder, name) : undefined;
    const verdict = this.rules.judge(path, folder.verdict);
    const { ignored } = verdict;
    if (ignored && !this.rules.entersFolder(path, verdict)) {
      this.ignored += 1;
      return undefined;
    }
    const place = fileSystemPath(prefix + name);
    try {
      if (this.rootLength + folder.bytePath.length + name.length > LONGEST_PATH) throw TOO_LONG;
      const stats = known ?? lstatSync(place, { bigint: true });
      const bits = Number(stats.mode);
      const type = bits & S_IFMT;
      if (ignored && type !== S_IFDIR) {
        this.ignored += 1;
        return undefined;
      }
      const found = { name, path, raw, verdict, stats, type, mode: bits & 0o7777, target: NO_TARGET, inode: '' };
      if (type === S_IFLNK) {
        found.target = readlinkSync(place, { encoding: 'buffer' });
      } else if (type === S_IFREG) {
        // A file that everyone may read need not be opened to find out.
        if ((bits & 0o444) !== 0o444) closeSync(openSync(place, READ));
        if (stats.nlink > 1n) found.inode = `${stats.dev}:${stats.ino}`;
      }
      return found;
    } catch (error) {
      if (!ignored) this.problems.addError({ path, raw }, error);
      return undefined;
    }
  }
}

/**
 * What the file system says of a file: whoever writes to it, or puts another one in its place, changes this. Of two looks
 * with the same stamp the second found the same file, unless it was written to within one tick of the file system's clock.
 */
export interface Stamp {
  /** Size, times, inode and mode, to compare. */
  readonly facts: string;
  /** The later of mtime and ctime, in nanoseconds since the epoch. */
  readonly newest: bigint;
}

/** One thing in the archive. `path` is relative to the context, in UTF-8 with slashes; `mode` has the low 12 bits. */
export type Entry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; size: number; stamp?: Stamp }
  /** The target stays as it is, wherever it points. */
  | { kind: 'symlink'; path: string; mode: number; target: string }
  /** Another name of the file at `target`, which comes earlier in the list. */
  | { kind: 'hardlink'; path: string; mode: number; target: string }
  /** Something for kaniko alone, which lies beside the context in the archive, not in it. */
  | { kind: 'beside'; path: string; mode: number; content: Buffer };

/** What will be sent: made before anything is created, read while it is sent. */
export interface Listing {
  /** Absolute, symlinks resolved. */
  root: string;
  /** Relative to the root, cleaned. */
  dockerfile: string;
  /** Folders before what is in them, by bytes of the name within a folder. */
  entries: readonly Entry[];
  /** What else is in the archive, behind the context. */
  beside: readonly BesideEntry[];
  /** Without folders. */
  files: number;
  /** Of all files together; a hard link counts nothing. */
  bytes: number;
  /** Files and folders left out; a folder of which nothing is sent counts as one. */
  ignored: number;
  /** Name of the ignore file in force, relative to the root. */
  ignoreFile: string | undefined;
}

/** All that an archive holds, and where it is read. */
export const wholeArchive = ({ root, entries, beside }: Listing): { root: string; entries: Entry[] } => ({
  root,
  entries: [...entries, ...beside],
});

export type BesideEntry = Extract<Entry, { kind: 'beside' }>;
export type FileEntry = Extract<Entry, { kind: 'file' }>;
type LinkEntry = Extract<Entry, { kind: 'hardlink' }>;
type Timeless = Exclude<Entry, FileEntry | LinkEntry>;

/**
 * An entry as the archive has it. `time` is in whole seconds since the epoch: a file's own, and for a hard link that of its
 * file. Folders and symlinks all have one time, which nothing that serves or compares files looks at.
 */
export type TimedEntry = Timeless | (FileEntry & Timed) | (LinkEntry & Timed);
interface Timed {
  time: number;
}

/** Whether people count it as a file of the context. */
export const isCounted = ({ kind }: Entry): boolean => kind !== 'folder' && kind !== 'beside';

/** Of what follows an entry's header in the archive, in bytes. */
export const contentSize = (entry: Entry): number =>
  entry.kind === 'file' ? entry.size : entry.kind === 'beside' ? entry.content.length : 0;

/** A file whose content is known: its SHA-256, base64url. `size` is that of the content. */
export type HashedFile = FileEntry & Timed & { hash: string };
export type HashedLink = LinkEntry & Timed;
/** Its times are decided last, in place: a copy of each would take memory. */
export type HashedEntry = Timeless | HashedFile | HashedLink;

/** A time that is not decided yet. */
export const UNDECIDED_TIME = 0;

/**
 * A file, its hash and its time. (Written out: a spread would take four times the memory, of which a large workspace has no
 * end.)
 */
export const hashedFile = (
  { kind, path, mode, size, stamp }: FileEntry,
  hash: string,
  time: number = UNDECIDED_TIME,
): HashedFile =>
  stamp === undefined ? { kind, path, mode, size, hash, time } : { kind, path, mode, size, stamp, hash, time };

/** Any other entry. */
export const hashedOther = (entry: Exclude<Entry, FileEntry>, time: number = UNDECIDED_TIME): Timeless | HashedLink =>
  entry.kind === 'hardlink' ? { ...entry, time } : entry;

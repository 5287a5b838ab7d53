/**
 * What the file system says about a file. Writing to the file, or putting another file in its place, changes the stamp. So
 * two equal stamps mean the same content, unless the file was written to within one tick of the file system's clock.
 */
export interface Stamp {
  /** Size, times, inode and mode, to compare. */
  readonly facts: string;
  /** The later of mtime and ctime, in nanoseconds since the epoch. */
  readonly newest: bigint;
}

/**
 * One thing in the archive. `path` is relative to the context, in UTF-8, with slashes. `mode` holds the low 12 bits of
 * st_mode.
 */
export type Entry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; size: number; stamp?: Stamp }
  /** The target is kept as it is, wherever it points. */
  | { kind: 'symlink'; path: string; mode: number; target: string }
  /** Another name of the file at `target`, which comes earlier in the list. */
  | { kind: 'hardlink'; path: string; mode: number; target: string }
  /** A file for kaniko alone. It lies in the archive beside the context, not in it. */
  | { kind: 'beside'; path: string; mode: number; content: Buffer };

/** The files that will be sent. The listing is made before anything is created; the files are read while they are sent. */
export interface Listing {
  /** Absolute, symlinks resolved. */
  root: string;
  /** Relative to the root, cleaned. */
  dockerfile: string;
  /** A folder comes before its content. Within a folder, entries are sorted by the bytes of their names. */
  entries: readonly Entry[];
  /** Files for kaniko, which follow the context in the archive. */
  kanikoFiles: readonly KanikoFile[];
  /** Number of entries, without folders. */
  files: number;
  /** Size of all files together. A hard link adds nothing. */
  bytes: number;
  /** Number of files and folders that were left out. A folder from which nothing is sent counts as one. */
  ignored: number;
  /** Path of the ignore file that applies, relative to the root. */
  ignoreFile: string | undefined;
}

/** Everything that goes into the archive, and the folder that it is read from. */
export const wholeArchive = ({ root, entries, kanikoFiles }: Listing): { root: string; entries: Entry[] } => ({
  root,
  entries: [...entries, ...kanikoFiles],
});

/** A file for kaniko alone: the Dockerfile, or the ignore file that belongs to it. */
export type KanikoFile = Extract<Entry, { kind: 'beside' }>;
export type FileEntry = Extract<Entry, { kind: 'file' }>;
type LinkEntry = Extract<Entry, { kind: 'hardlink' }>;
type Timeless = Exclude<Entry, FileEntry | LinkEntry>;

/**
 * An entry as the archive has it. `time` is in whole seconds since the epoch. A hard link has the time of its file. Folders
 * and symlinks all have one fixed time, because nothing that serves or compares files looks at theirs.
 */
export type TimedEntry = Timeless | (FileEntry & Timed) | (LinkEntry & Timed);
interface Timed {
  time: number;
}

/** Whether the entry counts as a file of the context in what people are told. */
export const isCounted = ({ kind }: Entry): boolean => kind !== 'folder' && kind !== 'beside';

/** How many bytes follow the entry's header in the archive, without padding. */
export const contentSize = (entry: Entry): number =>
  entry.kind === 'file' ? entry.size : entry.kind === 'beside' ? entry.content.length : 0;

/** A file whose content was read: its SHA-256 in base64url. `size` is the size of that content. */
export type HashedFile = FileEntry & Timed & { hash: string };
type HashedLink = LinkEntry & Timed;
/** An entry whose content was hashed. Its time is set later, in place, because copies of all entries would take memory. */
export type HashedEntry = Timeless | HashedFile | HashedLink;

/** Marks a time that is not decided yet. */
export const UNDECIDED_TIME = 0;

/** Adds hash and time to a file. Each field is written out: a spread takes four times the memory, for every file. */
export const hashedFile = (
  { kind, path, mode, size, stamp }: FileEntry,
  hash: string,
  time: number = UNDECIDED_TIME,
): HashedFile =>
  stamp === undefined ? { kind, path, mode, size, hash, time } : { kind, path, mode, size, stamp, hash, time };

/** The same for any other entry, which has no hash. */
export const hashedOther = (entry: Exclude<Entry, FileEntry>, time: number = UNDECIDED_TIME): Timeless | HashedLink =>
  entry.kind === 'hardlink' ? { ...entry, time } : entry;

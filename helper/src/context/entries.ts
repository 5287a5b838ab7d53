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
  | { kind: 'hardlink'; path: string; mode: number; target: string };

/** What will be sent: made before anything is created, read while it is sent. */
export interface Listing {
  /** Absolute, symlinks resolved. */
  root: string;
  /** Relative to the root, cleaned. */
  dockerfile: string;
  /** Folders before what is in them, by bytes of the name within a folder. */
  entries: readonly Entry[];
  /** Without folders. */
  files: number;
  /** Of all files together; a hard link counts nothing. */
  bytes: number;
  /** Files and folders left out; a folder that was not looked into counts as one. */
  ignored: number;
  /** Name of the ignore file in force, relative to the root. */
  ignoreFile: string | undefined;
}

export type FileEntry = Extract<Entry, { kind: 'file' }>;

/** A file whose content is known: its SHA-256, base64url. `size` is that of the content. */
export type SealedFile = FileEntry & { hash: string };
export type SealedEntry = Exclude<Entry, FileEntry> | SealedFile;

/** A file and its hash. (Written out: a spread would take four times the memory, of which a large workspace has no end.) */
export const sealedFile = ({ kind, path, mode, size, stamp }: FileEntry, hash: string): SealedFile =>
  stamp === undefined ? { kind, path, mode, size, hash } : { kind, path, mode, size, stamp, hash };

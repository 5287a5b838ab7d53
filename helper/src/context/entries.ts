/** One thing in the archive. `path` is relative to the context, in UTF-8 with slashes; `mode` has the low 12 bits. */
export type Entry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; size: number }
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

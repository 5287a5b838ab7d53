import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { CurrentFolder } from './current-folder.ts';

// A folder that was listed may be replaced by a symlink before its files are read. Following that link would read files
// outside the workspace. So each folder is opened from its parent, never through a link, and stays open while names are looked
// up in it: a folder that takes its place is another folder. Linux looks names up in an open folder through /proc. Without
// /proc (macOS), device and inode of the folders on the path are compared before and after each use.

/** `/proc/1234/fd/` has one link less to follow for each name than `/proc/self/fd/`. Undefined on systems without /proc. */
const PROC = ((): string | undefined => {
  try {
    return `/proc/${readlinkSync('/proc/self')}/fd/`;
  } catch {
    return undefined;
  }
})();

/** At most this many folders of a deep path stay open. Folders further up are opened again when they are needed. */
const MOST_OPEN = 32;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const BIGINT = { bigint: true } as const;

/** A value that no path matches, because no path begins with a zero byte. */
const NO_FOLDER = { path: '\0', place: '' };

/** A folder that is held open. */
interface OpenFolder {
  /** Relative to the root; empty for the root itself. */
  readonly path: string;
  /** The path by which its names are looked up. */
  readonly place: string;
  readonly fd: number;
}

/** Turns a path into the form that file system calls need. */
export type EncodePath = (path: string) => string | Buffer;

/** The folders of a context, held open. Throws the file system's errors, or ENOTDIR for a link on the path. */
export class OpenFolders {
  /** The outermost folder comes first. */
  readonly #held: OpenFolder[] = [];
  readonly #proc: string | undefined;
  /** Null if the current folder cannot be left. Undefined until it is needed. */
  #currentFolder: CurrentFolder | null | undefined;
  /** Folder of the last file, ending in a slash. The next file is almost always in the same folder. */
  #lastFolder = NO_FOLDER;

  /**
   * @param root absolute, without links on the path
   * @param encode turns the root and each path into what the file system needs
   * @param proc folder of this process's open files; tests give another one
   */
  constructor(
    root: string,
    private readonly encode: EncodePath = (path) => path,
    proc = PROC,
  ) {
    const fd = openSync(encode(root), FOLDER);
    this.#proc = proc !== undefined && isOpenAt(proc + fd, fd) ? proc : undefined;
    this.#held.push({ path: '', place: this.#proc === undefined ? root : this.#proc + fd, fd });
    const bytes = Buffer.from(encode(root));
    if (this.#proc !== undefined && bytes.equals(readlinkSync(this.#proc + fd, 'buffer'))) return;
    // Some systems name an open folder differently from its path: compare the folders themselves.
    if (bytes.equals(realpathSync.native(bytes, 'buffer')) && isSame(lstatSync(bytes, BIGINT), fd)) return;
    this.close();
    throw replaced(root);
  }

  /** The path by which a file is opened. It is valid until the next call for another path. */
  filePlace(path: string): string | Buffer {
    if (!path.startsWith(this.#lastFolder.path) || path.indexOf('/', this.#lastFolder.path.length) >= 0) {
      const end = path.lastIndexOf('/') + 1;
      const place = this.folderPlace(path.slice(0, Math.max(0, end - 1)));
      this.#lastFolder = { path: path.slice(0, end), place: `${place}/` };
    }
    return this.encode(this.#lastFolder.place + path.slice(this.#lastFolder.path.length));
  }

  /**
   * The path by which a folder's names are looked up: `${folders.folderPlace('a/b')}/${name}`. It is valid until the next
   * call for another path.
   */
  folderPlace(path: string): string {
    // This call may close that folder, and the system may give its descriptor to another folder.
    this.#lastFolder = NO_FOLDER;
    let last = this.#innermostOpen(path);
    while (last.path !== path) {
      const end = path.indexOf('/', last.path === '' ? 0 : last.path.length + 1);
      last = this.#open(last, end < 0 ? path : path.slice(0, end));
    }
    return last.place;
  }

  /**
   * Calls `look` with the prefix by which the folder's names are looked up: `${prefix}${name}`. The prefix is empty if the
   * folder can be the process's current folder for the time of the call, which is faster.
   */
  insideFolder(path: string, look: (prefix: string) => void): void {
    const place = this.folderPlace(path);
    if (this.#currentFolder === undefined) this.#currentFolder = openCurrentFolder(this.#proc);
    if (!this.#currentFolder?.callIn(place, () => look(''))) look(`${place}/`);
  }

  /** Call it after each look-up. Throws if a folder on the path was replaced meanwhile. */
  verify(): void {
    if (this.#proc !== undefined) return;
    for (const { place, fd } of this.#held)
      if (!isSame(lstatSync(this.encode(place), BIGINT), fd)) throw replaced(place);
  }

  close(): void {
    for (const { fd } of this.#held.splice(0)) closeSync(fd);
    this.#currentFolder?.close();
    this.#currentFolder = undefined;
  }

  /** The folder itself if it is open, else the innermost open folder above it. Folders beside the path are closed. */
  #innermostOpen(path: string): OpenFolder {
    for (;;) {
      const last = this.#held.at(-1);
      if (last === undefined) throw new TypeError('the folders were closed');
      if (last.path === path || last.path === '' || path.startsWith(`${last.path}/`)) return last;
      this.#held.pop();
      closeSync(last.fd);
    }
  }

  #open(above: OpenFolder, path: string): OpenFolder {
    const place = `${above.place}/${path.slice(above.path === '' ? 0 : above.path.length + 1)}`;
    const fd = openSync(this.encode(place), FOLDER);
    const held = { path, place: this.#proc === undefined ? place : this.#proc + fd, fd };
    this.#held.push(held);
    this.verify();
    // The root stays open always.
    if (this.#held.length > MOST_OPEN) for (const far of this.#held.splice(1, 1)) closeSync(far.fd);
    return held;
  }
}

/** The error that the system gives for a link in place of a folder. */
const replaced = (place: string): Error =>
  Object.assign(new Error(`ENOTDIR: not the folder that it was, '${place}'`), { code: 'ENOTDIR' });

function isSame({ dev, ino }: BigIntStats, fd: number): boolean {
  const held = fstatSync(fd, BIGINT);
  return held.dev === dev && held.ino === ino;
}

function openCurrentFolder(proc: string | undefined): CurrentFolder | null {
  try {
    return proc === undefined ? null : new CurrentFolder(proc);
  } catch {
    return null;
  }
}

function isOpenAt(place: string, fd: number): boolean {
  try {
    return isSame(statSync(place, BIGINT), fd);
  } catch {
    return false;
  }
}

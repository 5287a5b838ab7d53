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

// A folder that was listed may be a link by the time its files are read: the link would be followed, out of the workspace. So
// each folder is opened from the one above it, never through a link, and held open while names are looked up in it: what takes
// its place meanwhile is another folder. Linux looks names up in an open folder by /proc. Where there is no /proc (macOS), device
// and inode of the folders on the way are compared before and afterwards.

/** `/proc/1234/fd/`: one link less to follow for each name than `/proc/self/fd/`. Undefined where there is none. */
const PROC = ((): string | undefined => {
  try {
    return `/proc/${readlinkSync('/proc/self')}/fd/`;
  } catch {
    return undefined;
  }
})();

/** Of a deep way so many folders are open: those further up are opened again when it is their turn. */
const MOST_OPEN = 32;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const BIGINT = { bigint: true } as const;

/** No path begins like this. */
const NO_FOLDER = { path: '\0', place: '' };

/** A folder that is open. */
interface OpenFolder {
  /** Relative to the root; the root's own is empty. */
  readonly path: string;
  /** Where its names are looked up. */
  readonly place: string;
  readonly fd: number;
}

/** A path as the file system's calls take it. */
export type EncodePath = (path: string) => string | Buffer;

/** The folders of a context. What it throws is the file system's, or looks like it: ENOTDIR for a link on the way. */
export class OpenFolders {
  /** Outermost first. */
  readonly #held: OpenFolder[] = [];
  readonly #proc: string | undefined;
  /** Null where it cannot be left. */
  #home: CurrentFolder | null | undefined;
  /** The folder of the last file, with slashes: almost always the next one is in it, too. */
  #last = NO_FOLDER;

  /**
   * @param root absolute, without links on the way
   * @param encode how the root and all paths are written: as text, or in bytes
   * @param proc folder of this process's open files; for tests
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
    // A system may name an open folder otherwise.
    if (bytes.equals(realpathSync.native(bytes, 'buffer')) && isSame(lstatSync(bytes, BIGINT), fd)) return;
    this.close();
    throw replaced(root);
  }

  /** Where a file is looked up, until another one is asked for. */
  filePlace(path: string): string | Buffer {
    if (!path.startsWith(this.#last.path) || path.indexOf('/', this.#last.path.length) >= 0) {
      const end = path.lastIndexOf('/') + 1;
      const place = this.folderPlace(path.slice(0, Math.max(0, end - 1)));
      this.#last = { path: path.slice(0, end), place: `${place}/` };
    }
    return this.encode(this.#last.place + path.slice(this.#last.path.length));
  }

  /** Where a folder's names are looked up, `${folders.at('a/b')}/${name}`, until another folder is asked for. */
  folderPlace(path: string): string {
    // Its descriptor may be closed now, and be that of another folder.
    this.#last = NO_FOLDER;
    let last = this.#above(path);
    while (last.path !== path) {
      const end = path.indexOf('/', last.path === '' ? 0 : last.path.length + 1);
      last = this.#open(last, end < 0 ? path : path.slice(0, end));
    }
    return last.place;
  }

  /** The folder's path for names to begin with, `${place}${name}`: empty, where it can be the current folder meanwhile. */
  insideFolder(path: string, look: (place: string) => void): void {
    const place = this.folderPlace(path);
    if (this.#home === undefined) this.#home = currentFolder(this.#proc);
    if (!this.#home?.callIn(place, () => look(''))) look(`${place}/`);
  }

  /** To be called when something was looked up: throws where a folder on the way is another one by now. */
  verify(): void {
    if (this.#proc !== undefined) return;
    for (const { place, fd } of this.#held)
      if (!isSame(lstatSync(this.encode(place), BIGINT), fd)) throw replaced(place);
  }

  close(): void {
    for (const { fd } of this.#held.splice(0)) closeSync(fd);
    this.#home?.close();
    this.#home = undefined;
  }

  /** The folder itself where it is open, or the innermost one above it; those beside the way are closed. */
  #above(path: string): OpenFolder {
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
    // The root is never let go.
    if (this.#held.length > MOST_OPEN) for (const far of this.#held.splice(1, 1)) closeSync(far.fd);
    return held;
  }
}

/** As the system says it of a link where a folder must be. */
const replaced = (place: string): Error =>
  Object.assign(new Error(`ENOTDIR: not the folder that it was, '${place}'`), { code: 'ENOTDIR' });

function isSame({ dev, ino }: BigIntStats, fd: number): boolean {
  const held = fstatSync(fd, BIGINT);
  return held.dev === dev && held.ino === ino;
}

function currentFolder(proc: string | undefined): CurrentFolder | null {
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

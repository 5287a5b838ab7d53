import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { preparePrivateFolder } from './cache-folder.ts';

/** The folder has at most this many files. There is one for each bundle, version of Node.js and set of V8's flags. */
const MOST_FILES = 4;
/** The index at the beginning of a file is shorter than this. The first characters of the file say how long it is. */
const INDEX_BYTES = 65_536;
const LENGTH_DIGITS = 8;

/** A part of the bundle, and the code that V8 made of it. */
interface PartCode {
  readonly name: string;
  readonly source: string;
  readonly code: Buffer;
}

/** Where the code of a part lies in the file, and a hash of the source and the code: it shows that both are the same still. */
type IndexEntry = readonly [at: number, length: number, hash: string];

const hashOf = (source: string, code: Buffer): string =>
  createHash('sha256').update(source, 'latin1').update(code).digest('base64');

/**
 * The code that V8 made of the bundle's parts, in one file. Whoever can write that file runs code as this user, so file and
 * folder must belong to this user alone. If something in the file is missing, damaged or old, the part is compiled again.
 */
export class CodeCache {
  readonly #index = new Map<string, IndexEntry>();
  readonly #file: number | undefined;
  #codeStart = 0;

  /** @param name of the file. It is different for each bundle, version of Node.js and set of V8's flags */
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.#file = preparePrivateFolder(folder) ? openPrivateFile(join(folder, name)) : undefined;
    if (this.#file === undefined) return;
    const start = read(this.#file, 0, INDEX_BYTES).toString('latin1');
    this.#codeStart = LENGTH_DIGITS + Number(start.slice(0, LENGTH_DIGITS));
    this.#index = new Map(JSON.parse(start.slice(LENGTH_DIGITS, this.#codeStart)));
  }

  /** The code of a part; undefined if the file has none that was made of this source. */
  get(name: string, source: string): Buffer | undefined {
    const entry = this.#index.get(name);
    if (!entry || this.#file === undefined) return undefined;
    const [at, length, hash] = entry;
    const code = read(this.#file, this.#codeStart + at, length);
    return hashOf(source, code) === hash ? code : undefined;
  }

  /** Writes a new file with these parts and those of the old file, and removes the oldest files of the folder. */
  put(parts: readonly PartCode[]): void {
    if (!preparePrivateFolder(this.folder)) return;
    const codes: Buffer[] = [];
    const index = new Map<string, IndexEntry>();
    let at = 0;
    const add = (name: string, code: Buffer, hash: string) => {
      codes.push(code);
      index.set(name, [at, code.length, hash]);
      at += code.length;
    };
    for (const { name, source, code } of parts) add(name, code, hashOf(source, code));
    for (const [name, [from, length, hash]] of this.#index) {
      if (this.#file !== undefined && !index.has(name))
        add(name, read(this.#file, this.#codeStart + from, length), hash);
    }
    const written = JSON.stringify([...index]);
    const head = Buffer.from(`${String(written.length).padStart(LENGTH_DIGITS)}${written}`, 'latin1');
    // Another run may read at this moment: it sees the old file or the new one, never half of one.
    const temporary = join(this.folder, `${randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, Buffer.concat([head, ...codes]), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, join(this.folder, this.name));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    removeOldest(this.folder);
  }
}

/** Opens a file to read it, if it belongs to this user and nobody else can write to it. */
function openPrivateFile(path: string): number | undefined {
  let file: number;
  try {
    // NONBLOCK: to open a fifo would wait for somebody who writes to it.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const stats = fstatSync(file);
  if (stats.isFile() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0) return file;
  closeSync(file);
  return undefined;
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const byAge = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
  for (const { file } of byAge.slice(MOST_FILES)) rmSync(file, { force: true });
}

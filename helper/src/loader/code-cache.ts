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
import { isOurs } from './cache-folder.ts';

/** So many caches are kept: one for each bundle, Node.js and set of flags. */
const KEPT = 4;
/** The index at the file's beginning is shorter; the file's first characters say how long it is. */
const INDEX_BYTES = 65_536;
const LENGTH_DIGITS = 8;

/** A part of the bundle, and V8's code for it. */
export interface PartCode {
  readonly name: string;
  readonly source: string;
  readonly code: Buffer;
}

/** Where a part's code is in the file, and the hash that proves it whole and made from this source. */
type Entry = readonly [at: number, length: number, hash: string];

const hashOf = (source: string, code: Buffer): string =>
  createHash('sha256').update(source, 'latin1').update(code).digest('base64');

/**
 * V8's code of the bundle's parts, in one file of a folder that is ours alone: it is code, and whoever writes it runs as
 * us. What is missing, damaged or stale there costs time and nothing else.
 */
export class CodeCache {
  readonly #entries = new Map<string, Entry>();
  readonly #file: number | undefined;
  #base = 0;

  /** @param name of the file: names bundle, Node.js and flags */
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.#file = isOurs(folder) ? openOurs(join(folder, name)) : undefined;
    if (this.#file === undefined) return;
    const start = read(this.#file, 0, INDEX_BYTES).toString('latin1');
    this.#base = LENGTH_DIGITS + Number(start.slice(0, LENGTH_DIGITS));
    this.#entries = new Map(JSON.parse(start.slice(LENGTH_DIGITS, this.#base)));
  }

  /** The code of a part, as it was written; undefined where there is none for this source. */
  get(name: string, source: string): Buffer | undefined {
    const entry = this.#entries.get(name);
    if (!entry || this.#file === undefined) return undefined;
    const [at, length, hash] = entry;
    const code = read(this.#file, this.#base + at, length);
    return hashOf(source, code) === hash ? code : undefined;
  }

  /** Writes what was there and what is new, whole or not at all, and removes what is old. */
  put(parts: readonly PartCode[]): void {
    if (!isOurs(this.folder)) return;
    const blobs: Buffer[] = [];
    const entries = new Map<string, Entry>();
    let at = 0;
    const add = (name: string, code: Buffer, hash: string) => {
      blobs.push(code);
      entries.set(name, [at, code.length, hash]);
      at += code.length;
    };
    for (const { name, source, code } of parts) add(name, code, hashOf(source, code));
    for (const [name, [from, length, hash]] of this.#entries) {
      if (this.#file !== undefined && !entries.has(name)) add(name, read(this.#file, this.#base + from, length), hash);
    }
    const index = JSON.stringify([...entries]);
    const head = Buffer.from(`${String(index.length).padStart(LENGTH_DIGITS)}${index}`, 'latin1');
    const temporary = join(this.folder, `${randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, Buffer.concat([head, ...blobs]), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, join(this.folder, this.name));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    removeOld(this.folder);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** Opens a file for reading if it is ours, and nobody else can write to it. */
function openOurs(path: string): number | undefined {
  let file: number;
  try {
    // A fifo in its place would be waited for.
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

function removeOld(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const byAge = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
  for (const { file } of byAge.slice(KEPT)) rmSync(file, { force: true });
}

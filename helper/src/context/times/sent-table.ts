import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A row of the table. `path` is the number by which it is found: of a path, or of a path and a mode. */
export interface SentRow {
  path: number;
  /** The number of the content, of 48 bits like `path`. */
  content: number;
  /** 12 bits. */
  mode: number;
  /** 32 bits. */
  time: number;
  /** 8 bits. */
  age: number;
}

/** Two numbers of 32 bits that are stored with the table. */
type TableNumbers = readonly [number, number];

/** A table with more rows is neither read nor written: it would take 40 MB. */
const MOST_ROWS = 2_000_000;
/** Bytes of a path's or a content's number. */
const NUMBER = 6;
const TIME = 4;
const MODE = 2;
/** Bytes of a row that can be compressed. Numbers made from hashes cannot. */
const COMPRESSIBLE = TIME + MODE + 1;
/** Bytes of the count of rows and of the two numbers. */
const HEADER = 3 * TIME;
const DIGEST = 16;

/** The longest text that `encode` returns. */
export const MOST_SENT_BYTES = MOST_ROWS * (2 * NUMBER + COMPRESSIBLE) + HEADER + DIGEST;

/**
 * A table of 21 bytes a row, which is searched by path. It has an array for each column, because an object a row takes much
 * more memory.
 */
export class SentTable {
  /** @param paths in ascending order; the other columns have the same order */
  private constructor(
    private readonly paths: Float64Array,
    private readonly contents: Float64Array,
    private readonly modes: Uint16Array,
    private readonly times: Uint32Array,
    private readonly ages: Uint8Array,
  ) {}

  /** Makes a table for these paths, whose rows are empty at first. */
  static for(paths: readonly number[]): SentTable {
    const sorted = new Float64Array(paths.length > MOST_ROWS ? paths.slice(0, MOST_ROWS) : paths).sort();
    let count = 0;
    for (const path of sorted) {
      if (count > 0 && path === sorted[count - 1]) continue;
      sorted[count] = path;
      count += 1;
    }
    return SentTable.#of(sorted.subarray(0, count));
  }

  static #of(sorted: Float64Array): SentTable {
    const { length } = sorted;
    return new SentTable(
      sorted,
      new Float64Array(length),
      new Uint16Array(length),
      new Uint32Array(length),
      new Uint8Array(length),
    );
  }

  /** Makes an empty table for its own paths and for these. */
  withPaths(paths: readonly number[]): SentTable {
    return SentTable.for([...this.paths, ...paths]);
  }

  /** The rows whose paths another table does not have. */
  rowsMissingFrom(other: SentTable): SentRow[] {
    const rows: SentRow[] = [];
    this.paths.forEach((path, row) => {
      if (other.rowOf(path) < 0) rows.push(this.row(row));
    });
    return rows;
  }

  get count(): number {
    return this.paths.length;
  }

  /** Sets a row. Does nothing if the table has no such path. Takes no object, because it is called for each file. */
  put(path: number, content: number, mode: number, time: number, age: number): void {
    const row = this.rowOf(path);
    this.contents[row] = content;
    this.modes[row] = mode;
    this.times[row] = time;
    this.ages[row] = age;
  }

  /** Index of a path's row; -1 if there is none. */
  rowOf(path: number): number {
    let [low, high] = [0, this.paths.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const there = this.paths[middle] ?? 0;
      if (there === path) return middle;
      if (there < path) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  row(row: number): SentRow {
    return {
      path: this.paths[row] ?? 0,
      content: this.contents[row] ?? 0,
      mode: this.modes[row] ?? 0,
      time: this.times[row] ?? 0,
      age: this.ages[row] ?? 0,
    };
  }

  find(path: number): SentRow | undefined {
    const row = this.rowOf(path);
    return row < 0 ? undefined : this.row(row);
  }

  /**
   * Writes the count and the two numbers, the paths, the contents, the other columns (compressed), and a digest of all that.
   */
  encode([one, other]: TableNumbers): Buffer {
    const { count } = this;
    const head = Buffer.alloc(HEADER + 2 * NUMBER * count);
    head.writeUInt32BE(count);
    head.writeUInt32BE(one, TIME);
    head.writeUInt32BE(other, 2 * TIME);
    const rest = Buffer.alloc(COMPRESSIBLE * count);
    for (let row = 0; row < count; row += 1) {
      head.writeUIntBE(this.paths[row] ?? 0, HEADER + row * NUMBER, NUMBER);
      head.writeUIntBE(this.contents[row] ?? 0, HEADER + (count + row) * NUMBER, NUMBER);
      rest.writeUInt32BE(this.times[row] ?? 0, row * TIME);
      rest.writeUInt16BE(this.modes[row] ?? 0, count * TIME + row * MODE);
    }
    rest.set(this.ages, count * (TIME + MODE));
    const body = [head, deflateRawSync(rest, { level: 1 })];
    return Buffer.concat([...body, digest(body)]);
  }

  /** Reads what `encode` wrote; undefined if it is damaged. */
  static decode(bytes: Buffer): { table: SentTable; numbers: TableNumbers } | undefined {
    if (bytes.length < HEADER + DIGEST) return undefined;
    const body = bytes.subarray(0, -DIGEST);
    if (!digest([body]).equals(bytes.subarray(-DIGEST))) return undefined;
    const count = body.readUInt32BE();
    const end = HEADER + 2 * NUMBER * count;
    const rest =
      count <= MOST_ROWS && end <= body.length ? inflate(body.subarray(end), COMPRESSIBLE * count) : undefined;
    if (rest?.length !== COMPRESSIBLE * count) return undefined;
    const table = SentTable.#of(new Float64Array(count));
    for (let row = 0; row < count; row += 1) {
      table.paths[row] = body.readUIntBE(HEADER + row * NUMBER, NUMBER);
      table.contents[row] = body.readUIntBE(HEADER + (count + row) * NUMBER, NUMBER);
      table.times[row] = rest.readUInt32BE(row * TIME);
      table.modes[row] = rest.readUInt16BE(count * TIME + row * MODE);
      if ((table.paths[row - 1] ?? -1) >= (table.paths[row] ?? 0)) return undefined;
    }
    table.ages.set(rest.subarray(count * (TIME + MODE)));
    return { table, numbers: [body.readUInt32BE(TIME), body.readUInt32BE(2 * TIME)] };
  }
}

function digest(parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update('fargate-ci sent files 1\0');
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, DIGEST);
}

function inflate(bytes: Buffer, most: number): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch {
    return undefined;
  }
}

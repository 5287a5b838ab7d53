import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A row: the number of a path (or of what else it is found by), and what is kept of it. Numbers have 48 bits at most. */
export interface SentRow {
  path: number;
  content: number;
  /** 12 bits. */
  mode: number;
  /** 32 bits. */
  time: number;
  /** 8 bits. */
  age: number;
}

/** What is kept beside the rows, of 32 bits each. */
export type TableNumbers = readonly [number, number];

/** More rows are never read, and never written: 40 MB. */
const MOST = 2_000_000;
/** Bytes of a path's number, and of a check. */
const NUMBER = 6;
const TIME = 4;
const MODE = 2;
/** Of what can be squeezed: numbers of hashes cannot. */
const SOFT = TIME + MODE + 1;
/** How many rows, and two numbers more. */
const HEADER = 3 * TIME;
const DIGEST = 16;

/** Nothing that is written is longer. */
export const MOST_SENT_BYTES = MOST * (2 * NUMBER + SOFT) + HEADER + DIGEST;

/** A table in memory, 21 bytes a row, found by path. A column each, since a large workspace has no end of rows. */
export class SentTable {
  /** @param paths ascending; the others have their rows in the same order */
  private constructor(
    private readonly paths: Float64Array,
    private readonly checks: Float64Array,
    private readonly modes: Uint16Array,
    private readonly times: Uint32Array,
    private readonly ages: Uint8Array,
  ) {}

  /** A table for rows of these paths, which are to be put in. */
  static for(paths: readonly number[]): SentTable {
    const sorted = new Float64Array(paths.length > MOST ? paths.slice(0, MOST) : paths).sort();
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

  /** A table for rows of its own paths and of these. */
  withPaths(paths: readonly number[]): SentTable {
    return SentTable.for([...this.paths, ...paths]);
  }

  /** The rows whose paths another table has none for. */
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

  /** Puts a row in its place; nothing is done where it has none. */
  put(path: number, check: number, mode: number, time: number, age: number): void {
    const row = this.rowOf(path);
    this.checks[row] = check;
    this.modes[row] = mode;
    this.times[row] = time;
    this.ages[row] = age;
  }

  /** Where a path's row is; -1 where there is none. */
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
      content: this.checks[row] ?? 0,
      mode: this.modes[row] ?? 0,
      time: this.times[row] ?? 0,
      age: this.ages[row] ?? 0,
    };
  }

  find(path: number): SentRow | undefined {
    const row = this.rowOf(path);
    return row < 0 ? undefined : this.row(row);
  }

  /** As it is kept: count and two numbers; paths; checks; the rest, squeezed; a digest of that. */
  encode([one, other]: TableNumbers): Buffer {
    const { count } = this;
    const head = Buffer.alloc(HEADER + 2 * NUMBER * count);
    head.writeUInt32BE(count);
    head.writeUInt32BE(one, TIME);
    head.writeUInt32BE(other, 2 * TIME);
    const soft = Buffer.alloc(SOFT * count);
    for (let row = 0; row < count; row += 1) {
      head.writeUIntBE(this.paths[row] ?? 0, HEADER + row * NUMBER, NUMBER);
      head.writeUIntBE(this.checks[row] ?? 0, HEADER + (count + row) * NUMBER, NUMBER);
      soft.writeUInt32BE(this.times[row] ?? 0, row * TIME);
      soft.writeUInt16BE(this.modes[row] ?? 0, count * TIME + row * MODE);
    }
    soft.set(this.ages, count * (TIME + MODE));
    const body = [head, deflateRawSync(soft, { level: 1 })];
    return Buffer.concat([...body, digest(body)]);
  }

  /** Undefined for what is not whole, or none of ours. */
  static decode(bytes: Buffer): { columns: SentTable; numbers: TableNumbers } | undefined {
    if (bytes.length < HEADER + DIGEST) return undefined;
    const body = bytes.subarray(0, -DIGEST);
    if (!digest([body]).equals(bytes.subarray(-DIGEST))) return undefined;
    const count = body.readUInt32BE();
    const end = HEADER + 2 * NUMBER * count;
    const soft = count <= MOST && end <= body.length ? inflate(body.subarray(end), SOFT * count) : undefined;
    if (soft?.length !== SOFT * count) return undefined;
    const columns = SentTable.#of(new Float64Array(count));
    for (let row = 0; row < count; row += 1) {
      columns.paths[row] = body.readUIntBE(HEADER + row * NUMBER, NUMBER);
      columns.checks[row] = body.readUIntBE(HEADER + (count + row) * NUMBER, NUMBER);
      columns.times[row] = soft.readUInt32BE(row * TIME);
      columns.modes[row] = soft.readUInt16BE(count * TIME + row * MODE);
      if ((columns.paths[row - 1] ?? -1) >= (columns.paths[row] ?? 0)) return undefined;
    }
    columns.ages.set(soft.subarray(count * (TIME + MODE)));
    return { columns, numbers: [body.readUInt32BE(TIME), body.readUInt32BE(2 * TIME)] };
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

import type { HashedFile } from '../entries.ts';
import { contentNumber, pathNumber } from './hash-numbers.ts';
import { type SentRow, SentTable } from './sent-table.ts';

/** A file that was sent. */
export interface SentFile {
  /** The number of its content: see contentNumber. */
  content: number;
  mode: number;
  /** Seconds since the epoch. */
  time: number;
}

/** Calls a function with each name of each file. */
export type EachFileName = (take: (path: string, file: HashedFile) => void) => void;

/** Files that are gone from the context are kept while the table has no more rows than this: a megabyte. */
const ROWS_KEPT_FREELY = 60_000;
/** In a larger table they are kept if one of this many previous contexts had them, */
const AGE_KEPT = 16;
/** and while the table has no more rows than this many times the files of the context. */
const TIMES_OWN = 3;
/** A row's age is not counted further than this. */
const OLDEST = 255;

/** The number under which a file is found by path and mode. Paths contain no zero byte. */
const pathAndModeNumber = (path: string, mode: number): number => pathNumber(`${path}\0${mode}`);

/**
 * The files that a job has sent: the content and the time of each path. Files that are gone are kept for a while, because they
 * may come back, and because contexts of one job may leave out different files. If the same content was sent with two modes, as
 * agents with different umasks do, both are kept. Otherwise each build would change the mode, and so the time.
 *
 * Two paths may have the same number by chance. Then one of them gets a new time now and then.
 */
export class SentFiles {
  static readonly NONE = new SentFiles(SentTable.for([]), 0, 0);

  private constructor(
    private readonly table: SentTable,
    /** No file that was forgotten has a later time. */
    readonly floor: number,
    /** How many files were sent with several modes. 0: they need not be looked up by mode. */
    private readonly modeVariants: number,
  ) {}

  get count(): number {
    return this.table.count;
  }

  /** What was last sent under this path. */
  find(path: string): SentFile | undefined {
    return this.table.find(pathNumber(path));
  }

  /** What was sent under this path with this mode, if the same content was sent with another mode, too. */
  findWith(path: string, mode: number): SentFile | undefined {
    return this.modeVariants === 0 ? undefined : this.table.find(pathAndModeNumber(path, mode));
  }

  /**
   * Adds the files of a context that was sent. If two builds side by side have sent a file, the later time counts.
   * @param latest later times are not trusted
   * @param keptFreely set by tests only
   */
  with(eachName: EachFileName, latest: number, keptFreely = ROWS_KEPT_FREELY): SentFiles {
    const paths: number[] = [];
    const variants: { path: number; sent: SentFile }[] = [];
    eachName((path, file) => {
      const number = pathNumber(path);
      paths.push(number);
      const before = this.table.find(number);
      if (before === undefined || (before.mode === file.mode && this.modeVariants === 0)) return;
      const content = contentNumber(file);
      if (before.content !== content) return;
      if (before.mode === file.mode && this.findWith(path, file.mode)?.content !== content) return;
      for (const sent of [before, { content, mode: file.mode, time: file.time }])
        variants.push({ path: pathAndModeNumber(path, sent.mode), sent });
    });
    const own = SentTable.for(variants.length === 0 ? paths : [...paths, ...variants.map(({ path }) => path)]);
    const { kept, floor } = this.#keepOldRows(own, latest, keptFreely);
    const table = kept.length === 0 ? own : own.withPaths(kept.map(({ path }) => path));
    for (const { path, content, mode, time, age } of kept)
      table.put(path, content, mode, time, Math.min(age + 1, OLDEST));
    for (const { path, sent } of variants) table.put(path, sent.content, sent.mode, sent.time, 0);
    let at = 0;
    eachName((_, file) => {
      const path = paths[at] ?? 0;
      at += 1;
      const before = this.table.find(path);
      if (before !== undefined && before.time > file.time && before.time <= latest)
        table.put(path, before.content, before.mode, before.time, 0);
      else table.put(path, contentNumber(file), file.mode, file.time, 0);
    });
    return new SentFiles(table, floor, Math.max(this.modeVariants, variants.length));
  }

  /** Decides which rows of files that are gone are kept, and what the latest time of all forgotten files is. */
  #keepOldRows(own: SentTable, latest: number, keptFreely: number): { kept: SentRow[]; floor: number } {
    const gone = this.table.rowsMissingFrom(own).filter(({ time }) => time <= latest);
    gone.sort((a, b) => a.age - b.age);
    const most = Math.max(keptFreely, TIMES_OWN * own.count, this.count);
    const isKept = ({ age }: SentRow, at: number): boolean =>
      at + own.count < keptFreely || (at + own.count < most && age < AGE_KEPT);
    let floor = this.floor <= latest ? this.floor : 0;
    const kept = gone.filter((row, at) => {
      if (isKept(row, at)) return true;
      floor = Math.max(floor, row.time);
      return false;
    });
    return { kept, floor };
  }

  encode(): Buffer {
    return this.table.encode([this.floor, this.modeVariants]);
  }

  /** Reads what `encode` wrote; undefined if it is damaged. */
  static decode(bytes: Buffer): SentFiles | undefined {
    const read = SentTable.decode(bytes);
    return read && new SentFiles(read.table, ...read.numbers);
  }
}

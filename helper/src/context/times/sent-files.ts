import type { HashedFile } from '../entries.ts';
import { contentNumber, pathNumber } from './hash-numbers.ts';
import { type SentRow, SentTable } from './sent-table.ts';

/** What was sent under a path. */
export interface SentFile {
  /** Of its content: see checkOf. */
  content: number;
  mode: number;
  /** Seconds since the epoch. */
  time: number;
}

/** Calls back with each name of a file, and the file. */
export type EachFileName = (take: (path: string, file: HashedFile) => void) => void;

/** Files that are gone are kept as long as these are no more with them: a megabyte. */
const ROWS_KEPT_FREELY = 60_000;
/** Beyond that they are kept if one of so many contexts before had them, */
const AGE_KEPT = 16;
/** and as long as these are no more with them than so many times a context's own. */
const TIMES_OWN = 3;
/** Longer is not counted. */
const OLDEST = 255;

/** What a path and a mode are found by. No path has a zero byte in it. */
const pathAndModeNumber = (path: string, mode: number): number => pathNumber(`${path}\0${mode}`);

/**
 * The files that a job has sent: of each path what lies there, and its time. Files that are gone stay for a while: they may
 * come back, and contexts of one job may differ in what they leave out. Where a content was sent with one mode and then with
 * another, as agents of two umasks do, both are kept: else each would be a change, again and again.
 *
 * Two paths whose numbers happen to be the same cost one of them a new time now and then.
 */
export class SentFiles {
  static readonly NONE = new SentFiles(SentTable.for([]), 0, 0);

  private constructor(
    private readonly columns: SentTable,
    /** No file that was forgotten is later. */
    readonly floor: number,
    /** How many contents there are of several modes; 0: none need be looked for. */
    private readonly modeVariants: number,
  ) {}

  get count(): number {
    return this.columns.count;
  }

  /** What was sent last under a path. */
  find(path: string): SentFile | undefined {
    return this.columns.find(pathNumber(path));
  }

  /** What was sent under a path with this mode, where its content was sent with another one, too. */
  findWith(path: string, mode: number): SentFile | undefined {
    return this.modeVariants === 0 ? undefined : this.columns.find(pathAndModeNumber(path, mode));
  }

  /**
   * With the files of a context that was sent. Of two that builds side by side have sent the later one counts.
   * @param latest no time later than this is taken
   * @param kept for tests
   */
  with(eachName: EachFileName, latest: number, kept = ROWS_KEPT_FREELY): SentFiles {
    const paths: number[] = [];
    const several: { path: number; sent: SentFile }[] = [];
    eachName((path, file) => {
      const number = pathNumber(path);
      paths.push(number);
      const there = this.columns.find(number);
      if (there === undefined || (there.mode === file.mode && this.modeVariants === 0)) return;
      const check = contentNumber(file);
      if (there.content !== check) return;
      if (there.mode === file.mode && this.findWith(path, file.mode)?.content !== check) return;
      for (const sent of [there, { content: check, mode: file.mode, time: file.time }])
        several.push({ path: pathAndModeNumber(path, sent.mode), sent });
    });
    const own = SentTable.for(several.length === 0 ? paths : [...paths, ...several.map(({ path }) => path)]);
    const { stay, floor } = this.#judge(own, latest, kept);
    const columns = stay.length === 0 ? own : own.withPaths(stay.map(({ path }) => path));
    for (const { path, content: check, mode, time, age } of stay)
      columns.put(path, check, mode, time, Math.min(age + 1, OLDEST));
    for (const { path, sent } of several) columns.put(path, sent.content, sent.mode, sent.time, 0);
    let at = 0;
    eachName((_, file) => {
      const path = paths[at] ?? 0;
      at += 1;
      const there = this.columns.find(path);
      if (there !== undefined && there.time > file.time && there.time <= latest)
        columns.put(path, there.content, there.mode, there.time, 0);
      else columns.put(path, contentNumber(file), file.mode, file.time, 0);
    });
    return new SentFiles(columns, floor, Math.max(this.modeVariants, several.length));
  }

  /** Which rows of what is gone stay, and the latest time of all that was forgotten. */
  #judge(own: SentTable, latest: number, kept: number): { stay: SentRow[]; floor: number } {
    const gone = this.columns.rowsMissingFrom(own).filter(({ time }) => time <= latest);
    gone.sort((a, b) => a.age - b.age);
    const most = Math.max(kept, TIMES_OWN * own.count, this.count);
    const stays = ({ age }: SentRow, at: number): boolean =>
      at + own.count < kept || (at + own.count < most && age < AGE_KEPT);
    let floor = this.floor <= latest ? this.floor : 0;
    const stay = gone.filter((row, at) => {
      if (stays(row, at)) return true;
      floor = Math.max(floor, row.time);
      return false;
    });
    return { stay, floor };
  }

  encode(): Buffer {
    return this.columns.encode([this.floor, this.modeVariants]);
  }

  /** Undefined for what is not whole, or none of ours. */
  static decode(bytes: Buffer): SentFiles | undefined {
    const read = SentTable.decode(bytes);
    return read && new SentFiles(read.columns, ...read.numbers);
  }
}

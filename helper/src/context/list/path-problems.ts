import { type ByteString, bytesOfName, errorCode, shortenPath, showName } from './byte-names.ts';
import { REPLACED_WHILE_LISTED } from './replaced-codes.ts';

/** A reason why the context cannot be sent. */
export interface PathProblem {
  /** Escaped, so that it can be printed. */
  path: string;
  kind: 'name' | 'unreadable' | 'vanished';
  why: string;
}

/** A path of the context. `raw` holds its bytes if a name in it is not UTF-8. */
export interface ListedPath {
  path: string;
  raw: ByteString | undefined;
}

/** Collects problems while a folder is listed, so that all of them can be reported together. */
export class PathProblems {
  readonly #problems: PathProblem[] = [];

  add(at: ListedPath, kind: PathProblem['kind'], why: string): void {
    this.#problems.push({ path: shortenPath(showPath(at)), kind, why });
  }

  /** Adds a file system error. Throws any other error. */
  addError(at: ListedPath, error: unknown): void {
    const code = errorCode(error);
    if (code === '') throw error;
    if (code === 'ENOENT') this.add(at, 'vanished', 'vanished while the context was listed');
    else if (REPLACED_WHILE_LISTED.includes(code))
      this.add(at, 'vanished', 'was replaced while the context was listed');
    else this.add(at, 'unreadable', whyUnreadable(code));
  }

  /** All problems, sorted by path. They are found in any order, because names are looked up in batches. */
  sorted(): PathProblem[] {
    return this.#problems.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** The path in a form that can be printed. */
export const showPath = ({ path, raw }: ListedPath): string => showName(raw === undefined ? path : bytesOfName(raw));

function whyUnreadable(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return code === 'ENAMETOOLONG' ? 'its path is longer than the system can open' : `cannot be read (${code})`;
}

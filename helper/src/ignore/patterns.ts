import { posix } from 'node:path';
import { compileGlob } from './glob.ts';

/** One line of an ignore file, and where it stands: `.dockerignore:3`, or `the parameter ignore`. */
export interface IgnoreLine {
  text: string;
  origin: string;
}

interface Pattern {
  /** Cleaned, without its `!`. */
  text: string;
  exception: boolean;
  depth: number;
  matches: (path: string) => boolean;
}

/** Go's filepath.Clean. */
function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** The patterns of an ignore file's text: comments and a byte order mark gone. Source: moby/patternmatcher, ignorefile. */
export function parseIgnoreFile(text: string, name: string): IgnoreLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line, index) => ({ text: line, origin: `${name}:${index + 1}` }))
    .filter((line) => !line.text.startsWith('#') && line.text.trim() !== '');
}

function parseLine(line: string): Pattern | string {
  let text = line.trim();
  const exception = text.startsWith('!');
  if (exception) text = text.slice(1).trim();
  if (text === '') return 'an exclamation mark alone';
  text = clean(text);
  if (text.length > 1 && text.startsWith('/')) text = text.slice(1);
  const matches = compileGlob(text);
  if (!matches) return 'not a valid pattern';
  return { text, exception, depth: text.split('/').length, matches };
}

/**
 * A list of ignore patterns, with Docker's rules: the last pattern that matches decides, `!` brings back.
 *
 * Which paths a pattern takes is moby/patternmatcher's `Matches`, which Docker 20.10 and kaniko apply alike: a pattern
 * of n parts is tried on the path, then on its first n folders.
 */
export class Patterns {
  /** What is wrong with which line; nothing may be matched while there is any. */
  readonly complaints: readonly string[];
  readonly #patterns: readonly Pattern[];
  readonly #exceptions: readonly Pattern[];

  constructor(lines: readonly IgnoreLine[]) {
    const parsed = lines.map((line) => ({ line, result: parseLine(line.text) }));
    this.complaints = parsed.flatMap(({ line, result }) =>
      typeof result === 'string' ? [`${line.origin}: ${JSON.stringify(line.text.trim())} is ${result}`] : [],
    );
    this.#patterns = parsed.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]));
    this.#exceptions = this.#patterns.filter((pattern) => pattern.exception);
  }

  /** True where the path (relative, with slashes) is ignored. */
  ignores(path: string): boolean {
    if (this.#patterns.length === 0) return false;
    const folders = path.split('/').slice(0, -1);
    let ignored = false;
    for (const pattern of this.#patterns) {
      if (pattern.exception !== ignored) continue;
      const hit =
        pattern.matches(path) ||
        (pattern.depth <= folders.length && pattern.matches(folders.slice(0, pattern.depth).join('/')));
      if (hit) ignored = !pattern.exception;
    }
    return ignored;
  }

  /** True where an ignored folder is looked into all the same: an exception names something below it by its folder's name. */
  looksInto(folder: string): boolean {
    return this.#exceptions.some((pattern) => `${pattern.text}/`.startsWith(`${folder}/`));
  }

  /** The exceptions that could have matched below an ignored folder had Docker looked into it; wildcards do not make it look. */
  missedBelow(folder: string): string[] {
    return this.#exceptions.filter((pattern) => reaches(pattern.text, folder)).map((pattern) => `!${pattern.text}`);
  }
}

/** True where a pattern with wildcards could match something below the folder. */
function reaches(pattern: string, folder: string): boolean {
  const parts = pattern.split('/');
  const folders = folder.split('/');
  for (const [index, name] of folders.entries()) {
    const part = parts[index];
    if (part === undefined) return false;
    if (part.includes('**')) return true;
    if (!compileGlob(part)?.(name)) return false;
  }
  return parts.length > folders.length;
}

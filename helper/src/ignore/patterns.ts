import { posix } from 'node:path';
import { Failure } from '../failure.ts';
import { characterPairs, longestLiteral } from './character-pairs.ts';
import { Exceptions } from './exceptions.ts';
import { compileGlob, SPECIAL_CHARACTERS } from './glob.ts';
import { type IgnoreLine, type IgnoreRule, readIgnoreLine } from './ignore-file.ts';
import type { PathTest } from './path-test.ts';
import { isWellFormed } from './pattern-syntax.ts';

/** What the patterns say about a path. The names below it start from this. */
export interface IgnoreVerdict {
  readonly ignored: boolean;
  /**
   * Indices of the patterns that matched the path or a folder above it, in ascending order. Patterns that were not tried are
   * missing.
   */
  readonly matched: readonly number[];
}

interface Pattern extends IgnoreRule {
  readonly origin: string;
  readonly line: string;
  /** Compiled when it is needed for the first time. */
  matches: PathTest | undefined;
}

/** A pattern that must be tried, and the character pairs that a matching path must contain. */
interface TriedPattern {
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

/** A longer list cannot be a list of patterns, and matching would take minutes. */
const MOST_PATTERNS = 100_000;

/**
 * A list of ignore patterns with Docker's rules: the last pattern that matches decides, and a pattern with `!` brings back.
 *
 * Patterns match as in moby/patternmatcher's `MatchesUsingParentResults` (0.6), which BuildKit calls for each path: a pattern
 * that matches a folder matches everything below it, and is not tried there again.
 */
export class IgnorePatterns {
  /** Where the walk begins: the context's own folder is not ignored. */
  readonly rootVerdict: IgnoreVerdict = { ignored: false, matched: [] };
  readonly #patterns: readonly Pattern[];
  readonly #exceptions: Exceptions;
  /** Most patterns are paths, or names after `**`. They are found in these maps by path or by last name. */
  readonly #byPath = new Map<string, number[]>();
  readonly #byName = new Map<string, number[]>();
  /** All other patterns must be tried. */
  readonly #tried: readonly TriedPattern[];

  /** @throws Failure `usage` if Docker would refuse the list */
  constructor(lines: readonly IgnoreLine[]) {
    if (lines.length > MOST_PATTERNS)
      throw refusedFailure([
        `${lines.length} patterns, where the most is ${MOST_PATTERNS}: name folders, not each file`,
      ]);
    const complaints: string[] = [];
    this.#patterns = lines.flatMap(({ text: line, origin }): Pattern[] => {
      const rule = readIgnoreLine(line);
      if (typeof rule === 'string') complaints.push(complaint(origin, line, rule));
      else if (!isWellFormed(rule.text)) complaints.push(complaint(origin, line, 'not a valid pattern'));
      return typeof rule === 'string' ? [] : [{ ...rule, origin, line, matches: undefined }];
    });
    if (complaints.length > 0) throw refusedFailure(complaints);
    this.#exceptions = new Exceptions(this.#patterns);
    this.#tried = this.#patterns.flatMap(({ text }, index): TriedPattern[] => {
      if (!SPECIAL_CHARACTERS.test(text)) add(this.#byPath, text, index);
      else if (text.startsWith('**/') && !SPECIAL_CHARACTERS.test(text.slice(3)))
        add(this.#byName, posix.basename(text), index);
      else {
        const [low, high] = characterPairs(longestLiteral(text));
        return [{ index, low, high }];
      }
      return [];
    });
  }

  /**
   * Decides whether a path (relative, with slashes) is ignored.
   * @param above the verdict on the path's folder
   * @throws Failure `usage` for a pattern that turns out to be invalid. Docker, too, notices it only now
   */
  judge(path: string, above: IgnoreVerdict): IgnoreVerdict {
    const { matched } = above;
    let ignored = false;
    let newMatches: number[] | undefined;
    let at = 0;
    for (const index of this.#candidates(path, matched)) {
      const pattern = this.#patterns[index];
      if (!pattern) continue;
      // Both lists are in ascending order.
      while (at < matched.length && (matched[at] ?? index) < index) at += 1;
      if (at === matched.length || matched[at] !== index) {
        // An exception is tried only if the path is ignored so far, and any other pattern only if it is not.
        if (pattern.exception !== ignored || !takes(pattern, path)) continue;
        newMatches ??= [];
        newMatches.push(index);
      }
      ignored = !pattern.exception;
    }
    return newMatches ? { ignored, matched: merge(matched, newMatches) } : above;
  }
  /** Indices of the patterns that matched the folder, and of those that may match the path, in ascending order. */
  #candidates(path: string, matched: readonly number[]): readonly number[] {
    const [low, high] = characterPairs(path);
    let some: number[] | undefined;
    for (const pattern of this.#tried) {
      if ((pattern.low & ~low) !== 0 || (pattern.high & ~high) !== 0) continue;
      some ??= [];
      some.push(pattern.index);
    }
    const byPath = this.#byPath.get(path);
    const byName = this.#byName.get(path.slice(path.lastIndexOf('/') + 1));
    let candidates = matched;
    if (some) candidates = merge(candidates, some);
    if (byPath) candidates = merge(candidates, byPath);
    return byName ? merge(candidates, byName) : candidates;
  }

  /** Whether a folder must be entered. This includes an ignored folder in which an exception may bring something back. */
  entersFolder(folder: string, { ignored, matched }: IgnoreVerdict): boolean {
    return !ignored || this.#exceptions.mayBringBackIn(folder, matched.at(-1) ?? -1);
  }
}

function takes(pattern: Pattern, path: string): boolean {
  pattern.matches ??= compileGlob(pattern.text);
  if (!pattern.matches) throw refusedFailure([complaint(pattern.origin, pattern.line, 'not a valid pattern')]);
  return pattern.matches(path);
}

/** Merges two lists in ascending order. A number that is in both occurs once. */
function merge(some: readonly number[], others: readonly number[]): readonly number[] {
  if (some.length === 0) return others;
  const all: number[] = [];
  let at = 0;
  for (const one of some) {
    for (let other = others[at]; at < others.length && other !== undefined && other <= one; other = others[at]) {
      if (other < one) all.push(other);
      at += 1;
    }
    all.push(one);
  }
  for (; at < others.length; at += 1) all.push(others[at] ?? 0);
  return all;
}

function add(lists: Map<string, number[]>, key: string, index: number): void {
  const list = lists.get(key);
  if (list) list.push(index);
  else lists.set(key, [index]);
}

/** Most characters of a line, and most complaints, that a message shows. */
const MOST_SHOWN = 80;
const MOST_COMPLAINTS = 10;

function complaint(origin: string, line: string, why: string): string {
  const text = line.trim();
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
  return `${origin}: ${JSON.stringify(shown)} is ${why}`;
}

function refusedFailure(complaints: readonly string[]): Failure {
  const some = complaints.slice(0, MOST_COMPLAINTS);
  const more = complaints.length - some.length;
  const text = `${some.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new Failure('usage', `ignore patterns that Docker does not accept: ${text}`, {
    hint: "mend them: a class needs its closing bracket and no dash at its ends, a backslash something behind it; docs.docker.com's page on .dockerignore has the rules",
    evidence: some,
  });
}

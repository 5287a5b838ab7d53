import { posix } from 'node:path';
import { Failure } from '../failure.ts';
import { characterPairs, longestLiteral } from './character-pairs.ts';
import { Exceptions } from './exceptions.ts';
import { compileGlob, SPECIAL_CHARACTERS } from './glob.ts';
import { type IgnoreLine, type IgnoreRule, readIgnoreLine } from './ignore-file.ts';
import type { PathTest } from './path-test.ts';
import { isWellFormed } from './pattern-syntax.ts';

/** What the patterns say of a path, and what of it holds for all that lies below it. */
export interface IgnoreVerdict {
  readonly ignored: boolean;
  /** Indices of the patterns that took it or a folder above it, in their order. One that was not asked is not among them. */
  readonly matched: readonly number[];
}

interface Pattern extends IgnoreRule {
  readonly origin: string;
  readonly line: string;
  /** Compiled when it is first asked. */
  matches: PathTest | undefined;
}

/** A pattern that no map finds, and what marks a path must have. */
interface TriedPattern {
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

/** A list of so many is no list of patterns, and to match it would take minutes. */
const MOST_PATTERNS = 100_000;

/**
 * A list of ignore patterns, with Docker's rules: the last pattern that matches decides, `!` brings back.
 *
 * Which paths a pattern takes is moby/patternmatcher's `MatchesUsingParentResults` (0.6), which BuildKit asks as it walks: a
 * pattern that took a folder takes all below it, and is not tried there again.
 */
export class IgnorePatterns {
  /** What is said of the context's own folder: nothing. */
  readonly rootVerdict: IgnoreVerdict = { ignored: false, matched: [] };
  readonly #patterns: readonly Pattern[];
  readonly #exceptions: Exceptions;
  /** Most patterns are names, or names behind `**`: found by the path, and by its last name. All others are tried. */
  readonly #byPath = new Map<string, number[]>();
  readonly #byName = new Map<string, number[]>();
  readonly #others: readonly TriedPattern[];

  /** @throws Failure `usage` where Docker would refuse the list */
  constructor(lines: readonly IgnoreLine[]) {
    if (lines.length > MOST_PATTERNS)
      throw refused([`${lines.length} patterns, where the most is ${MOST_PATTERNS}: name folders, not each file`]);
    const complaints: string[] = [];
    this.#patterns = lines.flatMap(({ text: line, origin }): Pattern[] => {
      const rule = readIgnoreLine(line);
      if (typeof rule === 'string') complaints.push(complaint(origin, line, rule));
      else if (!isWellFormed(rule.text)) complaints.push(complaint(origin, line, 'not a valid pattern'));
      return typeof rule === 'string' ? [] : [{ ...rule, origin, line, matches: undefined }];
    });
    if (complaints.length > 0) throw refused(complaints);
    this.#exceptions = new Exceptions(this.#patterns);
    this.#others = this.#patterns.flatMap(({ text }, index): TriedPattern[] => {
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
   * Says whether a path is ignored (relative, with slashes).
   * @param above what was said of the folder that it is in
   * @throws Failure `usage` for a pattern that turns out to be none: Docker, too, finds out when it tries it
   */
  judge(path: string, above: IgnoreVerdict): IgnoreVerdict {
    const { matched } = above;
    let ignored = false;
    let fresh: number[] | undefined;
    let at = 0;
    for (const index of this.#asked(path, matched)) {
      const pattern = this.#patterns[index];
      if (!pattern) continue;
      // Both lists are in order.
      while (at < matched.length && (matched[at] ?? index) < index) at += 1;
      if (at === matched.length || matched[at] !== index) {
        // An exception is asked only where there is something to bring back, a pattern only where there is something to take.
        if (pattern.exception !== ignored || !takes(pattern, path)) continue;
        fresh ??= [];
        fresh.push(index);
      }
      ignored = !pattern.exception;
    }
    return fresh ? { ignored, matched: merge(matched, fresh) } : above;
  }

  /** The patterns that took the folder, and those that may take the path, in their order. */
  #asked(path: string, matched: readonly number[]): readonly number[] {
    const [low, high] = characterPairs(path);
    let some: number[] | undefined;
    for (const other of this.#others) {
      if ((other.low & ~low) !== 0 || (other.high & ~high) !== 0) continue;
      some ??= [];
      some.push(other.index);
    }
    const exact = this.#byPath.get(path);
    const named = this.#byName.get(path.slice(path.lastIndexOf('/') + 1));
    let asked = matched;
    if (some) asked = merge(asked, some);
    if (exact) asked = merge(asked, exact);
    return named ? merge(asked, named) : asked;
  }

  /** Whether a folder is walked into: an ignored one, too, where an exception may bring back something in it. */
  entersFolder(folder: string, { ignored, matched }: IgnoreVerdict): boolean {
    return !ignored || this.#exceptions.mayBringBackIn(folder, matched.at(-1) ?? -1);
  }
}

function takes(pattern: Pattern, path: string): boolean {
  pattern.matches ??= compileGlob(pattern.text);
  if (!pattern.matches) throw refused([complaint(pattern.origin, pattern.line, 'not a valid pattern')]);
  return pattern.matches(path);
}

/** Of two lists in order, each number once, in order. */
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

/** Characters of a line, and complaints, that a message has at the most. */
const MOST_SHOWN = 80;
const MOST_COMPLAINTS = 10;

function complaint(origin: string, line: string, why: string): string {
  const text = line.trim();
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
  return `${origin}: ${JSON.stringify(shown)} is ${why}`;
}

function refused(complaints: readonly string[]): Failure {
  const some = complaints.slice(0, MOST_COMPLAINTS);
  const more = complaints.length - some.length;
  const text = `${some.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new Failure('usage', `ignore patterns that Docker does not accept: ${text}`, {
    hint: "mend them: a class needs its closing bracket and no dash at its ends, a backslash something behind it; docs.docker.com's page on .dockerignore has the rules",
    evidence: some,
  });
}

import {
  type CharacterSet,
  characterSet,
  readBracketClass,
  readEscapedCharacter,
  readEscapedClass,
  singleCharacter,
} from './go-characters.ts';

/** One step of a regular expression. */
export type RegExpStep =
  /** From `least` to `most` characters of a set. */
  | { kind: 'characters'; set: CharacterSet; least: number; most: number }
  /** Nothing, or any text without a newline that ends with a slash. */
  | { kind: 'folders' }
  /** A position, which takes no character: the beginning, the end, a word boundary, or none. */
  | { kind: 'place'; source: '^' | '$' | '\\b' | '\\B' };

/** A regular expression: a list of alternatives, each of which is a list of steps. */
export type GoRegExp = readonly (readonly RegExpStep[])[];

/** The expression that moby makes of `**`. */
const FOLDERS = '(.*/)?';
/** Go allows no larger number between braces. */
const MOST_REPEATED = 1_000;
/** Number of characters that are searched for a count. */
const LONGEST_COUNT = 24;
const PLACES = { A: '^', z: '$', b: '\\b', B: '\\B' } as const;
/** In Go a dot matches everything but a newline. In JavaScript it would not match a carriage return either. */
const DOT = characterSet('^\\n');

const oneCharacter = (set: CharacterSet): RegExpStep => ({ kind: 'characters', set, least: 1, most: 1 });

/**
 * Reads a regular expression that moby has made of an ignore pattern, as Go reads it: literals, escapes, classes, the expressions
 * for `*`, `?` and `**`, and also `|` and `{2}`, which moby means to escape but does not. Undefined if Go refuses it.
 * Source: Go, regexp/syntax, with the flags of Perl.
 */
export function readGoRegExp(source: string): GoRegExp | undefined {
  const chars = [...source];
  let steps: RegExpStep[] = [];
  const alternatives = [steps];
  /** The last step has a count already. Go does not allow a second one. */
  let isRepeated = false;
  for (let at = 0; at < chars.length; ) {
    const char = chars[at] ?? '';
    const count = readCount(chars, at);
    if (count) {
      const repeated = isRepeated ? undefined : repeat(steps.pop(), count);
      if (!repeated) return undefined;
      steps.push(...repeated);
      isRepeated = true;
      at = count.end;
      continue;
    }
    isRepeated = char === '(';
    if (char === '(') {
      if (chars.slice(at, at + FOLDERS.length).join('') !== FOLDERS) return undefined;
      steps.push({ kind: 'folders' });
      at += FOLDERS.length;
    } else if (char === '|') {
      steps = [];
      alternatives.push(steps);
      at += 1;
    } else if (char === '^' || char === '$') {
      steps.push({ kind: 'place', source: char });
      at += 1;
    } else if (char === '[' || char === '\\') {
      const found = char === '[' ? readSet(chars, at) : readEscape(chars, at);
      if (!found) return undefined;
      steps.push(...found.steps);
      at = found.end;
    } else {
      steps.push(oneCharacter(char === '.' ? DOT : singleCharacter(char)));
      at += 1;
    }
  }
  return alternatives;
}

interface Count {
  least: number;
  most: number;
  end: number;
}

/** Reads a count at `at`: a star, or numbers in braces. Braces around anything else stand for themselves. */
function readCount(chars: readonly string[], at: number): Count | undefined {
  if (chars[at] === '*') return { least: 0, most: Infinity, end: at + 1 };
  if (chars[at] !== '{') return undefined;
  const [text, least, comma, most] =
    /^\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/.exec(chars.slice(at, at + LONGEST_COUNT).join('')) ?? [];
  if (text === undefined) return undefined;
  return {
    least: Number(least),
    most: most !== undefined ? Number(most) : comma ? Infinity : Number(least),
    end: at + text.length,
  };
}

function repeat(step: RegExpStep | undefined, { least, most }: Count): RegExpStep[] | undefined {
  const isTooMany = least > MOST_REPEATED || (most > MOST_REPEATED && most !== Infinity);
  if (!step || step.kind === 'folders' || isTooMany || least > most) return undefined;
  if (step.kind === 'characters') return [{ ...step, least, most }];
  return least > 0 ? [step] : [];
}

function readSet(chars: readonly string[], at: number): { steps: RegExpStep[]; end: number } | undefined {
  const found = readBracketClass(chars, at);
  return found && { steps: [oneCharacter(found.set)], end: found.end };
}

function readEscape(chars: readonly string[], at: number): { steps: RegExpStep[]; end: number } | undefined {
  const letter = chars[at + 1] ?? '';
  if (letter === 'Q') {
    // Everything up to \E stands for itself.
    const close = chars.findIndex((char, index) => index >= at + 2 && char === '\\' && chars[index + 1] === 'E');
    const end = close < 0 ? chars.length : close;
    return {
      steps: chars.slice(at + 2, end).map((char) => oneCharacter(singleCharacter(char))),
      end: close < 0 ? end : end + 2,
    };
  }
  if (letter === 'A' || letter === 'z' || letter === 'b' || letter === 'B')
    return { steps: [{ kind: 'place', source: PLACES[letter] }], end: at + 2 };
  const named = readEscapedClass(chars, at);
  if (named) return { steps: [oneCharacter(characterSet(named.ranges))], end: named.end };
  const found = readEscapedCharacter(chars, at);
  return found && { steps: [oneCharacter(singleCharacter(String.fromCodePoint(found.code)))], end: found.end };
}

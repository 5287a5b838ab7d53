import type { GoRegExp, RegExpStep } from './go-regexp.ts';

/** Tests a path that is relative to the context. */
export type PathTest = (path: string) => boolean;

/** JavaScript tries every way in which stars can match. It may be asked if there are at most this many ways. */
const MOST_TRIES = 10_000;
/** JavaScript may refuse a longer expression. No path has this many characters. */
const MOST_STEPS = 5_000;

/**
 * Makes a test from an expression. JavaScript's own matching is the fastest, but it takes extremely long for many stars and a
 * long path. Such paths, and expressions that JavaScript cannot express, are tested step by step in linear time, as Go does.
 */
export function compilePathTest(expression: GoRegExp): PathTest {
  const stepByStep = linearTimeTest(expression);
  const [only, ...others] = expression;
  if (!only || others.length > 0 || only.length > MOST_STEPS || only.some(isCounted)) return stepByStep;
  const stars = only.filter((step) => step.kind === 'folders' || (step.kind === 'characters' && step.most > 1)).length;
  const native = new RegExp(only.map(sourceOf).join(''), 'u');
  const longest = stars < 2 ? Infinity : MOST_TRIES ** (1 / stars);
  return (path) => (path.length <= longest ? native.test(path) : stepByStep(path));
}

const isCounted = (step: RegExpStep): boolean =>
  step.kind === 'characters' && !(step.least === 1 && step.most === 1) && !(step.least === 0 && step.most === Infinity);

function sourceOf(step: RegExpStep): string {
  if (step.kind === 'folders') return '(?:[^\\n]*\\/)?';
  if (step.kind === 'place') return step.source;
  return step.most === 1 ? step.set.source : `${step.set.source}*`;
}

/** For each position in a text: 1 if it can be reached. */
type PlaceFlags = Uint8Array;

const SLASH = 47;
const NEWLINE = 10;

/** Tests a path in time that grows only with the length of the expression and of the path. */
export function linearTimeTest(expression: GoRegExp): PathTest {
  return (path) => {
    const codes = Array.from(path, (char) => char.codePointAt(0) ?? 0);
    return expression.some((steps) => {
      // A match may begin anywhere, unless the expression begins with `^`.
      let places: PlaceFlags = new Uint8Array(codes.length + 1).fill(1);
      for (const step of steps) places = reachablePlaces(step, places, codes);
      return places.includes(1);
    });
  };
}

/** The positions that can be reached by one step from those that were reached before. */
function reachablePlaces(step: RegExpStep, from: PlaceFlags, codes: readonly number[]): PlaceFlags {
  if (step.kind === 'place') return from.map((here, at) => (here === 1 && isPlace(step.source, codes, at) ? 1 : 0));
  const to = new Uint8Array(from.length);
  const isFolders = step.kind === 'folders';
  const [least, most] = isFolders ? [1, Infinity] : [step.least, step.most];
  /**
   * Where the current run of matching characters began, and the last reachable position from which `least` of them are
   * taken.
   */
  let [began, latest] = [0, -1];
  for (let at = 0; at <= codes.length; at += 1) {
    const code = codes[at - 1];
    if (code !== undefined && !(isFolders ? code !== NEWLINE : step.set.has(code))) began = at;
    if (from[at - least] === 1) latest = at - least;
    const isTaken = latest >= began && at - latest <= most && (!isFolders || code === SLASH);
    if (isTaken || (isFolders && from[at] === 1)) to[at] = 1;
  }
  return to;
}

const isWord = (code: number | undefined): boolean =>
  code !== undefined && code < 128 && /\w/.test(String.fromCharCode(code));

function isPlace(place: '^' | '$' | '\\b' | '\\B', codes: readonly number[], at: number): boolean {
  if (place === '^') return at === 0;
  if (place === '$') return at === codes.length;
  return (isWord(codes[at - 1]) !== isWord(codes[at])) === (place === '\\b');
}

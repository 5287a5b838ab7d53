import { cutAtBlanks, isBlank, isSpace, trim, trimStart } from './white-space.ts';

/** What of a line follows its keyword. */
export interface InstructionArguments {
  args: string[];
  json: boolean;
}

/** Why a line cannot be read. */
export class BadArguments extends Error {}

/** Parts a line into its keyword, its flags (`--from=build`) and the rest. */
export function splitCommand(line: string, escapeWith: string): { keyword: string; flags: string[]; rest: string } {
  const { before, after } = cutAtBlanks(trim(line));
  if (after === undefined) return { keyword: before, flags: [], rest: '' };
  const { flags, rest } = takeFlags(after, escapeWith);
  return { keyword: before, flags, rest: trim(rest) };
}

/** Takes the words off that begin with `--`; a bare `--` ends them. Quotes and escapes are taken away. */
function takeFlags(line: string, escapeWith: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  for (let at = 0; ; ) {
    while (at < line.length && isSpace(line.charAt(at))) at += 1;
    if (!line.startsWith('--', at)) return { flags, rest: line.slice(at) };
    const { word, quoted, end } = takeFlag(line, at, escapeWith);
    at = end;
    if (word === '--') return { flags, rest: line.slice(at) };
    if (word !== '' || quoted) flags.push(word);
  }
}

function takeFlag(line: string, start: number, escapeWith: string): { word: string; quoted: boolean; end: number } {
  let word = '';
  let quote = '';
  let quoted = false;
  let at = start;
  for (; at < line.length; at += 1) {
    let char = line.charAt(at);
    if (quote === '' && isSpace(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) {
      quote = char;
      quoted = true;
    } else {
      if (char === escapeWith) {
        at += 1;
        char = line.charAt(at);
      }
      word += char;
    }
  }
  return { word, quoted, end: Math.min(at, line.length) };
}

/** Words parted by white space; quotes and escapes stay in them. */
function quotedWords(text: string, escapeWith: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === '' && isSpace(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === escapeWith && quote !== "'") {
      // At the end of all it is dropped.
      if (at + 1 === text.length) break;
      const code = text.codePointAt(at + 1) ?? 0;
      const escaped = String.fromCodePoint(code);
      word += char + escaped;
      at += escaped.length;
      continue;
    }
    word += char;
  }
  if (word !== '') words.push(word);
  return words;
}

function parts(rest: string): string[] {
  if (rest === '') return [];
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < rest.length; at += 1) {
    if (!isBlank(rest.charAt(at))) {
      word += rest.charAt(at);
      continue;
    }
    words.push(word);
    word = '';
    while (isBlank(rest.charAt(at + 1))) at += 1;
  }
  return [...words, word];
}

/** The strings of a JSON array; undefined where the text is none. */
function jsonStrings(rest: string): string[] | undefined {
  if (!trimStart(rest).startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(rest);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.map((one: unknown) => {
    if (typeof one === 'string') return one;
    throw new BadArguments('a JSON array there must consist of strings');
  });
}

type Reader = (rest: string, escapeWith: string, keyword: string) => InstructionArguments;

const plainly = (args: string[]): InstructionArguments => ({ args, json: false });
const wholeText: Reader = (rest) => plainly(rest === '' ? [] : [rest]);
const wordList: Reader = (rest) => plainly(parts(rest));
const jsonOr =
  (otherwise: Reader): Reader =>
  (rest, escapeWith, keyword) => {
    const strings = jsonStrings(rest);
    return strings ? { args: strings, json: true } : otherwise(rest, escapeWith, keyword);
  };
const jsonOrText = jsonOr(wholeText);

/** `NAME=value` and more of them, or the old form `NAME value with blanks`. */
const pairs: Reader = (rest, escapeWith, keyword) => {
  const words = quotedWords(rest, escapeWith);
  const [first] = words;
  if (first === undefined) return plainly([]);
  if (!first.includes('=')) {
    const { before, after } = cutAtBlanks(rest);
    if (after === undefined) throw new BadArguments(`${keyword} must have two arguments`);
    return plainly([before, after]);
  }
  return plainly(
    words.flatMap((word) => {
      const equals = word.indexOf('=');
      if (equals < 0) throw new BadArguments(`${keyword} takes NAME=VALUE: ${JSON.stringify(word)} has no "="`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
};

const health: Reader = (rest, escapeWith, keyword) => {
  let end = 0;
  while (end < rest.length && !isSpace(rest.charAt(end))) end += 1;
  if (end === 0) return plainly([]);
  const { args, json } = jsonOrText(trimStart(rest.slice(end)), escapeWith, keyword);
  return { args: [rest.slice(0, end), ...args], json };
};

const READERS: Readonly<Record<string, Reader>> = {
  ADD: jsonOr(wordList),
  ARG: (rest, escapeWith) => plainly(quotedWords(rest, escapeWith)),
  CMD: jsonOrText,
  COPY: jsonOr(wordList),
  ENTRYPOINT: jsonOrText,
  ENV: pairs,
  EXPOSE: wordList,
  FROM: wordList,
  HEALTHCHECK: health,
  LABEL: pairs,
  MAINTAINER: wholeText,
  RUN: jsonOrText,
  SHELL: jsonOrText,
  STOPSIGNAL: wholeText,
  USER: wholeText,
  VOLUME: jsonOr(wordList),
  WORKDIR: wholeText,
};

/** Reads what follows a keyword's flags. @throws BadArguments */
export function readArguments(keyword: string, rest: string, escapeWith: string): InstructionArguments {
  const read = Object.hasOwn(READERS, keyword) ? READERS[keyword] : undefined;
  return read ? read(rest, escapeWith, keyword) : plainly([]);
}

import { isGoSpace, trimGoSpaceStart } from '../text/go-space.ts';
import { cutAtBlanks, isBlank } from './blanks.ts';

/** The arguments of an instruction: words, or the strings of a JSON array. */
interface InstructionArguments {
  args: string[];
  json: boolean;
}

/** Why the arguments of an instruction cannot be read. */
export class BadArguments extends Error {}

/** Words separated by white space; quotes and escapes stay in them. */
function quotedWords(text: string, escapeWith: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === '' && isGoSpace(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === escapeWith && quote !== "'") {
      // BuildKit drops an escape character at the very end.
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

/** Words separated by blanks; quotes have no meaning here. */
function wordsOf(rest: string): string[] {
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

/** The strings of a JSON array; undefined where the text is no JSON array. */
function jsonStrings(rest: string): string[] | undefined {
  if (!trimGoSpaceStart(rest).startsWith('[')) return undefined;
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

const asWords = (args: string[]): InstructionArguments => ({ args, json: false });
const wholeText: Reader = (rest) => asWords(rest === '' ? [] : [rest]);
const wordList: Reader = (rest) => asWords(wordsOf(rest));
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
  if (first === undefined) return asWords([]);
  if (!first.includes('=')) {
    const { before, after } = cutAtBlanks(rest);
    if (after === undefined) throw new BadArguments(`${keyword} must have two arguments`);
    return asWords([before, after]);
  }
  return asWords(
    words.flatMap((word) => {
      const equals = word.indexOf('=');
      if (equals < 0) throw new BadArguments(`${keyword} takes NAME=VALUE: ${JSON.stringify(word)} has no "="`);
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
};

/** `NONE`, or `CMD` with a command; both are arguments. */
const healthCheck: Reader = (rest, escapeWith, keyword) => {
  let end = 0;
  while (end < rest.length && !isGoSpace(rest.charAt(end))) end += 1;
  if (end === 0) return asWords([]);
  const { args, json } = jsonOrText(trimGoSpaceStart(rest.slice(end)), escapeWith, keyword);
  return { args: [rest.slice(0, end), ...args], json };
};

const READERS: Readonly<Record<string, Reader>> = {
  ADD: jsonOr(wordList),
  ARG: (rest, escapeWith) => asWords(quotedWords(rest, escapeWith)),
  CMD: jsonOrText,
  COPY: jsonOr(wordList),
  ENTRYPOINT: jsonOrText,
  ENV: pairs,
  EXPOSE: wordList,
  FROM: wordList,
  HEALTHCHECK: healthCheck,
  LABEL: pairs,
  MAINTAINER: wholeText,
  RUN: jsonOrText,
  SHELL: jsonOrText,
  STOPSIGNAL: wholeText,
  USER: wholeText,
  VOLUME: jsonOr(wordList),
  WORKDIR: wholeText,
};

/** Reads the arguments of an instruction by its keyword; `rest` is the line behind the flags. @throws BadArguments */
export function readArguments(keyword: string, rest: string, escapeWith: string): InstructionArguments {
  const read = Object.hasOwn(READERS, keyword) ? READERS[keyword] : undefined;
  return read ? read(rest, escapeWith, keyword) : asWords([]);
}

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** The pattern of one byte in a URL, in either case: `%2f`, `%2F`. */
const percent = (byte: number): string =>
  `%${[...byte.toString(16).padStart(2, '0')].map((digit) => (/\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`)).join('')}`;

const percents = (text: string): string => [...Buffer.from(text)].map(percent).join('');

/** The pattern of a text whose code units are written as `\u00e9`, in either case. */
const escapes = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => {
    const hex = text.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\\\u${[...hex].map((digit) => (/\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`)).join('')}`;
  }).join('');

/** Other ways to write some characters, beside `%..`, `\u....` and a backslash before them. */
const OTHER_SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  ' ': ['\\+', '&nbsp;'],
  '\t': ['\\\\+t'],
  '\n': ['\\r?\\n', '(?:\\\\+r)?\\\\+n', '(?:%0[dD])?%0[aA]'],
  "'": [`'\\\\+''`, `'"'"'`, '&#0*39;', '&#[xX]27;', '&apos;'],
  '"': ['&quot;', '&#34;'],
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
};

/** The pattern of one character. @param maybeEscaped whether backslashes may stand before it */
function character(char: string, maybeEscaped: boolean): string {
  if (/[A-Za-z0-9]/.test(char)) return char;
  const ways = [
    `${maybeEscaped ? '\\\\*' : ''}${escapeForPattern(char)}`,
    percents(char),
    escapes(char),
    ...(OTHER_SPELLINGS[char] ?? []),
  ];
  return `(?:${ways.join('|')})`;
}

/** The pattern of a run of backslashes. It may be longer: encodings add backslashes, and never remove one. */
const backslashes = (length: number): string =>
  `(?:(?<!\\\\)\\\\{${length},}|(?:%5[cC]){${length}}|(?:\\\\u005[cC]){${length}})`;

/**
 * The pattern of a text as it is, or as JSON, URLs, shells and HTML write it, also one within the other.
 * It does not begin with something that repeats without a limit, and no two neighbours in it take the same characters. Otherwise
 * a RUN that prints nothing but backslashes would keep the helper busy.
 */
function written(text: string): string {
  const parts = text.match(/\\+|\s+|[^\\\s]/gu) ?? [];
  return parts
    .map((part, at) => {
      const maybeEscaped = at > 0 && !parts[at - 1]?.startsWith('\\');
      if (part.startsWith('\\')) return backslashes(part.length);
      if (/^\s/.test(part)) return `(?:${[...part].map((char) => character(char, maybeEscaped)).join('')}|\\s+)`;
      return character(part, maybeEscaped);
    })
    .join('');
}

/** Two signs of Base64: as they are, in the alphabet for URLs, and escaped in a URL or in JSON. */
const BASE64: Readonly<Record<string, string>> = { '+': '(?:[+-]|%2[bB])', '/': '(?:\\\\*/|_|%2[fF])' };
const base64 = (text: string): string => text.replace(/[+/]/g, (sign) => BASE64[sign] ?? sign);
const SHARED_CHARACTER = '(?:[A-Za-z0-9+/_-])?';
const PADDING = '(?:=|%3[dD]){0,2}';
/** The lengths of lines in the output of `base64` and in PEM. */
const LINE_WIDTHS = [76, 64];
const SHORTEST_WRAPPED_LINE = 8;
/** A longer secret is not looked for in wrapped Base64. Characters. */
const LONGEST_WRAPPED = 16_384;
const SHORTEST_BASE64 = 4;

/**
 * The text in Base64, at each of the three offsets at which it may begin within a longer text. Its first and last character may
 * belong to the neighbours, too, so only the characters between them are looked for.
 */
function encoded(bytes: Buffer): WrittenForm[] {
  const forms = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const shared = (offset + bytes.length) % 3 > 0;
    const own = whole.slice(offset === 0 ? 0 : offset + 1, shared ? -1 : undefined);
    return form(
      own,
      () => `${offset === 0 ? '' : SHARED_CHARACTER}${base64(own)}${shared ? SHARED_CHARACTER + PADDING : ''}`,
    );
  });
  return forms.filter(({ size }) => size >= SHORTEST_BASE64);
}

/** The lines of a longer text in Base64. */
function wrapped(bytes: Buffer): WrittenForm[] {
  const whole = bytes.toString('base64');
  const pieces = LINE_WIDTHS.flatMap((width) =>
    whole.length <= width || whole.length > LONGEST_WRAPPED
      ? []
      : Array.from({ length: Math.ceil(whole.length / width) }, (_, at) => whole.slice(at * width, (at + 1) * width)),
  );
  return pieces.map((piece) => form(piece, () => base64(piece))).filter(({ size }) => size >= SHORTEST_WRAPPED_LINE);
}

/** V8 fails to compile a longer pattern: "Stack overflow" from some 8,000 characters on. */
const LONGEST_PATTERN = 2_048;

/** Cuts a secret into pieces for patterns, none of them short. Pieces that are found side by side are hidden as one. */
function* piecesOf(secret: string): Generator<string> {
  let rest = secret;
  while (rest.length > LONGEST_PATTERN) {
    const at = rest.length > 2 * LONGEST_PATTERN ? LONGEST_PATTERN : Math.ceil(rest.length / 2);
    // Not between the two halves of a surrogate pair.
    const cut = /[\udc00-\udfff]/.test(rest.charAt(at)) ? at + 1 : at;
    yield rest.slice(0, cut);
    rest = rest.slice(cut);
  }
  yield rest;
}

/** One way in which a secret may be written. */
export interface WrittenForm {
  /** Characters that every text with this form contains. To look for them takes far less time than to run the pattern. */
  readonly anchor: string;
  /** The source of the form's regular expression. */
  source(): string;
  readonly size: number;
}

/** Makes a form. @param text the form as it is; its letters and digits appear in every text with the form */
function form(text: string, source: () => string): WrittenForm {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [];
  return { anchor: runs.reduce((a, b) => (b.length > a.length ? b : a), ''), source, size: text.length };
}

/** The form in which even letters are written as `%61`. Its anchor has only digits, since they have no other case. */
function percented(secret: string): WrittenForm {
  const pairs = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const runs = pairs.match(/(?:%\d\d)+/g) ?? ['%'];
  return {
    anchor: runs.reduce((a, b) => (b.length > a.length ? b : a)),
    source: () => percents(secret),
    size: secret.length,
  };
}

/** All forms in which a secret is looked for. */
export function formsOf(secret: string): WrittenForm[] {
  const pieces = [...new Set(piecesOf(secret))].flatMap((piece) => [
    form(piece, () => written(piece)),
    percented(piece),
    ...encoded(Buffer.from(piece)),
  ]);
  return [...pieces, ...wrapped(Buffer.from(secret))];
}

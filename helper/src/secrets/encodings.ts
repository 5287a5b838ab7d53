const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** One byte as URLs have it, in either case: `%2f`, `%2F`. */
const percent = (byte: number): string =>
  `%${[...byte.toString(16).padStart(2, '0')].map((digit) => (/\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`)).join('')}`;

const percents = (text: string): string => [...Buffer.from(text)].map(percent).join('');

/** `\u00e9`, in either case, of each of its code units. */
const escapes = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => {
    const hex = text.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\\\u${[...hex].map((digit) => (/\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`)).join('')}`;
  }).join('');

/** What some characters may be written as, beside themselves, `%..`, `\u....` and with a backslash before them. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  ' ': ['\\+', '&nbsp;'],
  '\t': ['\\\\+t'],
  '\n': ['\\r?\\n', '(?:\\\\+r)?\\\\+n', '(?:%0[dD])?%0[aA]'],
  "'": [`'\\\\+''`, `'"'"'`, '&#0*39;', '&#[xX]27;', '&apos;'],
  '"': ['&quot;', '&#34;'],
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
};

/** @param before whether backslashes before it are looked for */
function character(char: string, before: boolean): string {
  if (/[A-Za-z0-9]/.test(char)) return char;
  const ways = [`${before ? '\\\\*' : ''}${quote(char)}`, percents(char), escapes(char), ...(OTHERWISE[char] ?? [])];
  return `(?:${ways.join('|')})`;
}

/** A run of backslashes; an encoding only ever adds to it. */
const backslashes = (length: number): string =>
  `(?:(?<!\\\\)\\\\{${length},}|(?:%5[cC]){${length}}|(?:\\\\u005[cC]){${length}})`;

/**
 * The text itself, or as JSON, URLs, shells and HTML write it, also one within the other; as a regular expression's source.
 * Nothing in it is without an end at its beginning, and no two neighbours take the same characters: a RUN that prints
 * nothing but backslashes must not keep us busy.
 */
function written(text: string): string {
  const parts = text.match(/\\+|\s+|[^\\\s]/gu) ?? [];
  return parts
    .map((part, at) => {
      const before = at > 0 && !parts[at - 1]?.startsWith('\\');
      if (part.startsWith('\\')) return backslashes(part.length);
      if (/^\s/.test(part)) return `(?:${[...part].map((char) => character(char, before)).join('')}|\\s+)`;
      return character(part, before);
    })
    .join('');
}

/** Of Base64, the alphabet for URLs too, and either of them in a URL or in JSON. */
const BASE64: Readonly<Record<string, string>> = { '+': '(?:[+-]|%2[bB])', '/': '(?:\\\\*/|_|%2[fF])' };
const base64 = (text: string): string => text.replace(/[+/]/g, (sign) => BASE64[sign] ?? sign);
const PART = '(?:[A-Za-z0-9+/_-])?';
const PADDING = '(?:=|%3[dD]){0,2}';
/** What `base64` and PEM break their lines at. */
const WIDTHS = [76, 64];
const SHORTEST_PIECE = 8;
/** What is longer is no secret that anybody wraps. */
const LONGEST_WRAPPED = 16_384;
const SHORTEST_BASE64 = 4;

/** The characters of Base64 that are this text's alone, wherever in a longer one it begins; its first and last may be shared. */
function encoded(bytes: Buffer): Form[] {
  const forms = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const shared = (offset + bytes.length) % 3 > 0;
    const own = whole.slice(offset === 0 ? 0 : offset + 1, shared ? -1 : undefined);
    return form(own, () => `${offset === 0 ? '' : PART}${base64(own)}${shared ? PART + PADDING : ''}`);
  });
  return forms.filter(({ size }) => size >= SHORTEST_BASE64);
}

/** The lines that a longer text has in Base64. */
function wrapped(bytes: Buffer): Form[] {
  const whole = bytes.toString('base64');
  const pieces = WIDTHS.flatMap((width) =>
    whole.length <= width || whole.length > LONGEST_WRAPPED
      ? []
      : Array.from({ length: Math.ceil(whole.length / width) }, (_, at) => whole.slice(at * width, (at + 1) * width)),
  );
  return pieces.map((piece) => form(piece, () => base64(piece))).filter(({ size }) => size >= SHORTEST_PIECE);
}

/** V8 compiles no pattern of any length ("Stack overflow" from some 8,000 characters on). */
const LONGEST_PATTERN = 2_048;

/** A secret in pieces that patterns can be made of, none of them short. What is found side by side is hidden as one. */
function* piecesOf(secret: string): Generator<string> {
  let rest = secret;
  while (rest.length > LONGEST_PATTERN) {
    const at = rest.length > 2 * LONGEST_PATTERN ? LONGEST_PATTERN : Math.ceil(rest.length / 2);
    // Never within a pair of surrogates.
    const cut = /[\udc00-\udfff]/.test(rest.charAt(at)) ? at + 1 : at;
    yield rest.slice(0, cut);
    rest = rest.slice(cut);
  }
  yield rest;
}

/** One way in which a secret may be written. */
export interface Form {
  /** Characters that every text with it has. To look for them takes far less time than to look for the pattern. */
  readonly anchor: string;
  /** The source of a regular expression. */
  source(): string;
  readonly size: number;
}

/** @param text what the form is made of; its letters and digits are written as they are */
function form(text: string, source: () => string): Form {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [];
  return { anchor: runs.reduce((a, b) => (b.length > a.length ? b : a), ''), source, size: text.length };
}

/** Where even letters are written as `%61`: pairs of digits are the same in either case. */
function percented(secret: string): Form {
  const pairs = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const runs = pairs.match(/(?:%\d\d)+/g) ?? ['%'];
  return {
    anchor: runs.reduce((a, b) => (b.length > a.length ? b : a)),
    source: () => percents(secret),
    size: secret.length,
  };
}

/** The forms in which a secret is looked for. */
export function formsOf(secret: string): Form[] {
  const pieces = [...new Set(piecesOf(secret))].flatMap((piece) => [
    form(piece, () => written(piece)),
    percented(piece),
    ...encoded(Buffer.from(piece)),
  ]);
  return [...pieces, ...wrapped(Buffer.from(secret))];
}

/** A set of characters. */
export interface CharacterSet {
  /** As part of a regular expression of JavaScript with the flag u. */
  source: string;
  has: (code: number) => boolean;
}

/** Go's POSIX classes, which are ASCII, as ranges. Source: Go, regexp/syntax. */
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};
/** Perl's classes, which mean ASCII in Go. */
const PERL: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };

/** Go's escapes for control characters. */
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Number of characters that are searched for a POSIX class. The longest is `[:^xdigit:]`. */
const LONGEST_CLASS = 16;
/** Number of characters that are searched for a Unicode name. */
const LONGEST_NAME = 48;

const quote = (code: number): string => `\\u{${code.toString(16)}}`;

export function singleCharacter(char: string): CharacterSet {
  const only = char.codePointAt(0) ?? 0;
  return { source: quote(only), has: (code) => code === only };
}

/** @param ranges the text between the brackets of a class in JavaScript */
export function characterSet(ranges: string): CharacterSet {
  const source = `[${ranges}]`;
  const expression = new RegExp(source, 'u');
  return { source, has: (code) => expression.test(String.fromCodePoint(code)) };
}

/** Ranges of all characters that are not in an ASCII class. */
function complement(ranges: string): string {
  const set = characterSet(ranges);
  const ascii = Array.from({ length: 128 }, (_, code) => code).filter((code) => !set.has(code));
  return `${ascii.map(quote).join('')}\\u{80}-\\u{10ffff}`;
}

/** Reads a class that begins with a backslash at `at`: Perl's (`\d`, `\S`), or Unicode's (`\pL`, `\P{Greek}`). */
export function readEscapedClass(chars: readonly string[], at: number): { ranges: string; end: number } | undefined {
  const letter = chars[at] === '\\' ? (chars[at + 1] ?? '') : '';
  if (letter === 'p' || letter === 'P') return unicodeClass(chars, at);
  const ranges = PERL[letter.toLowerCase()];
  if (ranges === undefined) return undefined;
  return { ranges: /[a-z]/.test(letter) ? ranges : complement(ranges), end: at + 2 };
}

/** Names of categories and scripts may be written in any case, since Go 1.25. */
function unicodeClass(chars: readonly string[], at: number): { ranges: string; end: number } | undefined {
  const text = chars.slice(at, at + LONGEST_NAME).join('');
  const [whole, letter, negated, long, short = ''] = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const lower = (long ?? short).toLowerCase();
  const name = lower.replace(/^[a-z]|_[a-z]/g, (first) => first.toUpperCase());
  const property = /^(?:[CLMNPSZ][a-z]?|Any)$/.test(name) ? name : `Script=${name}`;
  const ranges = `\\${(letter === 'p') === !negated ? 'p' : 'P'}{${property}}`;
  try {
    characterSet(ranges);
  } catch {
    return undefined;
  }
  return { ranges, end: at + whole.length };
}

/** Reads the character that an escape at `at` stands for; undefined if Go refuses the escape. */
export function readEscapedCharacter(chars: readonly string[], at: number): { code: number; end: number } | undefined {
  const char = chars[at + 1] ?? '';
  const control = CONTROL[char];
  if (control !== undefined) return { code: control, end: at + 2 };
  const rest = chars.slice(at + 1, at + 12).join('');
  // Go refuses a single digit: in other languages it would refer to a group.
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)?.[0];
  if (octal !== undefined) return { code: Number.parseInt(octal, 8), end: at + 1 + octal.length };
  const [hex, short, long = ''] = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest) ?? [];
  if (hex !== undefined) {
    const code = Number.parseInt(short ?? long, 16);
    return code > 0x10ffff ? undefined : { code, end: at + 1 + hex.length };
  }
  const isSign = char !== '' && /[^0-9A-Za-z\u0080-\u{10FFFF}]/u.test(char);
  return isSign ? { code: char.codePointAt(0) ?? 0, end: at + 2 } : undefined;
}

/** Reads the class whose bracket is at `at`; undefined if Go refuses it, because it is not closed or has a reversed range. */
export function readBracketClass(chars: readonly string[], at: number): { set: CharacterSet; end: number } | undefined {
  const character = (from: number): { code: number; end: number } | undefined =>
    chars[from] === '\\'
      ? readEscapedCharacter(chars, from)
      : chars[from] === undefined
        ? undefined
        : { code: chars[from]?.codePointAt(0) ?? 0, end: from + 1 };
  const first = chars[at + 1] === '^' ? at + 2 : at + 1;
  let ranges = '';
  let here = first;
  while (here === first || chars[here] !== ']') {
    const posix = posixClass(chars, here);
    if (posix) {
      if (posix.ranges === undefined) return undefined;
      ranges += posix.ranges;
      here = posix.end;
      continue;
    }
    const named = readEscapedClass(chars, here);
    if (named) {
      ranges += named.ranges;
      here = named.end;
      continue;
    }
    const low = character(here);
    const isRange = low && chars[low.end] === '-' && chars[low.end + 1] !== ']';
    const high = isRange ? character(low.end + 1) : low;
    if (!low || !high || low.code > high.code) return undefined;
    ranges += low.code === high.code ? quote(low.code) : `${quote(low.code)}-${quote(high.code)}`;
    here = high.end;
  }
  return { set: characterSet(`${first > at + 1 ? '^' : ''}${ranges}`), end: here + 1 };
}

/** Reads a POSIX class (`[:alpha:]`, `[:^alpha:]`). Its ranges are undefined if there is no class of this name. */
function posixClass(chars: readonly string[], at: number): { ranges: string | undefined; end: number } | undefined {
  if (chars[at] !== '[' || chars[at + 1] !== ':') return undefined;
  const [text, negated, name = ''] = /^\[:(\^?)(\w*):\]/.exec(chars.slice(at, at + LONGEST_CLASS).join('')) ?? [];
  // Go takes everything up to the next `:]` as the name.
  if (text === undefined) return chars.join('').includes(':]', at + 2) ? { ranges: undefined, end: at } : undefined;
  const ranges = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  return { ranges: ranges !== undefined && negated ? complement(ranges) : ranges, end: at + text.length };
}

/** Go's POSIX classes (ASCII), as code point ranges. Source: Go, regexp/syntax. */
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
/** Perl's classes mean ASCII in Go. */
const PERL: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };

/** Go's escapes of control characters. */
const CONTROL: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const quote = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * Translates the regular expressions that Docker makes of ignore patterns from Go's syntax to JavaScript's.
 * Undefined where Go refuses to compile it (a class that does not close, a range backwards, `\` before a letter).
 * @param source as moby/patternmatcher composes it: literals, escapes, classes, `.*`, `(...)?` and `[^/]*`
 */
export function translateGoRegExp(source: string): RegExp | undefined {
  const chars = [...source];
  let at = 0;
  let out = '';
  /** What a backslash makes of the next character: a sign means itself, other letters nothing that a pattern could want. */
  const escaped = (): string | undefined => {
    const char = chars[at++];
    const control = CONTROL[char ?? ''];
    if (control !== undefined) return control;
    return char !== undefined && /[^0-9A-Za-z\u0080-\u{10FFFF}]/u.test(char) ? char : undefined;
  };
  const classChar = (): string | undefined => {
    const char = chars[at++];
    return char === '\\' ? escaped() : char;
  };
  const parseClass = (): string | undefined => {
    let body = '';
    if (chars[at] === '^') {
      body = '^';
      at += 1;
    }
    for (let first = true; first || chars[at] !== ']'; first = false) {
      const posix = /^\[:(\^?)(\w+):\]/.exec(chars.slice(at, at + 12).join(''));
      const named = posix?.[2] === undefined ? undefined : POSIX[posix[2]];
      const perl = chars[at] === '\\' ? PERL[chars[at + 1] ?? ''] : undefined;
      if (posix && named !== undefined && !posix[1]) {
        at += posix[0].length;
        body += named;
        continue;
      }
      if (perl !== undefined) {
        at += 2;
        body += perl;
        continue;
      }
      const low = classChar();
      if (low === undefined) return undefined;
      let high = low;
      if (chars[at] === '-' && chars[at + 1] !== ']') {
        at += 1;
        const end = classChar();
        if (end === undefined) return undefined;
        high = end;
      }
      if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0)) return undefined;
      body += low === high ? quote(low) : `${quote(low)}-${quote(high)}`;
    }
    at += 1;
    return `[${body}]`;
  };
  while (at < chars.length) {
    const char = chars[at++] ?? '';
    if (char === '[') {
      const parsed = parseClass();
      if (parsed === undefined) return undefined;
      out += parsed;
    } else if (char === '\\') {
      const perl = PERL[chars[at] ?? ''];
      const sign = perl === undefined ? escaped() : '';
      if (sign === undefined) return undefined;
      if (perl !== undefined) at += 1;
      out += perl === undefined ? quote(sign) : `[${perl}]`;
    } else if (char === '.') {
      // In Go a dot is anything but a newline; in JavaScript it would not be a carriage return either.
      out += '[^\\n]';
    } else {
      out += '()*?^$'.includes(char) ? char : quote(char);
    }
  }
  try {
    return new RegExp(out, 'u');
  } catch {
    return undefined;
  }
}

/**
 * A test of names by Go's `filepath.Match` on Linux: `*` and `?` take anything but a slash, `[a-z]` a class, a backslash
 * escapes. Its time grows at most with pattern times name. Source: Go, path/filepath/match.go.
 * @returns undefined where the pattern is not well formed
 */
export function compilePath(pattern: string): ((name: string) => boolean) | undefined {
  const signs = readPattern(pattern);
  if (signs === undefined) return undefined;
  const special = (sign: Sign): boolean => typeof sign !== 'string';
  const first = signs.findIndex(special);
  const start = (first < 0 ? signs : signs.slice(0, first)).join('');
  const end = signs.slice(signs.findLastIndex(special) + 1).join('');
  const depth = signs.filter((sign) => sign === '/').length;
  // A context has many names: most are told apart by what costs little.
  return (name) => name.startsWith(start) && name.endsWith(end) && slashes(name) === depth && matches(signs, [...name]);
}

function slashes(name: string): number {
  let count = 0;
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) count += 1;
  return count;
}

/** One character as it is, `*`, or a test of one character. */
type Sign = string | { star: true } | { star: false; takes: (char: string) => boolean };

function readPattern(pattern: string): Sign[] | undefined {
  const chars = [...pattern];
  const signs: Sign[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') signs.push({ star: true });
    else if (char === '?') signs.push({ star: false, takes: (one) => one !== '/' });
    else if (char === '[') {
      const read = readClass(chars, at + 1);
      if (read === undefined) return undefined;
      signs.push({ star: false, takes: read.takes });
      at = read.end;
    } else if (char === '\\') {
      at += 1;
      const escaped = chars[at];
      if (escaped === undefined) return undefined;
      signs.push(escaped);
    } else signs.push(char);
  }
  return signs;
}

function readClass(
  chars: readonly string[],
  start: number,
): { takes: (char: string) => boolean; end: number } | undefined {
  const negated = chars[start] === '^';
  let at = negated ? start + 1 : start;
  const ranges: [string, string][] = [];
  const member = (): string | undefined => {
    let char = chars[at];
    if (char === '-' || char === ']') return undefined;
    if (char === '\\') {
      at += 1;
      char = chars[at];
    }
    at += 1;
    return chars[at] === undefined ? undefined : char;
  };
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = member();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (chars[at] === '-') {
      at += 1;
      high = member();
      if (high === undefined) return undefined;
    }
    ranges.push([low, high]);
  }
  const code = (char: string): number => char.codePointAt(0) ?? 0;
  const within = (char: string) => ranges.some(([low, high]) => code(low) <= code(char) && code(char) <= code(high));
  return { takes: (char) => char !== '/' && within(char) !== negated, end: at };
}

/** Only the last star is ever tried again: what an earlier one takes does not matter once a later one is reached. */
function matches(signs: readonly Sign[], chars: readonly string[]): boolean {
  let [sign, char] = [0, 0];
  let retry: { sign: number; char: number } | undefined;
  while (sign < signs.length || char < chars.length) {
    const wanted = signs[sign];
    const here = chars[char];
    if (typeof wanted === 'object' && wanted.star) {
      retry = { sign, char };
      sign += 1;
      continue;
    }
    const taken =
      wanted !== undefined &&
      here !== undefined &&
      (typeof wanted === 'string' ? wanted === here : !wanted.star && wanted.takes(here));
    if (taken) {
      sign += 1;
      char += 1;
      continue;
    }
    const skipped = retry && chars[retry.char];
    if (retry === undefined || skipped === undefined || skipped === '/') return false;
    retry = { sign: retry.sign, char: retry.char + 1 };
    [sign, char] = [retry.sign + 1, retry.char];
  }
  return true;
}

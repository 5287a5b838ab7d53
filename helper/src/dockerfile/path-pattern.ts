/**
 * Compiles a pattern of Go's `filepath.Match` on Linux: `*` and `?` match anything but a slash, `[a-z]` a class of characters,
 * a backslash escapes. The time for a name grows at most with the pattern's length times the name's. Source: Go,
 * path/filepath/match.go.
 * @returns a test of names; undefined where the pattern is not well formed
 */
export function compilePathPattern(pattern: string): ((name: string) => boolean) | undefined {
  const parts = readPattern(pattern);
  if (parts === undefined) return undefined;
  const special = (part: PatternPart): boolean => typeof part !== 'string';
  const first = parts.findIndex(special);
  const start = (first < 0 ? parts : parts.slice(0, first)).join('');
  const end = parts.slice(parts.findLastIndex(special) + 1).join('');
  const depth = parts.filter((part) => part === '/').length;
  // A context has many names: the cheap comparisons come first and rule out most of them.
  return (name) => name.startsWith(start) && name.endsWith(end) && slashes(name) === depth && matches(parts, [...name]);
}

function slashes(name: string): number {
  let count = 0;
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) count += 1;
  return count;
}

/** A part of a pattern: a literal character, `*`, or a test of one character. */
type PatternPart = string | { star: true } | { star: false; takes: (char: string) => boolean };

function readPattern(pattern: string): PatternPart[] | undefined {
  const chars = [...pattern];
  const parts: PatternPart[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') parts.push({ star: true });
    else if (char === '?') parts.push({ star: false, takes: (one) => one !== '/' });
    else if (char === '[') {
      const read = readClass(chars, at + 1);
      if (read === undefined) return undefined;
      parts.push({ star: false, takes: read.takes });
      at = read.end;
    } else if (char === '\\') {
      at += 1;
      const escaped = chars[at];
      if (escaped === undefined) return undefined;
      parts.push(escaped);
    } else parts.push(char);
  }
  return parts;
}

function readClass(
  chars: readonly string[],
  start: number,
): { takes: (char: string) => boolean; end: number } | undefined {
  const negated = chars[start] === '^';
  let at = negated ? start + 1 : start;
  const ranges: [string, string][] = [];
  const readMember = (): string | undefined => {
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
    const low = readMember();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (chars[at] === '-') {
      at += 1;
      high = readMember();
      if (high === undefined) return undefined;
    }
    ranges.push([low, high]);
  }
  const code = (char: string): number => char.codePointAt(0) ?? 0;
  const isInRange = (char: string) => ranges.some(([low, high]) => code(low) <= code(char) && code(char) <= code(high));
  return { takes: (char) => char !== '/' && isInRange(char) !== negated, end: at };
}

/** Backtracking goes to the last star only: once a later star is reached, another length for an earlier one changes nothing. */
function matches(parts: readonly PatternPart[], chars: readonly string[]): boolean {
  let [part, char] = [0, 0];
  let retry: { part: number; char: number } | undefined;
  while (part < parts.length || char < chars.length) {
    const wanted = parts[part];
    const here = chars[char];
    if (typeof wanted === 'object' && wanted.star) {
      retry = { part, char };
      part += 1;
      continue;
    }
    const taken =
      wanted !== undefined &&
      here !== undefined &&
      (typeof wanted === 'string' ? wanted === here : !wanted.star && wanted.takes(here));
    if (taken) {
      part += 1;
      char += 1;
      continue;
    }
    const skipped = retry && chars[retry.char];
    if (retry === undefined || skipped === undefined || skipped === '/') return false;
    retry = { part: retry.part, char: retry.char + 1 };
    [part, char] = [retry.part + 1, retry.char];
  }
  return true;
}

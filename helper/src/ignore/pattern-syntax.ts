/**
 * Whether Go's filepath.Match reports no error when it compares the pattern with `.`. Docker checks each pattern this way. Go
 * stops at the first part that does not match, so it does not notice an error after that part. Source: Go 1.26,
 * path/filepath/match.go.
 */
export function isWellFormed(pattern: string): boolean {
  let name = '.';
  for (let at = 0; at < pattern.length; ) {
    const from = skipStars(pattern, at);
    const isStar = from > at;
    if (isStar && from === pattern.length) return true;
    at = endOfPart(pattern, from);
    const part = pattern.slice(from, at);
    const isLast = at === pattern.length;
    const here = readPart(part, name);
    if (!here) return false;
    let left = here.matches && (here.left === '' || !isLast) ? here.left : undefined;
    if (left === undefined && isStar && name !== '') {
      // The star may have matched the dot.
      const behind = readPart(part, '');
      if (behind?.matches) left = behind.left;
    }
    if (left === undefined) return true;
    name = left;
  }
  return true;
}

function skipStars(pattern: string, at: number): number {
  let end = at;
  while (pattern[end] === '*') end += 1;
  return end;
}

/** Position of the next star that is not escaped and not in a class; the pattern's end if there is none. */
function endOfPart(pattern: string, from: number): number {
  let isInClass = false;
  for (let at = from; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (char === '*' && !isInClass) return at;
  }
  return pattern.length;
}

const DOT = 46;

/**
 * Compares a part without stars with a name. Undefined if the part has an error.
 * @param name either `.` or empty
 * @returns whether the name begins with the part, and the rest of the name
 */
function readPart(part: string, name: string): { matches: boolean; left: string } | undefined {
  let [matches, left] = [true, name];
  for (let at = 0; at < part.length; ) {
    matches &&= left !== '';
    left = '';
    if (part[at] === '[') {
      const found = readClass(part, at + 1);
      if (!found) return undefined;
      at = found.end;
      matches &&= found.hasDot;
      continue;
    }
    const isAny = part[at] === '?';
    if (part[at] === '\\') at += 1;
    if (at >= part.length) return undefined;
    matches &&= isAny || part[at] === '.';
    at += 1;
  }
  return { matches, left };
}

function readClass(part: string, from: number): { hasDot: boolean; end: number } | undefined {
  const isNegated = part[from] === '^';
  const first = isNegated ? from + 1 : from;
  let hasDot = false;
  let at = first;
  while (at === first || part[at] !== ']') {
    const low = readMember(part, at);
    const high = low && part[low.end] === '-' ? readMember(part, low.end + 1) : low;
    if (!low || !high) return undefined;
    hasDot ||= low.code <= DOT && DOT <= high.code;
    at = high.end;
  }
  return { hasDot: hasDot !== isNegated, end: at + 1 };
}

/** Reads a character of a class. More characters must follow it. */
function readMember(part: string, from: number): { code: number; end: number } | undefined {
  if (part[from] === '-' || part[from] === ']') return undefined;
  const at = part[from] === '\\' ? from + 1 : from;
  const code = part.codePointAt(at);
  const end = at + (code !== undefined && code > 0xffff ? 2 : 1);
  return code === undefined || end >= part.length ? undefined : { code, end };
}

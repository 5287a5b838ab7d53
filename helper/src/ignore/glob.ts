import { translateGoRegExp } from './go-regexp.ts';
import { linear } from './linear.ts';

/** With more stars JavaScript's own matching may take for ever; with fewer it is the faster one. */
const MOST_STARS = 3;

/** True where Go's filepath.Match takes the pattern, which is what Docker asks first. Source: Go, path/filepath/match.go. */
export function isWellFormed(pattern: string): boolean {
  let rest = pattern;
  const member = (): boolean => {
    if (rest === '' || rest[0] === '-' || rest[0] === ']') return false;
    if (rest[0] === '\\') rest = rest.slice(1);
    if (rest === '') return false;
    rest = rest.slice(1);
    return rest !== '';
  };
  while (rest !== '') {
    const char = rest[0];
    rest = rest.slice(1);
    if (char === '\\') {
      if (rest === '') return false;
      rest = rest.slice(1);
    }
    if (char !== '[') continue;
    if (rest[0] === '^') rest = rest.slice(1);
    for (let first = true; first || rest[0] !== ']'; first = false) {
      if (!member()) return false;
      if (rest[0] !== '-') continue;
      rest = rest.slice(1);
      if (!member()) return false;
    }
    rest = rest.slice(1);
  }
  return true;
}

/** How a pattern is matched: Docker takes the short way where there is one, and it differs from the long one. */
type Shape = 'exact' | 'prefix' | 'suffix' | 'regexp';

/** Go's regular expression for a pattern, as moby/patternmatcher (v0.6) composes it, and the shape it found. */
function compose(pattern: string): { shape: Shape; source: string } {
  const chars = [...pattern];
  let shape: Shape = 'exact';
  let source = '^';
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*' && chars[at + 1] === '*') {
      const first = at === 0;
      at += chars[at + 2] === '/' ? 2 : 1;
      if (at < chars.length - 1) {
        source += '(.*/)?';
        shape = 'regexp';
      } else if (shape === 'exact') {
        shape = 'prefix';
      } else {
        source += '.*';
        shape = 'regexp';
      }
      if (first) shape = 'suffix';
    } else if (char === '*' || char === '?') {
      source += char === '*' ? '[^/]*' : '[^/]';
      shape = 'regexp';
    } else if ('.+()|{}$'.includes(char)) {
      source += `\\${char}`;
    } else if (char === '\\') {
      at += 1;
      source += `\\${chars[at] ?? ''}`;
      shape = 'regexp';
    } else {
      source += char;
      if (char === '[' || char === ']') shape = 'regexp';
    }
  }
  return { shape, source: `${source}$` };
}

/**
 * Compiles one cleaned pattern (no `!`, no slash in front) to a test of a path relative to the context.
 * Undefined where Docker calls it a syntax error.
 */
export function compileGlob(pattern: string): ((path: string) => boolean) | undefined {
  if (!isWellFormed(pattern)) return undefined;
  const { shape, source } = compose(pattern);
  if (shape === 'exact') return (path) => path === pattern;
  if (shape === 'prefix') return (path) => path.startsWith(pattern.slice(0, -2));
  if (shape === 'suffix') {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const regExp = translateGoRegExp(source);
  if (regExp && pattern.replace(/\*+/g, '*').split('*').length - 1 > MOST_STARS) return linear(regExp);
  return regExp && ((path) => regExp.test(path));
}

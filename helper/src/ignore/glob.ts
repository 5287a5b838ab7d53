import { readGoRegExp } from './go-regexp.ts';
import { compilePathTest, type PathTest } from './path-test.ts';

/** How a pattern is matched: Docker takes the short way where there is one, and it differs from the long one. */
export type PatternShape = 'exact' | 'prefix' | 'suffix' | 'regexp';

/** What has a meaning of its own in a pattern, and what moby hands to Go's regular expressions as it is. */
export const SPECIAL_CHARACTERS = /[*?[\]\\]/;

/**
 * Go's regular expression for a pattern, as moby/patternmatcher (0.6) composes it, and the shape it found. Of the signs that it
 * means to escape it leaves `|`, `{` and `}`, which a byte of its table has no room for.
 */
export function composeGoRegExp(pattern: string): { shape: PatternShape; source: string } {
  if (!SPECIAL_CHARACTERS.test(pattern)) return { shape: 'exact', source: '' };
  // Go's scanner skips a byte order mark at the beginning.
  const chars = [...pattern.replace(/^\uFEFF/, '')];
  let shape: PatternShape = 'exact';
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
    } else if ('.+()$'.includes(char)) {
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
 * Undefined where Docker calls it a syntax error once it is asked.
 */
export function compileGlob(pattern: string): PathTest | undefined {
  const { shape, source } = composeGoRegExp(pattern);
  if (shape === 'exact') return (path) => path === pattern;
  if (shape === 'prefix') {
    const prefix = pattern.slice(0, -2);
    return (path) => path.startsWith(prefix);
  }
  if (shape === 'suffix') {
    // Go cuts off two bytes, and a byte order mark before the stars has three.
    if (!pattern.startsWith('**')) return () => false;
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const expression = readGoRegExp(source);
  return expression && compilePathTest(expression);
}

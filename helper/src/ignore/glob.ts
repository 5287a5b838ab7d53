import { readGoRegExp } from './go-regexp.ts';
import { compilePathTest, type PathTest } from './path-test.ts';

/** How a pattern is matched. Docker compares texts where it can, and the result may differ from its regular expression. */
type PatternShape = 'exact' | 'prefix' | 'suffix' | 'regexp';

/** Characters with a meaning of their own in a pattern. moby passes them on to Go's regular expressions. */
export const SPECIAL_CHARACTERS = /[*?[\]\\]/;

/**
 * Composes Go's regular expression for a pattern, and its shape, as moby/patternmatcher (0.6) does. moby means to escape `|`, `{`
 * and `}`, too, but does not: its table of characters to escape has no room for them.
 */
function composeGoRegExp(pattern: string): { shape: PatternShape; source: string } {
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
 * Compiles a cleaned pattern (without `!` and without a slash in front) into a test for paths relative to the context.
 * Undefined if Docker would report a syntax error when it tries the pattern.
 */
export function compileGlob(pattern: string): PathTest | undefined {
  const { shape, source } = composeGoRegExp(pattern);
  if (shape === 'exact') return (path) => path === pattern;
  if (shape === 'prefix') {
    const prefix = pattern.slice(0, -2);
    return (path) => path.startsWith(prefix);
  }
  if (shape === 'suffix') {
    // Go cuts off the first two bytes. A byte order mark before the stars has three, so nothing sensible is left.
    if (!pattern.startsWith('**')) return () => false;
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
  }
  const expression = readGoRegExp(source);
  return expression && compilePathTest(expression);
}

/** The characters of Go's `unicode.IsSpace`. JavaScript's `trim` differs: it includes the byte order mark and leaves out U+0085. */
const ANY_SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export const isSpace = (char: string): boolean => ANY_SPACE.test(char);
export const hasSpace = (text: string): boolean => ANY_SPACE.test(text);

/** Go's `strings.TrimLeftFunc(text, unicode.IsSpace)`. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** Go's `strings.TrimSpace`. */
export function trim(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return trimStart(text.slice(0, end));
}

/** The characters that separate the words of a line. */
const BLANKS = '\t\v\f\r ';
export const isBlank = (char: string): boolean => char !== '' && BLANKS.includes(char);

/** Splits a text at its first run of blanks; `after` is undefined where it has none. */
export function cutAtBlanks(text: string): { before: string; after: string | undefined } {
  let start = 0;
  while (start < text.length && !isBlank(text.charAt(start))) start += 1;
  if (start === text.length) return { before: text, after: undefined };
  let end = start;
  while (isBlank(text.charAt(end))) end += 1;
  return { before: text.slice(0, start), after: text.slice(end) };
}

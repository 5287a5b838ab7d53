/** The characters of Go's `unicode.IsSpace`. JavaScript's `trim` differs: it includes the byte order mark and leaves out U+0085. */
const ANY_SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export const isGoSpace = (char: string): boolean => ANY_SPACE.test(char);
export const hasGoSpace = (text: string): boolean => ANY_SPACE.test(text);

/** Go's `strings.TrimLeftFunc(text, unicode.IsSpace)`. */
export function trimGoSpaceStart(text: string): string {
  let start = 0;
  while (start < text.length && isGoSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** Go's `strings.TrimSpace`. */
export function trimGoSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isGoSpace(text.charAt(end - 1))) end -= 1;
  return trimGoSpaceStart(text.slice(0, end));
}

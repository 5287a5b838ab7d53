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

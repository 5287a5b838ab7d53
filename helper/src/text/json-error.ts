/** What JSON.parse says that quotes a piece of the text, in all versions of V8. */
const QUOTES = /^Unexpected token/;
const PLACE = / at position \d+(?: \(line \d+ column \d+\))?/;

/** What is wrong with a text that should be JSON, without any piece of it: that may be a secret, or of a file that is not meant. */
export function jsonComplaint(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return QUOTES.test(text) ? `not what JSON looks like${PLACE.exec(text)?.[0] ?? ''}` : text;
}

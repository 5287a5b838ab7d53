/** The messages of JSON.parse that quote a piece of the text begin so in all versions of V8. */
const QUOTES = /^Unexpected token/;
const PLACE = / at position \d+(?: \(line \d+ column \d+\))?/;

/**
 * Says what is wrong with a text that should be JSON. It quotes nothing of the text, because that may be a secret, or come
 * from a file that was named by mistake.
 */
export function jsonComplaint(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return QUOTES.test(text) ? `not what JSON looks like${PLACE.exec(text)?.[0] ?? ''}` : text;
}

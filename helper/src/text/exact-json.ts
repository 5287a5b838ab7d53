/** A number of JSON that JavaScript would write otherwise: 1.10, 12345678901234567. It is written as it was read. */
export class ExactNumber {
  constructor(readonly digits: string) {}
}

/** Texts and numbers of a valid JSON text. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Parses JSON; a number whose digits JavaScript would change is an ExactNumber.
 * @throws SyntaxError as JSON.parse does
 */
export function parseExact(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  const isPlain = (token: string): boolean => token.startsWith('"') || String(Number(token)) === token;
  if ((text.match(TOKENS) ?? []).every(isPlain)) return parsed;
  const mark = absentFrom(JSON.stringify(parsed));
  const marked = text.replace(TOKENS, (token) => (isPlain(token) ? token : `"${mark}${token}"`));
  return JSON.parse(marked, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
  );
}

/** Writes JSON, the numbers of `parseExact` with their own digits. */
export function writeExact(value: unknown): string {
  const mark = absentFrom(JSON.stringify(value));
  const marked = JSON.stringify(value, (_name, inner: unknown) =>
    inner instanceof ExactNumber ? `${mark}${inner.digits}` : inner,
  );
  return marked.replace(new RegExp(`"${mark}(-?\\d[\\d.eE+-]*)"`, 'g'), '$1');
}

/** Something that no text of this JSON has in it, so that a text that begins with it is ours. */
function absentFrom(json: string): string {
  let mark = '#';
  while (json.includes(mark)) mark += '#';
  return mark;
}

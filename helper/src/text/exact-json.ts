/**
 * A number that JavaScript would write with other digits than its source has: 1.10, 12345678901234567, 1e3. It keeps the
 * source's digits.
 */
export class ExactNumber {
  constructor(readonly digits: string) {}

  toString(): string {
    return this.digits;
  }
}

/** True where JavaScript writes the number with the digits that its source has. */
export const isWrittenAlike = (digits: string): boolean => String(Number(digits)) === digits;

/** Texts and numbers of a valid JSON text. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Parses JSON; a number whose digits JavaScript would change is an ExactNumber.
 * @throws SyntaxError as JSON.parse does
 */
export function parseExact(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  const isUnchanged = (token: string): boolean => token.startsWith('"') || isWrittenAlike(token);
  if ((text.match(TOKENS) ?? []).every(isUnchanged)) return parsed;
  const prefix = absentFrom(JSON.stringify(parsed));
  const quoted = text.replace(TOKENS, (token) => (isUnchanged(token) ? token : `"${prefix}${token}"`));
  return JSON.parse(quoted, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(prefix) ? new ExactNumber(value.slice(prefix.length)) : value,
  );
}

/** Writes JSON; an ExactNumber keeps its digits. */
export function writeExact(value: unknown): string {
  const prefix = absentFrom(JSON.stringify(value));
  const quoted = JSON.stringify(value, (_name, inner: unknown) =>
    inner instanceof ExactNumber ? `${prefix}${inner.digits}` : inner,
  );
  return quoted.replace(new RegExp(`"${prefix}(-?\\d[\\d.eE+-]*)"`, 'g'), '$1');
}

/**
 * Parses a file of parameters. A number that stands directly in the outermost map is read as by `parseExact`. A number
 * inside a list or a map becomes a text with the source's digits, because parameters of these types take texts.
 * @throws SyntaxError as JSON.parse does
 */
export function parseParameters(text: string): unknown {
  const parsed = parseExact(text);
  if (!isCollection(parsed) || Array.isArray(parsed)) return JSON.parse(text);
  return mapEntries(parsed, (value) => (isCollection(value) ? numbersAsTexts(value) : value));
}

function numbersAsTexts(value: unknown): unknown {
  if (typeof value === 'number' || value instanceof ExactNumber) return String(value);
  if (Array.isArray(value)) return value.map(numbersAsTexts);
  return isCollection(value) ? mapEntries(value, numbersAsTexts) : value;
}

const isCollection = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

const mapEntries = (map: object, change: (value: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));

/** A text that occurs nowhere in this JSON: a value that begins with it must be one that was put in. */
function absentFrom(json: string): string {
  let prefix = '#';
  while (json.includes(prefix)) prefix += '#';
  return prefix;
}

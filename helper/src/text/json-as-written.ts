import { isKept, WrittenNumber } from './written-number.ts';

/** Texts, numbers and what opens or closes a map or a list: all of a valid JSON text that matters here. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]/g;

/**
 * Parses JSON without changing a number. In a map or a list within the outermost map a number is a text, as it was
 * written; a value of the outermost map stays a number, and is a WrittenNumber where JavaScript would change its digits.
 * @throws SyntaxError as JSON.parse does
 */
export function parseAsWritten(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed;
  let depth = 0;
  const quoted = text.replace(TOKENS, (token) => {
    if (/^[[{]/.test(token)) depth += 1;
    else if (/^[\]}]/.test(token)) depth -= 1;
    else if (/^[-\d]/.test(token)) return depth > 1 || !isKept(token) ? `"${token}"` : token;
    return token;
  });
  const written: object = JSON.parse(quoted);
  const given = new Map(Object.entries(parsed));
  const restore = ([name, value]: [string, unknown]): [string, unknown] =>
    typeof value === 'string' && typeof given.get(name) === 'number' ? [name, new WrittenNumber(value)] : [name, value];
  return Object.fromEntries(Object.entries(written).map(restore));
}

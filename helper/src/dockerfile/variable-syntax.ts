/** Why a text cannot be expanded: it is not well formed, or uses a variable whose value is not known. */
export class LexError extends Error {}

/** The name of a variable that begins at a place of a text; empty where none does. */
export function variableNameAt(chars: readonly string[], start: number): string {
  const first = chars[start] ?? '';
  const isDigit = /^\p{Nd}$/u.test(first);
  if (!isDigit && first !== '' && '@*#?-$!'.includes(first)) return first;
  const belongs = isDigit ? /^\p{Nd}$/u : /^[\p{L}\p{Nd}_]$/u;
  let name = '';
  for (let at = start; at < chars.length && belongs.test(chars[at] ?? ''); at += 1) name += chars[at];
  return name;
}

/** What follows the name in `${NAME:-word}`. */
interface Modifier {
  /** `-`, `+`, `?`, or a sign that replaces patterns. */
  sign: string;
  /** True where a colon precedes the sign: then an empty value counts as unset. */
  colon: boolean;
  word: string;
}

/**
 * What `${NAME:-word}` gives for a variable's value.
 * @throws LexError where `?` demands a value, and for patterns such as `${NAME#...}`: these are rare and not expanded here
 */
export function applyModifier({ sign, colon, word }: Modifier, value: string | undefined): string {
  const isSet = value !== undefined && !(colon && value === '');
  if (sign === '-') return isSet ? (value ?? '') : word;
  if (sign === '+') return isSet ? word : '';
  if (sign === '?' && isSet) return value ?? '';
  throw new LexError();
}

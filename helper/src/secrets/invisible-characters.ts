// Some characters take no room on the screen: zero-width spaces and joiners, soft hyphens, byte order marks, variation
// selectors, tags. Unicode calls them default ignorable (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
// Someone who sees a secret with such a character in it knows the secret. So texts are searched without them, in whatever form
// they are written: as they are, or as JSON, URLs, HTML and programs write them.

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
const INVISIBLES = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]+/gu;
/** A quick test for written forms of characters: almost no line has one. */
const MAY_HAVE_CODES = /\\[ux]|%[c-fC-F][\da-fA-F]%|&[#A-Za-z]/;
const CODES =
  /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]+|\\u\{[\da-fA-F]{2,6}\}|\\u[dD][89abAB][\da-fA-F]{2}\\{1,8}u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|(?:%|\\x)[c-fC-F][\da-fA-F](?:(?:%|\\{1,8}x)[89abAB][\da-fA-F]){1,3}|&(?:#[xX]?[\da-fA-F]{2,6}|shy|ZeroWidthSpace|zwn?j|[lr]rm|NoBreak|af|it|ic);/gu;

/** The characters that a match of CODES stands for. */
function decodeMatch(code: string): string {
  const units = [...code.matchAll(/u\{?([\da-fA-F]+)/g)].map(([, hex = '']) => Number.parseInt(hex, 16));
  if (code.startsWith('\\u')) return units.length > 1 ? String.fromCharCode(...units) : characterOf(units[0]);
  if (/^[%\\]/.test(code)) return Buffer.from(code.replace(/[%\\x]/g, ''), 'hex').toString('utf8');
  const [, hex, decimal] = /^&#(?:[xX]([\da-fA-F]+)|(\d+));/.exec(code) ?? [];
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  if (decimal !== undefined) return characterOf(Number(decimal));
  // What is left is a named entity of HTML, or the character as it is.
  return code.startsWith('&#') ? code : '\u200b';
}

const characterOf = (point = 0): string => (point <= 0x10ffff ? String.fromCodePoint(point) : '');

/** A text without its invisible characters. */
interface VisibleText {
  readonly text: string;
  /** @returns where the character at this index of `text` is in the original text */
  placeOf(at: number): number;
}

/** A value without invisible characters. */
export const visibleText = (text: string): string => text.replace(INVISIBLES, '');

/** A text without invisible characters, in whatever form they are written. Undefined where it has none, as almost every text. */
export function visibleTextWithPlaces(text: string): VisibleText | undefined {
  if (!MAY_HAVE_CODES.test(text) && !INVISIBLE.test(text)) return undefined;
  const [places, removed]: [number[], number[]] = [[], []];
  let [shown, last, total] = ['', 0, 0];
  for (const { 0: code, index } of text.matchAll(CODES)) {
    if (!INVISIBLE.test(decodeMatch(code))) continue;
    let start = index;
    // JSON within JSON doubles the backslashes.
    while (code.startsWith('\\') && start > last && text[start - 1] === '\\') start -= 1;
    shown += text.slice(last, start);
    last = index + code.length;
    total += last - start;
    places.push(shown.length);
    removed.push(total);
  }
  if (total === 0) return undefined;
  const placeOf = (at: number): number => {
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return at + (removed[low - 1] ?? 0);
  };
  return { text: shown + text.slice(last), placeOf };
}

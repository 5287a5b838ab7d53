import { formsOf, type WrittenForm } from './encodings.ts';
import { visibleText, visibleTextWithPlaces } from './invisible-characters.ts';
import { secretsInsideSecret } from './recognise-secrets.ts';

/** A shorter value is not hidden: it is a part of many ordinary words and numbers. Characters. */
export const SHORTEST_SECRET = 4;
/** A shorter line of a secret with several lines is not hidden by itself: JSON, YAML and keys have lines that are in every log. */
const SHORTEST_LINE = 8;
/** The least and the most characters that are compared to find the beginning of a secret that was cut. */
const SHORTEST_BEGINNING = 6;
const LONGEST_BEGINNING = 512;
/** Words that are never hidden. */
const TRIVIAL = /^(?:true|false|null|none|undefined|yes|no|on|off|auto|default|enabled?|disabled?|\*+)$/i;

/** True for a value that the mask hides; false for one that is too short, or a common word. */
export function isMaskable(value: string): boolean {
  const text = visibleText(value).trim();
  return text.length >= SHORTEST_SECRET && !TRIVIAL.test(text);
}

/** A value and, where it has several lines, each of its longer lines. */
function partsOf(value: string): string[] {
  const whole = value.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  return [
    whole.replace(/\r\n/g, '\n'),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : []),
  ];
}

/** Hides secrets in texts. More secrets may be added at any time. */
export class Mask {
  readonly #secrets = new Set<string>();
  readonly #forms: WrittenForm[] = [];
  readonly #patterns = new Map<WrittenForm, RegExp>();

  constructor(values: readonly string[] = []) {
    this.add(values);
  }

  /** Hides these values from now on: as they are, each of their lines, and as JSON, URLs, shells and Base64 write them. */
  add(values: readonly string[]): void {
    // With its invisible characters a value is looked for only because of Base64: other texts are searched without them.
    for (const part of values.filter(isMaskable).flatMap((value) => [value, visibleText(value)].flatMap(partsOf))) {
      if (this.#secrets.has(part)) continue;
      this.#secrets.add(part);
      this.#forms.push(...formsOf(part));
    }
  }

  /** Hides a value and, where it is JSON, settings or an address, the secrets in it. */
  learn(value: string): void {
    this.add([value, ...secretsInsideSecret(value)]);
  }

  /**
   * The text with `****` in place of each secret; secrets that overlap are replaced together. Call it before a text is cut:
   * half a secret is not found.
   * @param before the beginning of a longer text of which `text` is the rest; it is not returned
   */
  hide(text: string, before = ''): string {
    const whole = before + text;
    const spans = this.#spans(whole);
    if (spans.length === 0) return text;
    let shown = '';
    let at = before.length;
    for (const [start, end] of spans) {
      if (end <= before.length) continue;
      shown += `${whole.slice(at, Math.max(at, start))}****`;
      at = end;
    }
    return shown + whole.slice(at);
  }

  /** True where a text has a secret in it. */
  holds(text: string): boolean {
    return this.#spans(text).length > 0;
  }

  /** The places of secrets, in order. Those that touch are joined. Invisible characters within a secret do not hide it. */
  #spans(text: string): [number, number][] {
    if (this.#forms.length === 0) return [];
    const shown = visibleTextWithPlaces(text);
    const found = this.#occurrences(text);
    for (const [start, end] of shown ? this.#occurrences(shown.text) : [])
      found.push([shown?.placeOf(start) ?? start, (shown?.placeOf(end - 1) ?? end - 1) + 1]);
    found.push(...this.#beginnings(text));
    found.sort(([a], [b]) => a - b);
    const joined: [number, number][] = [];
    for (const [start, end] of found) {
      const last = joined.at(-1);
      if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    return joined;
  }

  /** Beginnings of secrets in a text that somebody else has cut with an ellipsis: `-----BEGIN PRIVATE KEY-----\\nMIGHAg...`. */
  #beginnings(text: string): [number, number][] {
    const found: [number, number][] = [];
    for (const { index } of text.includes('...') ? text.matchAll(/\.{3,}/g) : [])
      for (const secret of this.#secrets) {
        const from = Math.max(0, index - Math.min(secret.length, LONGEST_BEGINNING));
        const at = text.slice(from, index).indexOf(secret.slice(0, SHORTEST_BEGINNING));
        if (at >= 0 && secret.length > SHORTEST_BEGINNING && secret.startsWith(text.slice(from + at, index)))
          found.push([from + at, index]);
      }
    return found;
  }

  #occurrences(text: string): [number, number][] {
    const found: [number, number][] = [];
    for (const form of this.#forms)
      if (text.includes(form.anchor)) for (const span of occurrences(this.#pattern(form), text)) found.push(span);
    return found;
  }

  #pattern(form: WrittenForm): RegExp {
    const known = this.#patterns.get(form) ?? new RegExp(form.source(), 'g');
    this.#patterns.set(form, known);
    return known;
  }
}

/**
 * Longer matches are not searched for another match that begins within them. Only a text that repeats itself has one, and in such a
 * text the search takes too long. Characters.
 */
const LONGEST_OVERLAP = 256;

/** All matches of a pattern, also those that begin within another match. */
function* occurrences(pattern: RegExp, text: string): Generator<[number, number]> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { length } = match[0];
    yield [match.index, match.index + length];
    pattern.lastIndex = match.index + (length < LONGEST_OVERLAP ? 1 : length);
  }
}

/** A value in which the secrets of every text are hidden. Keys of maps stay as they are. */
export function hideDeep(value: unknown, mask: Pick<Mask, 'hide'>): unknown {
  if (typeof value === 'string') return mask.hide(value);
  if (Array.isArray(value)) return value.map((one) => hideDeep(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hideDeep(one, mask)]));
}

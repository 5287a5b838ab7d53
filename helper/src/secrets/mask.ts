import { type Form, formsOf } from './encodings.ts';
import { visible, withoutInvisible } from './invisible-characters.ts';
import { secretsWithin } from './recognise-secrets.ts';

/** Shorter values would hide parts of ordinary words and numbers, and protect nothing. */
export const SHORTEST = 4;
/** A line of a longer secret: JSON, YAML and keys have short ones that are in every log. */
const SHORTEST_LINE = 8;
/** What is taken for the beginning of a secret, and how much of one is looked for. Characters. */
const SHORTEST_BEGINNING = 6;
const LONGEST_BEGINNING = 512;
/** Words that are nobody's secret. */
const TRIVIAL = /^(?:true|false|null|none|undefined|yes|no|on|off|auto|default|enabled?|disabled?|\*+)$/i;

/** True where a value is hidden when it is given as one. */
export function isMaskable(value: string): boolean {
  const text = visible(value).trim();
  return text.length >= SHORTEST && !TRIVIAL.test(text);
}

/** A value and, where it has several lines, each of them. */
function partsOf(value: string): string[] {
  const whole = value.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  return [
    whole.replace(/\r\n/g, '\n'),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : []),
  ];
}

/** Hides secrets in texts. More may become known on the way. */
export class Mask {
  readonly #secrets = new Set<string>();
  readonly #forms: Form[] = [];
  readonly #patterns = new Map<Form, RegExp>();

  constructor(values: readonly string[] = []) {
    this.add(values);
  }

  /** From now on these are hidden, too: the value, its lines, and what JSON, URLs, shells and Base64 make of them. */
  add(values: readonly string[]): void {
    // With what does not show in it, it is in no text that is looked at but for Base64.
    for (const part of values.filter(isMaskable).flatMap((value) => [value, visible(value)].flatMap(partsOf))) {
      if (this.#secrets.has(part)) continue;
      this.#secrets.add(part);
      this.#forms.push(...formsOf(part));
    }
  }

  /** Hides a secret's value and, where that is JSON, settings or an address, the secrets in it. */
  learn(value: string): void {
    this.add([value, ...secretsWithin(value)]);
  }

  /**
   * The text with `****` for each secret; where several overlap, for all of them together. To be called before a text is
   * cut: half a secret is found no more.
   * @param before what stood before it where the text is the rest of a longer one; no part of what is returned
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

  /** Where secrets are, in order, those that touch joined; whatever stands within them that does not show. */
  #spans(text: string): [number, number][] {
    if (this.#forms.length === 0) return [];
    const shown = withoutInvisible(text);
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

  /** Beginnings of secrets where somebody has cut a text before it came here: `-----BEGIN PRIVATE KEY-----\\nMIGHAg...`. */
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

  #pattern(form: Form): RegExp {
    const known = this.#patterns.get(form) ?? new RegExp(form.source(), 'g');
    this.#patterns.set(form, known);
    return known;
  }
}

/** What is as long begins in itself only where it is one and the same again and again: to look for that takes for ever. */
const NOT_WITHIN_ITSELF = 256;

/** All of them, also those that begin within another one. */
function* occurrences(pattern: RegExp, text: string): Generator<[number, number]> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { length } = match[0];
    yield [match.index, match.index + length];
    pattern.lastIndex = match.index + (length < NOT_WITHIN_ITSELF ? 1 : length);
  }
}

/** A value with every text in it hidden, keys aside. */
export function hideDeep(value: unknown, mask: Pick<Mask, 'hide'>): unknown {
  if (typeof value === 'string') return mask.hide(value);
  if (Array.isArray(value)) return value.map((one) => hideDeep(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hideDeep(one, mask)]));
}

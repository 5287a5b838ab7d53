/**
 * How a word is read.
 * @typedef {object} Reading
 * @property {boolean} [raw] quotes, escapes and variables without a value stay as they are written
 * @property {boolean} [quotes] false: quotes mean nothing, as in a heredoc's body
 */

/**
 * Puts variables into a word of a Dockerfile, and takes its quotes and escapes away, as BuildKit's `ProcessWord` does.
 * @param {string} word
 * @param {ReadonlyMap<string, string>} values
 * @param {Reading} [reading]
 * @returns {string}
 * @throws {Error} worded as BuildKit words it
 */
export function expand(word, values, { raw = false, quotes = true } = {}) {
  const result = new Reader(word, values, raw, quotes).read('');
  return result;
}

class Reader {
  #at = 0;
  #text;
  #values;
  #raw;
  #quotes;

  /**
   * @param {string} text
   * @param {ReadonlyMap<string, string>} values
   * @param {boolean} raw
   * @param {boolean} quotes
   */
  constructor(text, values, raw, quotes) {
    this.#text = text;
    this.#values = values;
    this.#raw = raw;
    this.#quotes = quotes;
  }

  /** @param {string} end sign to stop behind; empty: the text's end */
  read(end) {
    let result = '';
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] ?? '';
      if (sign === end) {
        this.#at++;
        return result;
      }
      if (sign === '$') result += this.#variable();
      else if (this.#quotes && sign === "'") result += this.#single();
      else if (this.#quotes && sign === '"') result += this.#double();
      else if (sign === '\\') {
        result += (this.#raw ? sign : '') + (this.#text[this.#at + 1] ?? '');
        this.#at += 2;
      } else {
        result += sign;
        this.#at++;
      }
    }
    if (end !== '') throw new Error("syntax error: missing '}'");
    return result;
  }

  #single() {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new Error('unexpected end of statement while looking for matching single-quote');
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#raw ? `'${inner}'` : inner;
  }

  #double() {
    let result = this.#raw ? '"' : '';
    this.#at++;
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) throw new Error('unexpected end of statement while looking for matching double-quote');
      if (sign === '$') {
        result += this.#variable();
        continue;
      }
      this.#at++;
      if (sign === '"') return this.#raw ? `${result}"` : result;
      const next = this.#text[this.#at] ?? '';
      if (sign === '\\' && '"$\\'.includes(next) && next !== '') {
        result += (this.#raw ? sign : '') + next;
        this.#at++;
      } else result += sign;
    }
  }

  #variable() {
    this.#at++;
    if (this.#text[this.#at] !== '{') {
      const name = this.#name();
      return name === '' ? '$' : (this.#values.get(name) ?? (this.#raw ? `$${name}` : ''));
    }
    this.#at++;
    const name = this.#name();
    if (name === '') throw new Error('syntax error: bad substitution');
    const value = this.#values.get(name);
    const modifier = /^:?[-+?]|^}/.exec(this.#text.slice(this.#at))?.[0];
    if (modifier === undefined) throw new Error(`unsupported modifier (${this.#text[this.#at]}) in substitution`);
    this.#at += modifier.length;
    if (modifier === '}') return value ?? (this.#raw ? `\${${name}}` : '');
    const word = this.read('}');
    if (this.#raw && value === undefined) return `\${${name}${modifier}${word}}`;
    const present = value !== undefined && !(modifier.startsWith(':') && value === '');
    if (modifier.endsWith('+')) return present ? word : '';
    if (modifier.endsWith('?') && !present)
      throw new Error(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
    return present ? value : modifier.endsWith('-') ? word : '';
  }

  #name() {
    const name = /^(?:\d+|[@*#?\-$!]|\w+)?/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    // `$-` and its like are the shell's own: only names are variables of a Dockerfile.
    if (!/^\w+$/.test(name)) return '';
    this.#at += name.length;
    return name;
  }
}

export interface ExpandOptions {
  /** Quotes, escapes and variables without a value stay as written. */
  readonly raw?: boolean;
  /** False where quotes have no meaning, as in the body of a heredoc. */
  readonly quotes?: boolean;
}

/**
 * Replaces the variables in a word of a Dockerfile, and removes its quotes and escapes, as BuildKit's `ProcessWord`
 * does.
 * @throws Error in BuildKit's words
 */
export function expandWord(
  word: string,
  values: ReadonlyMap<string, string>,
  { raw = false, quotes = true }: ExpandOptions = {},
): string {
  return new WordReader(word, values, raw, quotes).read('');
}

class WordReader {
  #at = 0;
  readonly #text: string;
  readonly #values: ReadonlyMap<string, string>;
  readonly #raw: boolean;
  readonly #quotes: boolean;

  constructor(text: string, values: ReadonlyMap<string, string>, raw: boolean, quotes: boolean) {
    this.#text = text;
    this.#values = values;
    this.#raw = raw;
    this.#quotes = quotes;
  }

  /**
   * Reads on.
   * @param end the sign behind which it stops; empty for the end of the text
   */
  read(end: string): string {
    let result = '';
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] ?? '';
      if (sign === end) {
        this.#at++;
        return result;
      }
      if (sign === '$') result += this.#readVariable();
      else if (this.#quotes && sign === "'") result += this.#readSingleQuoted();
      else if (this.#quotes && sign === '"') result += this.#readDoubleQuoted();
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

  #readSingleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new Error('unexpected end of statement while looking for matching single-quote');
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#raw ? `'${inner}'` : inner;
  }

  #readDoubleQuoted(): string {
    let result = this.#raw ? '"' : '';
    this.#at++;
    for (;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) throw new Error('unexpected end of statement while looking for matching double-quote');
      if (sign === '$') {
        result += this.#readVariable();
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

  #readVariable(): string {
    this.#at++;
    if (this.#text[this.#at] !== '{') {
      const name = this.#readName();
      return name === '' ? '$' : (this.#values.get(name) ?? (this.#raw ? `$${name}` : ''));
    }
    this.#at++;
    const name = this.#readName();
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

  #readName(): string {
    const name = /^(?:\d+|[@*#?\-$!]|\w+)?/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    // `$-`, `$?` and others belong to the shell: in a Dockerfile only names are variables.
    if (!/^\w+$/.test(name)) return '';
    this.#at += name.length;
    return name;
  }
}

import { hasSpace, isSpace } from './white-space.ts';

/** How words are read, and what variables are worth. */
export interface LexOptions {
  /** Quotes stay in the words. */
  rawQuotes?: boolean;
  /** Backslashes stay, with what they escape. */
  rawEscapes?: boolean;
  /** The value of a variable; undefined where it has none, or none that is known. */
  lookUp?: (name: string) => string | undefined;
  /** What becomes of a variable without value: its text stays, or the whole text is given up. */
  unset: 'stays' | 'gives up' | 'is empty';
}

/** The text is not well formed, or uses what is not known. */
class GivenUp extends Error {}

/** No person writes `${a:-${b:-...}}` so deep. */
const DEEPEST = 50;
/** Characters that variables may add to one text: `ENV A=$A$A` doubles on every line. */
const MOST_ADDED = 10_000;

/**
 * Expands variables and takes quotes and escapes away, as BuildKit's shell.Lex does.
 * @returns the text, and its words; undefined where it is not well formed
 */
export function lex(text: string, options: LexOptions): { text: string; words: string[] } | undefined {
  try {
    return new Lexer(text, options).until(undefined, options.rawEscapes === true, 0);
  } catch (error) {
    if (error instanceof GivenUp) return undefined;
    throw error;
  }
}

/** Collects words: what comes from quotes and escapes is never parted. */
class Words {
  readonly done: string[] = [];
  #word = '';

  put(text: string): void {
    if (!hasSpace(text)) {
      this.#word += text;
      return;
    }
    for (const char of text) {
      if (!isSpace(char)) this.#word += char;
      else this.end();
    }
  }

  putWhole(text: string): void {
    this.#word += text;
  }

  forget(): void {
    this.#word = '';
  }

  end(): string[] {
    if (this.#word !== '') this.done.push(this.#word);
    this.#word = '';
    return this.done;
  }
}

class Lexer {
  readonly #chars: readonly string[];
  #at = 0;
  /** BuildKit's words share one buffer, which the words within `${...}` empty. */
  #emptied = false;
  #added = 0;

  constructor(
    text: string,
    readonly options: LexOptions,
  ) {
    this.#chars = [...text];
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string | undefined {
    const char = this.#chars[this.#at];
    this.#at += 1;
    return char;
  }

  /** Reads on to `stop`, or to the end where it is undefined. */
  until(stop: string | undefined, rawEscapes: boolean, depth: number): { text: string; words: string[] } {
    if (depth > DEEPEST) throw new GivenUp();
    const words = new Words();
    let text = '';
    const take = (piece: string, whole: boolean): void => {
      if (this.#emptied) words.forget();
      this.#emptied = false;
      text += piece;
      if (whole) words.putWhole(piece);
      else words.put(piece);
    };
    for (let char = this.#peek(); char !== undefined; char = this.#peek()) {
      if (char === stop) {
        this.#at += 1;
        return { text, words: words.end() };
      }
      if (char === "'") take(this.#singleQuoted(), true);
      else if (char === '"') take(this.#doubleQuoted(rawEscapes, depth), true);
      else if (char === '<') take(this.#heredocSign(), true);
      else if (char === '$') take(this.#variable(depth), false);
      else if (char === '\\') {
        this.#at += 1;
        if (rawEscapes) take(char, true);
        const escaped = this.#next();
        if (escaped === undefined) break;
        take(escaped, true);
      } else {
        this.#at += 1;
        take(char, false);
      }
    }
    if (stop !== undefined) throw new GivenUp();
    return { text, words: words.end() };
  }

  #singleQuoted(): string {
    const from = this.#at;
    const end = this.#chars.indexOf("'", from + 1);
    if (end < 0) throw new GivenUp();
    this.#at = end + 1;
    const raw = this.options.rawQuotes === true;
    return this.#chars.slice(raw ? from : from + 1, raw ? end + 1 : end).join('');
  }

  #doubleQuoted(rawEscapes: boolean, depth: number): string {
    const quote = this.options.rawQuotes === true ? '"' : '';
    this.#at += 1;
    let text = quote;
    for (;;) {
      const char = this.#peek();
      if (char === undefined) throw new GivenUp();
      if (char === '$') {
        text += this.#variable(depth);
        continue;
      }
      this.#at += 1;
      if (char === '"') return text + quote;
      if (char !== '\\') {
        text += char;
        continue;
      }
      if (rawEscapes) text += char;
      const escaped = this.#peek();
      if (escaped === undefined) continue;
      if (escaped === '"' || escaped === '$' || escaped === '\\') {
        this.#at += 1;
        text += escaped;
      } else text += char;
    }
  }

  /** `<<` and blanks behind it belong to the word that follows. */
  #heredocSign(): string {
    this.#at += 1;
    if (this.#peek() !== '<') return '<';
    this.#at += 1;
    let sign = '<<';
    for (let char = this.#peek(); char !== undefined && '\t\r\n '.includes(char); char = this.#peek()) {
      sign += char;
      this.#at += 1;
    }
    return sign;
  }

  #variable(depth: number): string {
    this.#at += 1;
    if (this.#peek() !== '{') {
      const name = this.#name();
      return name === '' ? '$' : this.#value(name, `$${name}`);
    }
    this.#at += 1;
    const first = this.#peek();
    if (first === undefined || '{}:'.includes(first)) throw new GivenUp();
    const name = this.#name();
    let sign = this.#next() ?? '';
    if (sign === '}') return this.#value(name, `\${${name}}`);
    const colon = sign === ':';
    if (colon) sign = this.#next() ?? '';
    if (sign === '' || !(colon ? '+-?' : '+-?#%/').includes(sign)) throw new GivenUp();
    return this.#modified(name, colon, sign, depth);
  }

  #modified(name: string, colon: boolean, sign: string, depth: number): string {
    const raw = '#%/'.includes(sign);
    const every = sign === '/' && this.#peek() === '/' ? this.#next() : '';
    const pattern = sign === '/' ? `${every}${this.until('/', true, depth + 1).text}/` : '';
    const word = pattern + this.until('}', raw, depth + 1).text;
    this.#emptied = true;
    const value = this.#known(name);
    if (value === undefined && this.options.unset !== 'is empty') {
      return this.#value(name, `\${${name}${colon ? ':' : ''}${sign}${word}}`);
    }
    const isSet = value !== undefined && !(colon && value === '');
    if (sign === '-') return isSet ? (value ?? '') : word;
    if (sign === '+') return isSet ? word : '';
    if (sign === '?' && isSet) return value ?? '';
    // Patterns in `${x#...}` are rare; what they make is left unknown.
    throw new GivenUp();
  }

  #value(name: string, text: string): string {
    const value = this.#known(name);
    if (value !== undefined) return value;
    if (this.options.unset === 'gives up') throw new GivenUp();
    return this.options.unset === 'stays' ? text : '';
  }

  #known(name: string): string | undefined {
    const value = this.options.lookUp?.(name);
    this.#added += value?.length ?? 0;
    if (this.#added > MOST_ADDED) throw new GivenUp();
    return value;
  }

  #name(): string {
    const first = this.#peek() ?? '';
    const digits = /^\p{Nd}$/u.test(first);
    if (!digits && first !== '' && '@*#?-$!'.includes(first)) {
      this.#at += 1;
      return first;
    }
    let name = '';
    const belongs = digits ? /^\p{Nd}$/u : /^[\p{L}\p{Nd}_]$/u;
    for (let char = this.#peek(); char !== undefined && belongs.test(char); char = this.#peek()) {
      name += char;
      this.#at += 1;
    }
    return name;
  }
}

import { applyModifier, LexError, variableNameAt } from './variable-syntax.ts';
import { WordCollector } from './word-collector.ts';

/** How words are read, and the values of variables. */
interface LexOptions {
  /** True: quotes stay in the words. */
  rawQuotes?: boolean;
  /** True: backslashes stay, together with the characters that they escape. */
  rawEscapes?: boolean;
  /** The value of a variable; undefined where it has none, or where it is not known. */
  lookUp?: (name: string) => string | undefined;
  /** A variable without value: keep its text, fail (the whole text gives undefined), or take it for empty. */
  unsetVariable: 'keep' | 'fail' | 'empty';
}

/** The limit for `${a:-${b:-...}}` in each other; no person writes it so deep. */
const DEEPEST = 50;
/** How many characters variables may add to one text: `ENV A=$A$A` doubles the value on every line. */
const MOST_ADDED = 10_000;

/**
 * Expands variables and removes quotes and escapes, as BuildKit's shell.Lex does.
 * @returns the text, and its words; undefined where the text is not well formed or uses an unknown variable (see `unsetVariable`)
 */
export function lex(text: string, options: LexOptions): { text: string; words: string[] } | undefined {
  try {
    return new Lexer(text, options).until(undefined, options.rawEscapes === true, 0);
  } catch (error) {
    if (error instanceof LexError) return undefined;
    throw error;
  }
}

class Lexer {
  readonly #chars: readonly string[];
  #at = 0;
  /** True after `${...}` with a word in it: BuildKit uses one buffer for all words, and the inner word empties it. */
  #dropsWord = false;
  #addedCharacters = 0;

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

  /** Reads up to the character `stop`, or to the end where it is undefined. */
  until(stop: string | undefined, rawEscapes: boolean, depth: number): { text: string; words: string[] } {
    if (depth > DEEPEST) throw new LexError();
    const words = new WordCollector();
    let text = '';
    const take = (piece: string, whole: boolean): void => {
      if (this.#dropsWord) words.dropWord();
      this.#dropsWord = false;
      text += piece;
      if (whole) words.putWhole(piece);
      else words.putSplit(piece);
    };
    for (let char = this.#peek(); char !== undefined; char = this.#peek()) {
      if (char === stop) {
        this.#at += 1;
        return { text, words: words.end() };
      }
      if (char === "'") take(this.#singleQuoted(), true);
      else if (char === '"') take(this.#doubleQuoted(rawEscapes, depth), true);
      else if (char === '<') take(this.#heredocOpening(), true);
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
    if (stop !== undefined) throw new LexError();
    return { text, words: words.end() };
  }

  #singleQuoted(): string {
    const from = this.#at;
    const end = this.#chars.indexOf("'", from + 1);
    if (end < 0) throw new LexError();
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
      if (char === undefined) throw new LexError();
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

  /** `<<` and the blanks behind it belong to the word that follows. */
  #heredocOpening(): string {
    this.#at += 1;
    if (this.#peek() !== '<') return '<';
    this.#at += 1;
    let opening = '<<';
    for (let char = this.#peek(); char !== undefined && '\t\r\n '.includes(char); char = this.#peek()) {
      opening += char;
      this.#at += 1;
    }
    return opening;
  }

  #variable(depth: number): string {
    this.#at += 1;
    if (this.#peek() !== '{') {
      const name = this.#name();
      return name === '' ? '$' : this.#value(name, `$${name}`);
    }
    this.#at += 1;
    const first = this.#peek();
    if (first === undefined || '{}:'.includes(first)) throw new LexError();
    const name = this.#name();
    let sign = this.#next() ?? '';
    if (sign === '}') return this.#value(name, `\${${name}}`);
    const colon = sign === ':';
    if (colon) sign = this.#next() ?? '';
    if (sign === '' || !(colon ? '+-?' : '+-?#%/').includes(sign)) throw new LexError();
    return this.#modified(name, colon, sign, depth);
  }

  #modified(name: string, colon: boolean, sign: string, depth: number): string {
    const raw = '#%/'.includes(sign);
    const every = sign === '/' && this.#peek() === '/' ? this.#next() : '';
    const pattern = sign === '/' ? `${every}${this.until('/', true, depth + 1).text}/` : '';
    const word = pattern + this.until('}', raw, depth + 1).text;
    this.#dropsWord = true;
    const value = this.#lookUp(name);
    if (value === undefined && this.options.unsetVariable !== 'empty') {
      return this.#value(name, `\${${name}${colon ? ':' : ''}${sign}${word}}`);
    }
    return applyModifier({ sign, colon, word }, value);
  }

  #value(name: string, text: string): string {
    const value = this.#lookUp(name);
    if (value !== undefined) return value;
    if (this.options.unsetVariable === 'fail') throw new LexError();
    return this.options.unsetVariable === 'keep' ? text : '';
  }

  #lookUp(name: string): string | undefined {
    const value = this.options.lookUp?.(name);
    this.#addedCharacters += value?.length ?? 0;
    if (this.#addedCharacters > MOST_ADDED) throw new LexError();
    return value;
  }

  #name(): string {
    const name = variableNameAt(this.#chars, this.#at);
    // #chars has a whole character at each place, and `length` would count some as two.
    this.#at += [...name].length;
    return name;
  }
}

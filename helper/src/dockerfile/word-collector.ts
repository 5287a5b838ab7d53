import { hasSpace, isSpace } from './white-space.ts';

/** Collects the words of a text. A text from quotes or escapes is never split. */
export class WordCollector {
  readonly done: string[] = [];
  #word = '';

  /** Adds a text that white space splits into words. */
  putSplit(text: string): void {
    if (!hasSpace(text)) {
      this.#word += text;
      return;
    }
    for (const char of text) {
      if (!isSpace(char)) this.#word += char;
      else this.end();
    }
  }

  /** Adds a text that belongs to one word, white space included. */
  putWhole(text: string): void {
    this.#word += text;
  }

  /** Drops the unfinished word. */
  dropWord(): void {
    this.#word = '';
  }

  /** Ends the unfinished word. @returns all words so far */
  end(): string[] {
    if (this.#word !== '') this.done.push(this.#word);
    this.#word = '';
    return this.done;
  }
}

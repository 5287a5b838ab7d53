import { hasGoSpace, isGoSpace } from '../text/go-space.ts';

/** Collects the words of a text. A text from quotes or escapes is never split. */
export class WordCollector {
  readonly done: string[] = [];
  #word = '';

  /** Adds a text that white space splits into words. */
  putSplit(text: string): void {
    if (!hasGoSpace(text)) {
      this.#word += text;
      return;
    }
    for (const char of text) {
      if (!isGoSpace(char)) this.#word += char;
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

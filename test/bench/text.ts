import type { Random } from './random.ts';

const SYLLABLES =
  'get set is has to from with add new old user order item name list map key value file path read write open close send parse build check find load save make run start stop state index count size type node tree text line word data time date error result option config server client request response handler session token buffer stream event queue task test spec view model form field table column row cell page link style color image icon theme'.split(
    ' ',
  );

const SHAPES = [
  '  const A = B.C(A, D);',
  '  if (A.B === undefined) return C;',
  '  return A.B(C => C.D);',
  'import { A, B } from "./C/D";',
  'export function A(B, C) {',
  '}',
  '',
  '    self.A = B.C(D)',
  '  // A of the B: C where D is not',
  '    def A(self, B, C=None):',
  '  A: B<C>;',
  '  await this.A.B({ C, D: N });',
  "    'A-B': 'C D',",
  '    for (const A of B.C) {',
  '      throw new AError("B has no " + C.D);',
  '  "A": N,',
];

/**
 * Text that a compressor takes for sources: common words, words of one file only, and lines of a few shapes.
 * gzip -6 makes it about 4 times smaller (test/bench/bench.test.ts checks this).
 */
export class Sources {
  readonly #random: Random;
  readonly #lines: Buffer[] = [];

  constructor(random: Random) {
    this.#random = random;
    const words = Array.from({ length: 4_000 }, () => this.#word());
    const word = () => words[random.rare(words.length)] ?? '';
    for (let index = 0; index < 30_000; index += 1) {
      const shape = SHAPES[random.below(SHAPES.length)] ?? '';
      const line = shape
        .replace(/\b[A-D]\b|A(?=Error)/g, () => word())
        .replace(/\bN\b/g, () => String(random.below(10_000)));
      this.#lines.push(Buffer.from(`${line}\n`));
    }
  }

  #word(): string {
    const parts = Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.below(SYLLABLES.length));
    const [first = '', ...rest] = parts.map((index) => SYLLABLES[index] ?? '');
    return first + rest.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('');
  }

  /** A file of this many bytes. */
  file(size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    // A file uses a few of all lines, and repeats them.
    const offset = this.#random.below(this.#lines.length);
    for (let at = 0; at < size; ) {
      const line = this.#lines[(offset + this.#random.rare(this.#lines.length)) % this.#lines.length];
      if (line) at += line.copy(bytes, at);
    }
    return bytes;
  }
}

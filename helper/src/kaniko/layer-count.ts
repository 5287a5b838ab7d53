/** A stage that kaniko skipped, because all that is copied from it came from the cache. */
export interface SkippedStage {
  /** Its position in the Dockerfile, from 0. */
  index: number;
  /** The image or stage that its FROM names. */
  base: string;
}

const CACHED = 'Using caching version of cmd: ';
const SKIPPED = /^Eliminating stage '(.*)' \[idx: '(\d+)'\]/s;

/** A limit, so that the memory does not grow with what a RUN prints. */
const MOST_REMEMBERED = 500;
const keyOf = (text: string): string => text.slice(0, 1_000);

/** The instructions for which kaniko's cache stores a layer. A WORKDIR whose folder exists already has an empty one. */
const MAKES_LAYER = /^(?:RUN|COPY|ADD|WORKDIR)\s/i;

/**
 * Counts the layers of a build, and those that came from the cache, by the lines of kaniko's log. With CACHE_LOOKAHEAD kaniko
 * names the cached instructions of all stages before its first stage, and those of a stage again when it builds that stage.
 * Instructions that it named only before the first stage are the layers of skipped stages.
 */
export class LayerCount {
  #built = 0;
  #cached = 0;
  #stageBegan = false;
  /** Cached instructions that kaniko has named before the first stage and not yet again, each with its count. */
  readonly #namedInLookahead = new Map<string, number>();
  /** The cached instructions of the current stage that have not begun yet, in their order. */
  #cachedOfStage: string[] = [];
  readonly #skipped: SkippedStage[] = [];
  #hasSkipped = false;

  /** The number of layers of all stages that the image needs. */
  get total(): number {
    return this.#built + this.#layersOfSkipped;
  }

  get cached(): number {
    return this.#cached + this.#layersOfSkipped;
  }

  get #layersOfSkipped(): number {
    if (!this.#stageBegan || !this.#hasSkipped) return 0;
    return [...this.#namedInLookahead.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Reads a message of kaniko that begins neither a stage nor an instruction. */
  take(message: string): void {
    if (message.startsWith(CACHED)) this.#takeCached(keyOf(message.slice(CACHED.length)));
    // kaniko decides which stages to skip before its first stage. A later line of this form comes from a RUN.
    const [, base = '', index = ''] = this.#stageBegan ? [] : (SKIPPED.exec(message) ?? []);
    if (index === '' || this.#skipped.length >= MOST_REMEMBERED) return;
    this.#hasSkipped = true;
    this.#skipped.push({ base, index: Number(index) });
  }

  /** Notes that a stage begins. @returns the skipped stages that stand before it in the Dockerfile */
  stage(index: number): SkippedStage[] {
    this.#stageBegan = true;
    this.#cachedOfStage = [];
    const before = this.#skipped.filter((one) => one.index < index).sort((a, b) => a.index - b.index);
    for (const one of before) this.#skipped.splice(this.#skipped.indexOf(one), 1);
    return before;
  }

  /** Notes that an instruction begins. @returns true where its layer comes from the cache */
  instruction(text: string): boolean {
    const place = this.#cachedOfStage.indexOf(keyOf(text));
    if (place >= 0) this.#cachedOfStage.splice(0, place + 1);
    if (place >= 0) this.#cached += 1;
    if (place >= 0 || MAKES_LAYER.test(text)) this.#built += 1;
    return place >= 0;
  }

  #takeCached(instruction: string): void {
    const count = this.#namedInLookahead.get(instruction) ?? 0;
    if (!this.#stageBegan) {
      if (count > 0 || this.#namedInLookahead.size < MOST_REMEMBERED)
        this.#namedInLookahead.set(instruction, count + 1);
      return;
    }
    if (count > 1) this.#namedInLookahead.set(instruction, count - 1);
    else this.#namedInLookahead.delete(instruction);
    if (this.#cachedOfStage.length < MOST_REMEMBERED) this.#cachedOfStage.push(instruction);
  }
}

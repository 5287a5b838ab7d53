/** A stage that kaniko left out, since all that is copied from it came from the cache. */
export interface SkippedStage {
  /** Its place in the Dockerfile, from 0. */
  index: number;
  /** What its FROM names. */
  base: string;
}

const CACHED = 'Using caching version of cmd: ';
const SKIPPED = /^Eliminating stage '(.*)' \[idx: '(\d+)'\]/s;

/** Memory must not grow with what a RUN prints. */
const MOST_REMEMBERED = 500;
const key = (text: string): string => text.slice(0, 1_000);

/** The instructions that kaniko's cache keeps a layer of; that of a WORKDIR whose folder was there is empty. */
const MAKES_LAYER = /^(?:RUN|COPY|ADD|WORKDIR)\s/i;

/**
 * Counts a build's layers, and those of them that came from the cache, by kaniko's own lines. Before its first stage it may
 * look ahead (CACHE_LOOKAHEAD): then it names the cached instructions of all stages, and those of a stage that it builds once
 * more. What it named only then are the layers of stages that it skipped.
 */
export class LayerCount {
  #built = 0;
  #cached = 0;
  #begun = false;
  /** Cached instructions that no stage has named again, and how often each was named. */
  readonly #ahead = new Map<string, number>();
  /** The cached instructions of the stage that is being built, in their order. */
  #coming: string[] = [];
  readonly #skipped: SkippedStage[] = [];
  #hasSkipped = false;

  /** Layers of all stages that the image needs. */
  get all(): number {
    return this.#built + this.#ofSkipped;
  }

  get cached(): number {
    return this.#cached + this.#ofSkipped;
  }

  get #ofSkipped(): number {
    if (!this.#begun || !this.#hasSkipped) return 0;
    return [...this.#ahead.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Takes a message of kaniko that is neither a stage nor an instruction. */
  take(message: string): void {
    if (message.startsWith(CACHED)) this.#named(key(message.slice(CACHED.length)));
    // Kaniko decides it before it begins; later a RUN may say so.
    const [, base = '', index = ''] = this.#begun ? [] : (SKIPPED.exec(message) ?? []);
    if (index === '' || this.#skipped.length >= MOST_REMEMBERED) return;
    this.#hasSkipped = true;
    this.#skipped.push({ base, index: Number(index) });
  }

  /** A stage begins. @returns the skipped ones that come before it in the Dockerfile */
  stage(index: number): SkippedStage[] {
    this.#begun = true;
    this.#coming = [];
    const before = this.#skipped.filter((one) => one.index < index).sort((a, b) => a.index - b.index);
    for (const one of before) this.#skipped.splice(this.#skipped.indexOf(one), 1);
    return before;
  }

  /** An instruction begins. @returns true where its layer comes from the cache */
  instruction(text: string): boolean {
    const place = this.#coming.indexOf(key(text));
    if (place >= 0) this.#coming.splice(0, place + 1);
    if (place >= 0) this.#cached += 1;
    if (place >= 0 || MAKES_LAYER.test(text)) this.#built += 1;
    return place >= 0;
  }

  #named(instruction: string): void {
    const count = this.#ahead.get(instruction) ?? 0;
    if (!this.#begun) {
      if (count > 0 || this.#ahead.size < MOST_REMEMBERED) this.#ahead.set(instruction, count + 1);
      return;
    }
    if (count > 1) this.#ahead.set(instruction, count - 1);
    else this.#ahead.delete(instruction);
    if (this.#coming.length < MOST_REMEMBERED) this.#coming.push(instruction);
  }
}

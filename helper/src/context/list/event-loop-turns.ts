import type { World } from '../../world.ts';

/** Milliseconds that work may keep all else waiting. */
const SLICE_MS = 100;

/** Work that takes long and waits for nothing: it gives way now and then, so that an abort is heard, and ends it. */
export class EventLoopTurns {
  #steps = 0;
  #began: number;

  /** @param most so many steps, until it gives way however fast they were */
  constructor(
    private readonly world: { clock: Pick<World['clock'], 'now'>; signal?: AbortSignal | undefined },
    private readonly most: number,
  ) {
    this.#began = world.clock.now();
  }

  /** Asked behind each step: whether it is time to give way. */
  isDue(): boolean {
    this.#steps += 1;
    return this.#steps >= this.most || this.world.clock.now() - this.#began >= SLICE_MS;
  }

  /**
   * Gives way.
   * @throws the signal's reason
   */
  async giveWay(): Promise<void> {
    await new Promise(setImmediate);
    this.world.signal?.throwIfAborted();
    this.#steps = 0;
    this.#began = this.world.clock.now();
  }
}

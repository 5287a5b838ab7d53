import type { World } from '../../world.ts';

/** Milliseconds that one piece of work may block the event loop. */
const SLICE_MS = 100;

/** Lets long synchronous work give way to the event loop now and then, so that an abort is noticed and ends the work. */
export class EventLoopTurns {
  #steps = 0;
  #began: number;

  /** @param mostSteps after this many steps the work gives way even if they were quick */
  constructor(
    private readonly world: { clock: Pick<World['clock'], 'now'>; signal?: AbortSignal | undefined },
    private readonly mostSteps: number,
  ) {
    this.#began = world.clock.now();
  }

  /** Call it after each step. True when it is time to give way. */
  isDue(): boolean {
    this.#steps += 1;
    return this.#steps >= this.mostSteps || this.world.clock.now() - this.#began >= SLICE_MS;
  }

  /**
   * Lets other work run.
   * @throws the signal's reason if the run was aborted
   */
  async giveWay(): Promise<void> {
    await new Promise(setImmediate);
    this.world.signal?.throwIfAborted();
    this.#steps = 0;
    this.#began = this.world.clock.now();
  }
}

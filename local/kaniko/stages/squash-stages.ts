import { info } from './log.mjs';

/**
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./stages.mjs').Planned} Planned
 * @typedef {import('./stages.mjs').Plan} Plan
 */

/** How often each stage is gone on from, and copied from. */
export class Uses {
  /** @type {Map<number, number>} */
  #stages = new Map();
  /** @type {Set<number>} */
  #copies = new Set();

  /** @param {number} index */
  stage(index) {
    this.#stages.set(index, (this.#stages.get(index) ?? 0) + 1);
  }

  /**
   * Counts what a stage needs.
   * @param {{ baseIndex: number, instructions: readonly Instruction[] }} stage
   * @param {Plan['fromOf']} fromOf
   */
  of({ baseIndex, instructions }, fromOf) {
    if (baseIndex >= 0) this.stage(baseIndex);
    for (const instruction of instructions) {
      const from = fromOf(instruction);
      if (from !== undefined && /^\d+$/.test(from)) this.#copies.add(Number(from));
    }
  }

  /** @param {number} index */
  any(index) {
    return this.isBase(index) || this.#copies.has(index);
  }

  /** @param {number} index */
  isBase(index) {
    return (this.#stages.get(index) ?? 0) > 0;
  }

  /** Whether one other stage goes on from it, and that is all. @param {number} index */
  once(index) {
    return this.#stages.get(index) === 1 && !this.#copies.has(index);
  }

  /** @param {number} index */
  drop(index) {
    this.#stages.set(index, 0);
  }
}

/**
 * Makes a stage one with its only successor, and leaves out what nobody uses.
 * @param {readonly Planned[]} stages
 * @param {Uses} uses
 * @param {boolean} [keepTriggers] a stage with ONBUILD stays by itself, else its keys would be others
 * @returns {Planned[]}
 */
export function squash(stages, uses, keepTriggers = false) {
  const byIndex = new Map(stages.map((stage) => [stage.index, stage]));
  for (const { index } of stages) {
    const stage = /** @type {Planned} */ (byIndex.get(index));
    const base = byIndex.get(stage.baseIndex);
    if (!base || !uses.any(index) || !uses.once(base.index) || base.push) continue;
    const ownTriggers = base.instructions.some(({ name }) => name === 'ONBUILD');
    if (keepTriggers && ownTriggers) continue;
    info(`Squashing stages: ${stage.name} into ${base.name}`);
    const kept = base.instructions.filter(({ name }) => name !== 'ONBUILD');
    byIndex.set(index, {
      ...stage,
      base: base.base,
      baseIndex: base.baseIndex,
      instructions: [...kept, ...stage.instructions],
    });
    uses.drop(base.index);
  }
  return [...byIndex.values()]
    .filter(({ index }) => uses.any(index))
    .map((stage) => ({ ...stage, save: uses.isBase(stage.index) && !stage.push }));
}

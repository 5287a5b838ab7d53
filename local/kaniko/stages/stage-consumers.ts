import { isStage, type PlannedStage, type SourceOf } from './planned-stage.ts';

/** Which stages other stages are built on, and which they copy from. */
export class StageConsumers {
  /** How many stages are built on each, by its index. */
  readonly #successors = new Map<number, number>();
  readonly #copiedFrom = new Set<number>();

  /** Notes that one more stage is built on this one. */
  addSuccessor(index: number): void {
    this.#successors.set(index, (this.#successors.get(index) ?? 0) + 1);
  }

  /** Notes all stages that a stage needs. */
  addNeedsOf({ baseIndex, instructions }: Pick<PlannedStage, 'baseIndex' | 'instructions'>, sourceOf: SourceOf): void {
    if (baseIndex >= 0) this.addSuccessor(baseIndex);
    for (const instruction of instructions) {
      const source = sourceOf(instruction);
      if (source !== undefined && isStage(source)) this.#copiedFrom.add(Number(source));
    }
  }

  isNeeded(index: number): boolean {
    return this.isBase(index) || this.#copiedFrom.has(index);
  }

  /** Whether any stage is built on it. */
  isBase(index: number): boolean {
    return (this.#successors.get(index) ?? 0) > 0;
  }

  /** Whether exactly one stage is built on it, and none copies from it. */
  hasOnlyOneSuccessor(index: number): boolean {
    return this.#successors.get(index) === 1 && !this.#copiedFrom.has(index);
  }

  removeSuccessors(index: number): void {
    this.#successors.set(index, 0);
  }
}

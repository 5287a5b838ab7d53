import type { Instruction } from '../dockerfile/instruction.ts';

/** A stage that is built. */
export interface PlannedStage {
  /** Its place among the stages of the Dockerfile, from 0. */
  readonly index: number;
  readonly name: string;
  /** The image or stage that it is built on, or `scratch`. */
  readonly base: string;
  /** The index of the stage that it is built on; -1 where that is an image. */
  readonly baseIndex: number;
  /** The instructions of the base's ONBUILD, then its own. */
  readonly instructions: readonly Instruction[];
  /** Whether another stage is built on it. */
  readonly save: boolean;
  /** Whether it is the image that is asked for. */
  readonly push: boolean;
}

/**
 * Where a `COPY --from` takes its files: the index of a stage, or an image. Undefined for any other instruction.
 */
export type SourceOf = (instruction: Instruction) => string | undefined;

/** Whether a source is a stage's index. */
export function isStage(source: string): boolean {
  return /^\d+$/.test(source);
}

import { expandWord } from '../dockerfile/expand-word.ts';
import { flagOf, type Instruction } from '../dockerfile/instruction.ts';
import { type ParsedStage, parseInstructions } from '../dockerfile/parse-dockerfile.ts';
import { KanikoError } from '../kaniko-error.ts';
import { info } from '../kaniko-log.ts';
import { isStage, type PlannedStage, type SourceOf } from './planned-stage.ts';
import { squashStages } from './squash-stages.ts';
import { StageConsumers } from './stage-consumers.ts';

export interface StagePlan {
  /** The stages to build, in order. */
  readonly stages: readonly PlannedStage[];
  readonly sourceOf: SourceOf;
}

/**
 * Decides as kaniko does which stages are built: those that the target needs. A stage that only one other is built on
 * is joined with it.
 * @param all the stages of the Dockerfile
 * @param target a stage's name; empty for the last stage
 * @param globals values that may be used in FROM
 * @param triggersOf the lines of an image's ONBUILD
 * @throws KanikoError where the target, or the stage of a COPY --from, does not exist
 */
export async function planStages(
  all: readonly ParsedStage[],
  target: string,
  globals: ReadonlyMap<string, string>,
  triggersOf: (image: string) => Promise<readonly string[]>,
): Promise<StagePlan> {
  const last =
    target === '' ? all.length - 1 : all.findIndex(({ name }) => name !== '' && name === target.toLowerCase());
  if (last < 0)
    throw new KanikoError(
      `error building image: error finding target stage: "${target}" is not a valid target build stage`,
    );
  const stages = all.slice(0, last + 1);
  const byName = new Map(stages.flatMap(({ name }, index) => (name === '' ? [] : [[name, index]])));
  const sourceOf = (instruction: Instruction) => {
    const from = instruction.name === 'COPY' ? flagOf(instruction, 'from') : '';
    return from === '' ? undefined : String(byName.get(from.toLowerCase()) ?? from);
  };
  const planned: PlannedStage[] = [];
  const consumers = new StageConsumers();
  consumers.addSuccessor(last);
  for (const [index, stage] of [...stages.entries()].reverse()) {
    if (!consumers.isNeeded(index)) continue;
    const base = expandWord(stage.base, globals);
    if (stage.name !== '') info(`Resolved base name of ${stage.name} to ${base}`);
    const baseIndex = stages.slice(0, index).findIndex(({ name }) => name !== '' && name === base.toLowerCase());
    const baseStage = stages[baseIndex];
    const triggers = baseStage ? triggersIn(baseStage) : base === 'scratch' ? [] : await triggersOf(base);
    const triggered = parseInstructions(triggers.join('\n')).map((each) => ({ ...each, triggered: !baseStage }));
    const instructions = [...triggered, ...stage.instructions].filter(({ name }) => name !== 'MAINTAINER');
    checkSources(instructions, sourceOf, index, stages.length);
    consumers.addNeedsOf({ baseIndex, instructions }, sourceOf);
    planned.unshift({ index, name: stage.name, base, baseIndex, instructions, save: false, push: index === last });
  }
  return { stages: squashStages(planned, consumers), sourceOf };
}

/** The instructions of a stage's ONBUILD, with the bodies of their heredocs. */
function triggersIn({ instructions }: ParsedStage): string[] {
  return instructions
    .filter(({ name }) => name === 'ONBUILD')
    .map(({ rest, heredocs }) => [rest, ...heredocs.map(({ data, name }) => data + name)].join('\n'));
}

/** @param count how many stages there are up to the target */
function checkSources(instructions: readonly Instruction[], sourceOf: SourceOf, index: number, count: number): void {
  for (const instruction of instructions) {
    const source = sourceOf(instruction);
    if (source === undefined || !isStage(source)) continue;
    if (Number(source) >= count)
      throw new KanikoError(
        `error building image: stage ${index}: COPY --from=${source} refers to a stage that does not exist`,
      );
    if (Number(source) >= index)
      throw new KanikoError(`error building image: ${instruction.text} refers to invalid stage: ${source}`);
  }
}

import { flagOf, type Instruction, UnreadableDockerfile } from './instruction.ts';
import { lex } from './lexer.ts';
import type { Stage, Stages } from './stages.ts';
import { globalValues } from './variables.ts';

/** Which part of a Dockerfile is built, and with which arguments. */
export interface BuildRequest {
  /** The name of a stage, in capital or small letters, or its index; the last stage where it is left out. */
  target?: string | undefined;
  buildArgs: Readonly<Record<string, string>>;
}

/** A limit, because triggers multiply: no person writes a Dockerfile with more steps. */
const MOST_STEPS = 50_000;

/** A stage that kaniko builds. */
export interface NeededStage extends Stage {
  /** `base` with its variables replaced. */
  image: string;
  /** The index of the stage that it is based on; undefined where it is based on an image. */
  baseStage: number | undefined;
  /** What kaniko carries out: the triggers (ONBUILD) of its base stage, then its own instructions. */
  steps: readonly Instruction[];
  /**
   * A stage that only one other stage needs, and needs as its base, is built as the beginning of that other stage, whose index
   * this is. Undefined for a stage that is built by itself.
   */
  partOf: number | undefined;
}

/**
 * The stages that kaniko builds for a target, first to last: the target, the stages that it is based on, and those that a
 * COPY --from names. A stage that only a RUN mounts is not built: kaniko ignores such a mount. Source: kaniko 1.28,
 * pkg/dockerfile, MakeKanikoStages.
 * @returns an UnreadableDockerfile where kaniko refuses the target or a COPY --from, or where there are too many steps
 */
export function neededStages({ globals, stages }: Stages, request: BuildRequest): NeededStage[] | UnreadableDockerfile {
  const target = findTarget(stages, request.target);
  if (target === undefined) return new UnreadableDockerfile(1, 'it has no stage that is the target');
  const values = globalValues(globals, request.buildArgs);
  const images = stages.map(
    ({ base }) => lex(base, { lookUp: (name) => values.get(name), unsetVariable: 'empty' })?.text,
  );
  const byName = new Map(stages.slice(0, target + 1).map(({ name, index }) => [name, index]));
  byName.delete('');
  // For each stage: how many stages are based on it, and how many COPY --from take files from it.
  const timesBase = stages.map(({ index }): number => (index === target ? 1 : 0));
  const timesCopied = stages.map(() => 0);
  // Where two stages have the same name, FROM means the first one and COPY --from the last one.
  const firstByName = new Map(stages.map(({ name, index }): [string, number] => [name, index]).reverse());
  const dependentOf = new Map<number, number>();
  const needed: NeededStage[] = [];
  let stepCount = 0;
  for (const stage of stages.slice(0, target + 1).reverse()) {
    if (timesBase[stage.index] === 0 && timesCopied[stage.index] === 0) continue;
    const image = images[stage.index] ?? stage.base;
    const first = firstByName.get(image.toLowerCase());
    const baseStage = first !== undefined && first < stage.index ? first : undefined;
    const triggers = baseStage === undefined ? [] : triggersOf(stages[baseStage]);
    const steps = [...triggers, ...stage.instructions];
    stepCount += steps.length;
    if (stepCount > MOST_STEPS) return new UnreadableDockerfile(stage.from.first, 'too much is to be done');
    for (const step of steps) {
      const from = copiedStage(step, byName);
      if (from === undefined) continue;
      if (from < 0 || from > target)
        return new UnreadableDockerfile(step.first, 'COPY --from names a stage that is not there');
      timesCopied[from] = (timesCopied[from] ?? 0) + 1;
    }
    if (baseStage !== undefined) {
      timesBase[baseStage] = (timesBase[baseStage] ?? 0) + 1;
      dependentOf.set(baseStage, stage.index);
    }
    needed.push({ ...stage, image, baseStage, steps, partOf: undefined });
  }
  const isBaseOfOneOnly = ({ index }: NeededStage) => timesBase[index] === 1 && timesCopied[index] === 0;
  return needed
    .reverse()
    .map((stage) => (isBaseOfOneOnly(stage) ? { ...stage, partOf: dependentOf.get(stage.index) } : stage));
}

function findTarget(stages: readonly Stage[], target: string | undefined): number | undefined {
  if (target === undefined) return stages.length - 1;
  const named = stages.find(({ name }) => name !== '' && name === target.toLowerCase());
  return named?.index ?? (/^\d+$/.test(target) ? stages[Number(target)]?.index : undefined);
}

const triggersOf = (stage: Stage | undefined): Instruction[] =>
  stage?.instructions.flatMap(({ trigger }) => trigger ?? []) ?? [];

/** The index of the stage from which a COPY takes its files; undefined where it takes them from the context or an image. */
function copiedStage(step: Instruction, byName: ReadonlyMap<string, number>): number | undefined {
  const from = step.keyword === 'COPY' ? flagOf(step, 'from') : undefined;
  if (from === undefined || from === '') return undefined;
  return byName.get(from.toLowerCase()) ?? (/^[+-]?\d+$/.test(from) ? Number(from) : undefined);
}

import { type Instruction, UnreadableDockerfile } from './instruction.ts';
import { lex } from './lexer.ts';
import { flagOf, type Stage, type Stages } from './stages.ts';
import { globalValues } from './variables.ts';

/** What is to be built of a Dockerfile. */
export interface BuildRequest {
  /** A stage's name, in any letters, or its index; the last stage where there is none. */
  target?: string | undefined;
  buildArgs: Readonly<Record<string, string>>;
}

/** After so many steps a Dockerfile was not written by a person: triggers multiply. */
const MOST_STEPS = 50_000;

/** A stage that is built. */
export interface NeededStage extends Stage {
  /** `base` with its variables put in. */
  image: string;
  /** Index of the stage that it is based upon; undefined for an image. */
  baseStage: number | undefined;
  /** What is carried out: the triggers of the stage that it is based upon (ONBUILD), then its own instructions. */
  steps: readonly Instruction[];
  /**
   * kaniko builds a stage that nothing but one other needs, as its base, as the beginning of that one: the index of the
   * stage as whose part it is built. Undefined for one that is built by itself.
   */
  partOf: number | undefined;
}

/**
 * The stages that kaniko builds for a target, first to last: those that it is based upon, and those that a COPY --from
 * names. A stage that only a RUN mounts is not among them: kaniko leaves that mount out, and the stage with it. Source:
 * kaniko 1.28, pkg/dockerfile, MakeKanikoStages.
 * @returns an Unreadable where kaniko refuses the target or a COPY --from, or too much is to be done
 */
export function neededStages({ globals, stages }: Stages, request: BuildRequest): NeededStage[] | UnreadableDockerfile {
  const target = findTarget(stages, request.target);
  if (target === undefined) return new UnreadableDockerfile(1, 'it has no stage that is the target');
  const values = globalValues(globals, request.buildArgs);
  const images = stages.map(({ base }) => lex(base, { lookUp: (name) => values.get(name), unset: 'is empty' })?.text);
  const byName = new Map(stages.slice(0, target + 1).map(({ name, index }) => [name, index]));
  byName.delete('');
  /** How many stages are based upon each, and how many copy from it. */
  const based = stages.map(({ index }): number => (index === target ? 1 : 0));
  const copied = stages.map(() => 0);
  // Of two with one name the first is the base, and the last the one that is copied from.
  const firstByName = new Map(stages.map(({ name, index }): [string, number] => [name, index]).reverse());
  const basedUpon = new Map<number, number>();
  const needed: NeededStage[] = [];
  let count = 0;
  for (const stage of stages.slice(0, target + 1).reverse()) {
    if (based[stage.index] === 0 && copied[stage.index] === 0) continue;
    const image = images[stage.index] ?? stage.base;
    const first = firstByName.get(image.toLowerCase());
    const baseStage = first !== undefined && first < stage.index ? first : undefined;
    const triggers = baseStage === undefined ? [] : triggersOf(stages[baseStage]);
    const steps = [...triggers, ...stage.instructions];
    count += steps.length;
    if (count > MOST_STEPS) return new UnreadableDockerfile(stage.from.first, 'too much is to be done');
    for (const step of steps) {
      const from = copiedStage(step, byName);
      if (from === undefined) continue;
      if (from < 0 || from > target)
        return new UnreadableDockerfile(step.first, 'COPY --from names a stage that is not there');
      copied[from] = (copied[from] ?? 0) + 1;
    }
    if (baseStage !== undefined) {
      based[baseStage] = (based[baseStage] ?? 0) + 1;
      basedUpon.set(baseStage, stage.index);
    }
    needed.push({ ...stage, image, baseStage, steps, partOf: undefined });
  }
  const alone = ({ index }: NeededStage) => based[index] === 1 && copied[index] === 0;
  return needed.reverse().map((stage) => (alone(stage) ? { ...stage, partOf: basedUpon.get(stage.index) } : stage));
}

function findTarget(stages: readonly Stage[], target: string | undefined): number | undefined {
  if (target === undefined) return stages.length - 1;
  const named = stages.find(({ name }) => name !== '' && name === target.toLowerCase());
  return named?.index ?? (/^\d+$/.test(target) ? stages[Number(target)]?.index : undefined);
}

const triggersOf = (stage: Stage | undefined): Instruction[] =>
  stage?.instructions.flatMap(({ trigger }) => trigger ?? []) ?? [];

/** The index of the stage that a COPY takes its files from; undefined for the context and for images. */
function copiedStage(step: Instruction, byName: ReadonlyMap<string, number>): number | undefined {
  const from = step.keyword === 'COPY' ? flagOf(step, 'from') : undefined;
  if (from === undefined || from === '') return undefined;
  return byName.get(from.toLowerCase()) ?? (/^[+-]?\d+$/.test(from) ? Number(from) : undefined);
}

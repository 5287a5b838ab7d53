import { type Dockerfile, flagOf, type Instruction, UnreadableDockerfile } from './instruction.ts';

/** One stage: everything from its FROM to the next FROM. */
export interface Stage {
  index: number;
  /** In small letters, since Docker ignores case; empty where the stage has no name. */
  name: string;
  /** What FROM names, as written: an image or an earlier stage, perhaps `${BASE}`. */
  base: string;
  /** The value of `FROM --platform=`, as written. */
  platform: string | undefined;
  from: Instruction;
  /** The instructions after FROM. */
  instructions: readonly Instruction[];
}

/** A Dockerfile's stages, and the ARGs before the first one. */
export interface Stages {
  globals: readonly Instruction[];
  stages: readonly [Stage, ...Stage[]];
}

const NAME = /^[a-z][a-z0-9-_.]*$/;

/** Splits a Dockerfile into its stages. @returns an UnreadableDockerfile where BuildKit and kaniko refuse it */
export function readStages({ instructions }: Dockerfile): Stages | UnreadableDockerfile {
  const globals: Instruction[] = [];
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    const last = stages.at(-1);
    if (instruction.keyword === 'FROM') {
      const stage = readFrom(instruction, stages.length);
      if (stage instanceof UnreadableDockerfile) return stage;
      stages.push(stage);
    } else if (last !== undefined) last.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') globals.push(instruction);
    else return new UnreadableDockerfile(instruction.first, `${instruction.keyword} stands before the first FROM`);
  }
  const [first, ...more] = stages;
  return first ? { globals, stages: [first, ...more] } : new UnreadableDockerfile(1, 'it has no FROM');
}

function readFrom(from: Instruction, index: number): (Stage & { instructions: Instruction[] }) | UnreadableDockerfile {
  const [base, as, written = '', ...more] = from.args;
  const hasName = as !== undefined;
  const name = written.toLowerCase();
  if (base === undefined || more.length > 0 || (hasName && as.toLowerCase() !== 'as')) {
    return new UnreadableDockerfile(from.first, 'FROM takes an image, or an image AS a name');
  }
  if (hasName && !NAME.test(name))
    return new UnreadableDockerfile(from.first, 'FROM ... AS: that is no name of a stage');
  return { index, name, base, platform: flagOf(from, 'platform'), from, instructions: [] };
}

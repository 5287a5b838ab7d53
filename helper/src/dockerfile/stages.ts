import { type Dockerfile, type Instruction, UnreadableDockerfile } from './instruction.ts';

/** One stage, from its FROM to the next one. */
export interface Stage {
  index: number;
  /** In small letters, as Docker takes it; empty where it has none. */
  name: string;
  /** Of FROM, as written: an image or an earlier stage, perhaps `${BASE}`. */
  base: string;
  /** Of `FROM --platform=`, as written. */
  platform: string | undefined;
  from: Instruction;
  /** What follows FROM. */
  instructions: readonly Instruction[];
}

/** A Dockerfile's stages, and the ARGs before the first one. */
export interface Stages {
  globals: readonly Instruction[];
  stages: readonly [Stage, ...Stage[]];
}

const NAME = /^[a-z][a-z0-9-_.]*$/;

/** The value of a flag: of `--from=build` it is `build`; of one without value it is empty; undefined where it is not given. */
export function flagOf({ flags }: Instruction, name: string): string | undefined {
  return flagsOf(flags, name)[0];
}

/** The values of a flag that may be given more than once. */
export function flagsOf(flags: readonly string[], name: string): string[] {
  return flags.flatMap((flag) => {
    if (flag === `--${name}`) return [''];
    return flag.startsWith(`--${name}=`) ? [flag.slice(name.length + 3)] : [];
  });
}

/** Parts a Dockerfile into its stages. @returns an Unreadable where BuildKit and kaniko see none */
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
  const named = as !== undefined;
  const name = written.toLowerCase();
  if (base === undefined || more.length > 0 || (named && as.toLowerCase() !== 'as')) {
    return new UnreadableDockerfile(from.first, 'FROM takes an image, or an image AS a name');
  }
  if (named && !NAME.test(name)) return new UnreadableDockerfile(from.first, 'FROM ... AS: that is no name of a stage');
  return { index, name, base, platform: flagOf(from, 'platform'), from, instructions: [] };
}

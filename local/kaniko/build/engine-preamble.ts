import type { Instruction } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';

/** Prefix of the ARG that carries a value of several lines into an ENV. */
const CARRIER = 'KANIKO_STAND_IN_';

/**
 * The lines before an instruction in its small build. They restore variables, user, shell and working directory, since
 * each small build begins with a new FROM.
 * @param before the stage's instructions before it
 * @param variables as they are behind those
 * @returns options: those of `docker build` that give the ARGs their values
 */
export function enginePreamble(
  before: readonly Instruction[],
  variables: StageVariables,
  escapeSign: string,
): { lines: string[]; options: string[] } {
  const quoted = (value: string) =>
    `"${[...value].map((sign) => (`"$${escapeSign}`.includes(sign) ? escapeSign + sign : sign)).join('')}"`;
  const named = new Set(before.map(({ name }) => name));
  const args = [...variables.args()];
  const env = named.has('ENV') ? [...variables.env] : [];
  // A line cannot hold a value of several lines: it comes as the value of an ARG.
  const long = env.filter(([, value]) => value.includes('\n'));
  const lines = [
    ...long.map(([name]) => `ARG ${CARRIER}${name}\nENV ${name}=$${CARRIER}${name}`),
    ...env.filter((each) => !long.includes(each)).map(([name, value]) => `ENV ${name}=${quoted(value)}`),
    ...args.map(([name]) => `ARG ${name}`),
    ...(named.has('SHELL') ? [`SHELL ${JSON.stringify(variables.shell)}`] : []),
    ...(named.has('USER') ? [`USER ${variables.user}`] : []),
    ...(before.findLast(({ name }) => name === 'WORKDIR')?.rest === '/' ? ['WORKDIR /'] : []),
  ];
  const given = [
    ...args.map(([name, value]) => `${name}=${value}`),
    ...long.map(([name, value]) => `${CARRIER}${name}=${value}`),
  ];
  return { lines, options: given.flatMap((pair) => ['--build-arg', pair]) };
}

import type { ExecutorFlags } from '../executor-flags.ts';
import type { Instruction } from './instruction.ts';
import { globalValues, StageVariables } from './stage-variables.ts';

/** What `--build-arg`, the global ARGs and the platform give to every stage. */
export interface BuildArgs {
  /** The values that may be used in FROM. */
  readonly globals: ReadonlyMap<string, string>;
  /** Makes the variables with which a stage begins. */
  readonly newVariables: () => StageVariables;
}

export function readBuildArgs(
  { buildArgs, platform }: Pick<ExecutorFlags, 'buildArgs' | 'platform'>,
  globals: readonly Instruction[],
): BuildArgs {
  const given = new Map(buildArgs.map(readArgument));
  const values = globalValues(globals, given);
  const known = new Map([...platformValues(platform), ...values]);
  return { globals: values, newVariables: () => new StageVariables(given, known) };
}

/** @param pair `NAME=VALUE`; `NAME` alone takes the value of the executor's environment variable */
function readArgument(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, process.env[pair] ?? ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** BUILDPLATFORM, TARGETPLATFORM and their parts. */
function platformValues(platform: string): [string, string][] {
  const own = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return [...partsOfPlatform('BUILD', own), ...partsOfPlatform('TARGET', platform || own)];
}

function partsOfPlatform(prefix: string, platform: string): [string, string][] {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  return [
    [`${prefix}PLATFORM`, platform],
    [`${prefix}OS`, os],
    [`${prefix}ARCH`, arch],
    [`${prefix}VARIANT`, variant],
  ];
}

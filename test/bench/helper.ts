import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/paths.mjs';
import { HELPER } from '../../local/run-helper.ts';

/** One call of the helper, with the files that Jenkins writes for it. */
export interface HelperCall {
  /** The folder of this call. */
  readonly cwd: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Deletes the folder, as the step does at its end. */
  remove(): Promise<void>;
}

/** The state that the steps keep between builds, beside the workspace. */
export const stepFolder = (workspace: string): string => join(`${workspace}@tmp`, 'fargate-ci');

/** The same flags and environment of node as in vars/fargateHelper.groovy, so that the measured process is the one that Jenkins runs. */
export async function nodeStart(): Promise<{ flags: string[]; env: Record<string, string> }> {
  const groovy = await readFile(join(ROOT, 'vars', 'fargateHelper.groovy'), 'utf8');
  const found = /^(?:export (.*)\n)?exec node (.*)helper\.mjs/m.exec(groovy);
  if (!found) throw new Error('vars/fargateHelper.groovy has no line "exec node ... helper.mjs"');
  const [, variables = '', flags = ''] = found;
  const pairs = [...variables.matchAll(/(\w+)=(\S*)/g)].map(([, name = '', value = '']) => [name, value] as const);
  return { flags: flags.split(' ').filter(Boolean), env: Object.fromEntries(pairs) };
}

/**
 * Writes the bundle and the parameters where vars/fargateHelper.groovy writes them.
 * @param number of the build; `node` is the program that runs it
 */
export async function prepareCall(
  workspace: string,
  parameters: object,
  { number, node = process.execPath }: { number: number; node?: string },
): Promise<HelperCall> {
  const folder = join(stepFolder(workspace), randomUUID());
  const cwd = join(folder, 'run');
  await mkdir(cwd, { recursive: true });
  await copyFile(HELPER, join(cwd, 'helper.mjs'));
  await writeFile(join(cwd, 'params.json'), JSON.stringify({ ...parameters, workspace }));
  const { flags, env } = await nodeStart();
  return {
    cwd,
    command: [node, ...flags, 'helper.mjs', 'build', '--params', 'params.json', '--result', 'result.json'],
    env: {
      ...env,
      WORKSPACE: workspace,
      WORKSPACE_TMP: `${workspace}@tmp`,
      JOB_NAME: 'bench',
      BUILD_NUMBER: String(number),
      BUILD_TAG: `jenkins-bench-${number}`,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

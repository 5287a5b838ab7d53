import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, objectIn, parseJsonObject } from './json-object.ts';
import { ROOT } from './paths.mjs';
import { run } from './process.mjs';

/** The bundle that Jenkins runs. */
export const HELPER = join(ROOT, 'resources', 'fargateci', 'helper.mjs');

export interface HelperOptions {
  /** Laid over this process's environment; undefined takes a variable away. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** When aborted, the helper gets SIGTERM. */
  readonly signal?: AbortSignal | undefined;
  /** Whether its log is printed as it comes. */
  readonly print?: boolean;
}

/** What became of a run. */
export interface HelperOutcome {
  /** Exit status. */
  readonly status: number;
  /** Empty where it failed. */
  readonly result: JsonObject;
  /** Empty where it did not fail. */
  readonly failure: JsonObject;
  /** What a person sees. */
  readonly log: string;
}

/** Runs the helper as the Jenkins steps do: parameters and result are in files. */
export async function runHelper(
  command: 'build' | 'deploy',
  parameters: object,
  { env, signal, print = false }: HelperOptions,
): Promise<HelperOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'fargate-ci-run-'));
  const [params, result] = [join(folder, 'params.json'), join(folder, 'result.json')];
  try {
    await writeFile(params, JSON.stringify(parameters));
    const ended = await run(process.execPath, [HELPER, command, '--params', params, '--result', result], {
      env: { ...env },
      signal,
      onText: (text, stream) => {
        if (print && stream === 'stderr') process.stdout.write(text);
      },
    });
    const outcome = parseJsonObject(await readFile(result, 'utf8').catch(() => '{}'), 'the result file');
    return {
      status: ended.status,
      result: objectIn(outcome, 'result'),
      failure: objectIn(outcome, 'failure'),
      log: ended.stderr,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

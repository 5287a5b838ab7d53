import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './process.mjs';

/** The bundle that Jenkins runs. */
export const HELPER = join(ROOT, 'resources', 'fargateci', 'helper.mjs');

/**
 * Runs the helper as the Jenkins steps do: parameters and result travel in files.
 * @param {'build' | 'deploy'} command
 * @param {object} parameters
 * @param {{ env: Record<string, string | undefined>, signal?: AbortSignal | undefined, print?: boolean }} options
 * @returns {Promise<{ status: number, result: any, failure: any, log: string }>} log: what a person sees
 */
export async function runHelper(command, parameters, { env, signal, print = false }) {
  const folder = await mkdtemp(join(tmpdir(), 'fargate-ci-run-'));
  const [params, result] = [join(folder, 'params.json'), join(folder, 'result.json')];
  try {
    await writeFile(params, JSON.stringify(parameters));
    const ended = await run(process.execPath, [HELPER, command, '--params', params, '--result', result], {
      env,
      signal,
      onText: (text, stream) => {
        if (print && stream === 'stderr') process.stdout.write(text);
      },
    });
    const outcome = JSON.parse(await readFile(result, 'utf8').catch(() => '{}'));
    return { status: ended.status, result: outcome.result, failure: outcome.failure, log: ended.stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, parseJsonObject } from '../json-object.ts';
import { ROOT, STATE } from '../paths.mjs';
import { run } from '../process.mjs';
import type { Suite, SuiteCount } from './suite.ts';

/**
 * Tests that jest runs.
 * @param args arguments of jest
 * @param env laid over this process's environment
 */
export function jestSuite(name: string, args: readonly string[], env: Record<string, string> = {}): Suite {
  return {
    name,
    run: async ({ signal }) => {
      const report = join(STATE, `jest-${name.replaceAll(' ', '-')}.json`);
      await mkdir(STATE, { recursive: true });
      await rm(report, { force: true });
      const { stdout, stderr } = await run(
        process.execPath,
        [
          '--experimental-vm-modules',
          '--no-warnings=ExperimentalWarning',
          'node_modules/jest/bin/jest.js',
          '--ci',
          '--json',
          // A test whose time was up may leave something open.
          '--forceExit',
          '--maxWorkers=100%',
          `--outputFile=${report}`,
          ...args,
        ],
        { cwd: ROOT, env, signal, timeoutMs: 900_000 },
      );
      // With --json standard output is the report, and what people read is on standard error.
      return countTests(await readFile(report, 'utf8').catch(() => ''), stderr || stdout);
    },
  };
}

/**
 * Counts the tests of a report. A file that could not run at all (for a syntax error, say) counts as one failure.
 * @param report what `--json` wrote; empty where it wrote nothing
 */
export function countTests(report: string, output: string): SuiteCount {
  if (report === '') return { passed: 0, failed: 1, output };
  const result = parseJsonObject(report, "jest's report");
  const skipped = objectsIn(result.testResults)
    .flatMap((file) => objectsIn(file.assertionResults))
    .filter(({ status }) => status === 'pending' || status === 'todo')
    .map(({ fullName }) => `${fullName}: skipped in its file`);
  const failed = Number(result.numFailedTests) + Number(result.numRuntimeErrorTestSuites);
  return { passed: Number(result.numPassedTests), failed: failed || (result.success ? 0 : 1), skipped, output };
}

function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

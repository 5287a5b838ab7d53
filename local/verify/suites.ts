import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from './cloud.mjs';
import { installVenv } from './install.mjs';
import { ROOT, STATE } from './paths.mjs';
import { run } from './process.mjs';

/**
 * What a suite came to.
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} [skipped] one reason for each test that was skipped
 * @property {string} [output] shown when something failed
 */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {(signal: AbortSignal, cleanup: import('./interrupt.mjs').Cleanup) => Promise<Count>} run
 */

/** @param {string} name of a package's command */
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

/**
 * A command that is one check: it passes or it fails.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @returns {Suite}
 */
const check = (name, command, args) => ({
  name,
  run: async (signal) => {
    const { status, stdout, stderr } = await run(command, args, { cwd: ROOT, signal, timeoutMs: 300_000 });
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, output: stdout + stderr };
  },
});

/**
 * @param {string} name
 * @param {string[]} args of jest
 * @param {Record<string, string>} [env]
 * @returns {Suite}
 */
const jest = (name, args, env = {}) => ({
  name,
  run: async (signal) => {
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
        // A busy machine takes its time; a test that ran out of it may leave something open.
        '--testTimeout=120000',
        '--forceExit',
        '--maxWorkers=100%',
        `--outputFile=${report}`,
        ...args,
      ],
      { cwd: ROOT, env, signal, timeoutMs: 900_000 },
    );
    // --json leaves standard output to the report.
    return countJest(await readFile(report, 'utf8').catch(() => ''), stderr || stdout);
  },
});

/**
 * A suite that could not run at all (a syntax error in a test file) counts as one failure.
 * @param {string} report what --json wrote; empty where it wrote nothing
 * @param {string} output
 * @returns {Count}
 */
function countJest(report, output) {
  if (report === '') return { passed: 0, failed: 1, output };
  const result = JSON.parse(report);
  /** @type {{ assertionResults: { status: string, fullName: string }[] }[]} */
  const files = result.testResults;
  const skipped = files
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => status === 'pending' || status === 'todo')
    .map(({ fullName }) => `${fullName}: skipped in its file`);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: failed || (result.success ? 0 : 1), skipped, output };
}

/** Templates by cfn-lint, one check a file. @type {Suite} */
const templates = {
  name: 'templates',
  run: async (signal) => {
    const folder = join(ROOT, 'infrastructure');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file));
    const bin = await installVenv('venv-tests', 'requirements-test.txt', { say: console.log, signal });
    const results = await Promise.all(files.map((file) => run(join(bin, 'cfn-lint'), ['--', file], { signal })));
    return {
      passed: results.filter(({ status }) => status === 0).length,
      failed: results.filter(({ status }) => status !== 0).length,
      output: results.map(({ stdout, stderr }) => stdout + stderr).join(''),
    };
  },
};

/** The Groovy steps under the CPS transform; the runner counts by itself and says so in its last line. @type {Suite} */
const pipelines = {
  name: 'pipelines',
  run: async (signal) => {
    const { status, stdout, stderr } = await run(process.execPath, ['test/jenkins/run.mjs'], {
      cwd: ROOT,
      signal,
      timeoutMs: 600_000,
    });
    const count = /(\d+) passed, (\d+) failed\s*$/.exec(stdout);
    const failed = Number(count?.[2] ?? 0);
    const output = stdout + stderr;
    return { passed: Number(count?.[1] ?? 0), failed: failed || (status === 0 && count ? 0 : 1), output };
  },
};

/**
 * @param {import('./cloud.mjs').Cloud} cloud
 * @returns {Record<string, string>}
 */
function describe({ env, endpoint, port, engine, busybox, pids }) {
  return { FARGATE_CI_CLOUD: JSON.stringify({ env, endpoint, port, dockerHost: engine.host, busybox, pids }) };
}

/**
 * With containers: the tests find the local cloud by FARGATE_CI_CLOUD.
 * @type {Suite}
 */
const endToEnd = {
  name: 'end to end',
  run: async (signal, cleanup) => {
    const cloud = await startCloud('e2e', { say: console.log, cleanup });
    const args = ['--config=jest.e2e.config.mjs', '--testPathIgnorePatterns=test/e2e/kaniko.test.ts'];
    return await jest('end-to-end', args, describe(cloud)).run(signal, cleanup);
  },
};

/**
 * What only the real kaniko can show; no part of `npm run verify`, since not every machine can pull its image.
 * @type {Suite}
 */
export const realKaniko = {
  name: 'kaniko',
  run: async (signal, cleanup) => {
    const cloud = await startCloud('kaniko', { say: console.log, cleanup });
    if (!cloud.realKaniko) return { passed: 0, failed: 1, output: 'the real kaniko image cannot be pulled here' };
    return await jest('kaniko', ['--config=jest.e2e.config.mjs'], describe(cloud)).run(signal, cleanup);
  },
};

/** In the order in which they run: the quick ones first. @type {Suite[]} */
export const suites = [
  check('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']),
  check('types', bin('tsc'), ['--noEmit']),
  check('generated help', process.execPath, ['helper/generate.mjs', '--check']),
  check('bundle', process.execPath, ['helper/build.mjs', '--check']),
  jest('tests', []),
  templates,
  pipelines,
  endToEnd,
];

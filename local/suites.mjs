import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
 * @property {(signal: AbortSignal) => Promise<Count>} run
 */

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
 * @returns {Suite}
 */
const jest = (name, args) => ({
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
        `--outputFile=${report}`,
        ...args,
      ],
      { cwd: ROOT, signal, timeoutMs: 900_000 },
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

/** @returns {Suite[]} those whose sources exist, in the order in which they run: the quick ones first */
export function suites() {
  const bin = (/** @type {string} */ name) => join(ROOT, 'node_modules', '.bin', name);
  const generated = ['helper/generate.mjs', 'helper/build.mjs']
    .filter((file) => existsSync(join(ROOT, file)))
    .map((file) => check(`${file} --check`, process.execPath, [file, '--check']));
  return [
    check('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']),
    check('types', bin('tsc'), ['--noEmit']),
    ...generated,
    jest('tests', ['--passWithNoTests']),
  ];
}

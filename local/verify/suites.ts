import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import unitTests from '../../jest.config.mjs';
import { type Cloud, startCloud } from '../cloud/start-cloud.ts';
import { installVenv } from '../install/python.ts';
import { ROOT } from '../paths.mjs';
import { run } from '../process.mjs';
import { jestSuite } from './jest-suite.ts';
import { checkSuite, packageCommand, type Suite } from './suite.ts';

/** The CloudFormation templates by cfn-lint: one check a file. */
const templates: Suite = {
  name: 'templates',
  run: async ({ signal }) => {
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

/** The Groovy steps under the CPS transform. Their runner prints its count in its last line. */
const pipelines: Suite = {
  name: 'pipelines',
  run: async ({ signal }) => {
    const options = { cwd: ROOT, signal, timeoutMs: 600_000 };
    const { status, stdout, stderr } = await run(process.execPath, ['test/jenkins/run.mjs'], options);
    const count = /(\d+) passed, (\d+) failed\s*$/.exec(stdout);
    const failed = Number(count?.[2] ?? 0);
    const output = stdout + stderr;
    return { passed: Number(count?.[1] ?? 0), failed: failed || (status === 0 && count ? 0 : 1), output };
  },
};

/** The environment in which the end-to-end tests find the local cloud. */
function describeCloud({ env, endpoint, port, engine, busybox, pids }: Cloud): Record<string, string> {
  return { FARGATE_CI_CLOUD: JSON.stringify({ env, endpoint, port, dockerHost: engine.host, busybox, pids }) };
}

/** The tests with containers, on a local cloud. */
const endToEnd: Suite = {
  name: 'end to end',
  run: async (cleanup) => {
    const cloud = await startCloud('e2e', { say: console.log, cleanup });
    const args = ['--config=jest.e2e.config.mjs', '--testPathIgnorePatterns=test/e2e/kaniko.test.ts'];
    return await jestSuite('end-to-end', args, describeCloud(cloud)).run(cleanup);
  },
};

/** The same with the real kaniko. It is no part of `npm run verify`, since not every machine can pull its image. */
export const realKaniko: Suite = {
  name: 'kaniko',
  run: async (cleanup) => {
    const cloud = await startCloud('kaniko', { say: console.log, cleanup });
    if (!cloud.realKaniko) return { passed: 0, failed: 1, output: 'the real kaniko image cannot be pulled here' };
    return await jestSuite('kaniko', ['--config=jest.e2e.config.mjs'], describeCloud(cloud)).run(cleanup);
  },
};

/** Leaves out the unit test that runs the Groovy steps, since the suite `pipelines` does. Arguments replace the patterns of jest.config.mjs. */
const WITHOUT_PIPELINES = [...unitTests.testPathIgnorePatterns, '/test/jenkins/'].map(
  (pattern) => `--testPathIgnorePatterns=${pattern}`,
);

/** In the order in which they run: the quick ones first. */
export const suites: readonly Suite[] = [
  checkSuite('format and lint', packageCommand('biome'), ['check', '--error-on-warnings', '.']),
  checkSuite('types', packageCommand('tsc'), ['--noEmit']),
  checkSuite('generated help', process.execPath, ['helper/generate.mjs', '--check']),
  checkSuite('bundle', process.execPath, ['helper/build.mjs', '--check']),
  jestSuite('tests', WITHOUT_PIPELINES),
  templates,
  pipelines,
  endToEnd,
];

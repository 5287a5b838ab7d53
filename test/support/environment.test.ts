import { fileURLToPath } from 'node:url';
import { run } from '../../local/process.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('a wrong exit status shows what was said, and other failures do not', async () => {
  const { status, stderr } = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--ci',
      '--testMatch=**/wrong-status.fixture.ts',
    ],
    { cwd: ROOT, timeoutMs: 100_000 },
  );
  expect({ status, stderr }).toMatchObject({ status: 1 });
  const [, ofObject = '', ofNumber = '', ofOther = ''] = stderr.split('●');
  expect(ofObject).toContain('said:\n      | first line of the object\n      | last line of the object');
  expect(ofNumber).toContain('fargate-ci build ended with status 10, and said:');
  expect(ofNumber).toContain('| first line of the run\n      | last line of the run');
  expect(ofOther).toContain('green');
  expect(ofOther).not.toContain('ended with status');
});

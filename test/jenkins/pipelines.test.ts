import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../local/process.mjs';

// `npm test` alone runs the Groovy steps through this file. `npm run verify` leaves it out: there they are a suite of their own.

const runs = (command: string, flag: string): boolean => spawnSync(command, [flag]).status === 0;
const missing = [...(runs('java', '-version') ? [] : ['Java 17']), ...(runs('mvn', '-version') ? [] : ['Maven'])];
const why = missing.length === 0 ? '' : ` (skipped: there is no ${missing.join(' and no ')} on the PATH)`;
if (why) console.warn(`The Groovy steps are not tested${why}`);

(missing.length === 0 ? test : test.skip)(
  `the cases of the Groovy steps pass under Jenkins' CPS transform${why}`,
  async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const { status, stdout, stderr } = await run(process.execPath, [join('test', 'jenkins', 'run.mjs')], {
      cwd: root,
      timeoutMs: 600_000,
    });
    const failures = stdout.replace(/^ok .*\n/gm, '');
    expect({ status, said: failures + stderr }).toEqual({
      status: 0,
      said: expect.stringMatching(/^\d+ passed, 0 failed/),
    });
  },
  600_000,
);

// Plays the helper: it records its parameters, and then behaves as the name of the image or the service says.
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [command] = process.argv.slice(2);
const parameters = JSON.parse(readFileSync(process.argv[process.argv.indexOf('--params') + 1] ?? '', 'utf8'));
const records = process.env.RECORDS ?? '.';
const folder = basename(join(process.cwd(), '..'));
const parent = readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
const name = [parameters.image ?? parameters.service].flat()[0];
writeFileSync(
  join(records, `${String(readdirSync(records).length).padStart(2, '0')}-${folder}.json`),
  JSON.stringify({
    command,
    parameters,
    flags: process.execArgv,
    arguments: process.argv.slice(2),
    cwd: process.cwd(),
    parent,
    files: readdirSync('.').map((file) => `${file} ${(statSync(file).mode & 0o777).toString(8)}`),
    folder: (statSync('..').mode & 0o777).toString(8),
  }),
);
console.error(`[fargate-ci] ${command} of ${name}: größer`);

/**
 * @param {number} status
 * @param {unknown} outcome
 */
const end = (status, outcome) => {
  writeFileSync('result.json', typeof outcome === 'string' ? outcome : JSON.stringify(outcome));
  process.exit(status);
};
/**
 * @param {string} category
 * @param {string} message
 * @param {string} hint
 */
const failure = (category, message, hint) => ({ ok: false, failure: { category, message, hint }, partial: {} });
const reference = parameters.push === false ? null : `registry/${name}@sha256:1`;
const result = { image: `registry/${name}:1`, images: [`registry/${name}:1`], reference };

const crowd = () => readdirSync(join(records, '..')).filter((file) => file.startsWith('crowd-')).length;

switch (name) {
  case 'fails':
    end(10, failure('build', 'RUN make größer ended with exit code 2', 'its last lines are above'));
    break;
  case 'killed':
    process.kill(process.pid, 'SIGKILL');
    await sleep(60_000);
    break;
  case 'garbage':
    end(0, '{"ok": tr');
    break;
  case 'no-result':
    end(0, { ok: true });
    break;
  case 'odd-result':
    end(0, { ok: 'yes', result: 'text', failure: 'text' });
    break;
  case 'null':
    end(0, 'null');
    break;
  case 'nested':
    end(0, `{"ok":true,"result":${'['.repeat(400_000)}`);
    break;
  case 'nested-whole':
    end(0, `{"ok":true,"result":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`);
    break;
  case 'huge':
    end(0, JSON.stringify({ ok: true, result: { ...result, x: 'x'.repeat(20_000_000) } }));
    break;
  case 'elsewhere':
    symlinkSync('/etc/passwd', 'result.json');
    process.exit(0);
    break;
  case 'lies':
    end(3, { ok: true, result });
    break;
  case 'silent':
    process.exit(0);
    break;
  case 'terminated':
    end(143, failure('aborted', 'ended by SIGTERM', ''));
    break;
  case 'waits':
    process.on('SIGTERM', () => {
      console.error('stopping the task');
      writeFileSync(join(records, `stopped-${folder}`), '');
      end(143, failure('aborted', 'ended by SIGTERM', ''));
    });
    console.error('waiting');
    await sleep(60_000);
    break;
  case 'pair': {
    // The calls of a parallel step must run at the same time.
    if (parameters.timeout === undefined || existsSync(join(records, '../met'))) break;
    const both = () => readdirSync(join(records, '..')).filter((file) => file.startsWith('pair-')).length === 2;
    writeFileSync(join(records, `../pair-${folder}`), '');
    for (let turn = 0; turn < 500 && !both(); turn++) await sleep(20);
    writeFileSync(join(records, '../met'), '');
    break;
  }
  case 'crowd':
    // As many calls as the parameter says must run at the same time.
    writeFileSync(join(records, `../crowd-${folder}`), '');
    for (let turn = 0; turn < 500 && crowd() < parameters.timeout; turn++) await sleep(20);
    break;
  case 'one':
  case 'two':
    // Both must run at the same time.
    writeFileSync(join(records, `../met-${name}`), '');
    for (let turn = 0; turn < 500 && !existsSync(join(records, `../met-${name === 'one' ? 'two' : 'one'}`)); turn++)
      await sleep(20);
    break;
}
const seconds = { context: 1.5, start: 20 };
end(0, {
  ok: true,
  result:
    command === 'build'
      ? { ...result, digest: null, seconds }
      : { service: name, changed: true, addresses: ['10.0.0.1:8080'] },
});

import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.mjs';
import { LIBRARY, runPipelines } from './harness.mjs';

// Runs the steps of vars/ with a fake helper under Jenkins' CPS transform and sandbox. The program is saved and read back at every
// step. `node test/jenkins/run.mjs [WORD]` runs the cases with this word in their name. The last line has the count.

const folder = mkdtempSync(join(tmpdir(), 'fargate-ci-jenkins-'));
const word = process.argv[2] ?? '';
const chosen = cases.filter(({ name }) => name.includes(word));
let failed = 0;

// As long as the real bundle: if the program were saved with it, the size would show.
const resources = join(folder, 'resources');
cpSync(join(dirname(fileURLToPath(import.meta.url)), 'fake'), resources, { recursive: true });
appendFileSync(join(resources, 'fargateci', 'helper.mjs'), `// ${'x'.repeat(1_000_000)}\n`);

/**
 * A PATH with the `node` that the case wants.
 * @param {import('./cases.mjs').Case['node']} node
 */
function pathWith(node) {
  const bin = join(folder, `bin-${node ?? 'good'}`);
  mkdirSync(bin, { recursive: true });
  if (node === 'none') return bin;
  const file = join(bin, 'node');
  rmSync(file, { force: true });
  if (node === undefined) symlinkSync(process.execPath, file);
  else writeFileSync(file, `#!/bin/sh\n${node === 'old' ? 'echo v18.20.8' : 'exit 1'}\n`);
  if (node !== undefined) chmodSync(file, 0o755);
  return `${bin}:/usr/bin:/bin`;
}

try {
  const pipelines = chosen.map((example, index) => {
    const records = join(folder, `${index}`, 'records');
    mkdirSync(records, { recursive: true });
    return {
      jenkinsfile: `@Library('fargate-ci') _\n${example.script}`,
      resources,
      source: join(LIBRARY, 'example'),
      workspace: join(folder, `${index}`, 'workspace'),
      env: { PATH: pathWith(example.node), RECORDS: records },
      ...(example.windows ? { windows: true } : {}),
      ...(example.abortOn ? { abortOn: example.abortOn } : {}),
      ...(example.abortAt ? { abortAt: example.abortAt } : {}),
    };
  });
  const ended = await runPipelines(pipelines, folder);
  for (const [index, example] of chosen.entries()) {
    const { result, log, savedBytes } = ended[index] ?? { result: 'none', log: '', savedBytes: 0 };
    try {
      assert.equal(result, example.result ?? 'SUCCESS');
      assert.ok(savedBytes < 100_000, `the program took ${savedBytes} bytes to save`);
      let from = 0;
      for (const text of example.shows ?? []) {
        const at = log.indexOf(text, from);
        assert.ok(at >= 0, `the log lacks "${text}"${log.includes(text) ? ' in this place' : ''}`);
        from = at + text.length;
      }
      for (const text of example.hides ?? []) assert.ok(!log.includes(text), `the log has "${text}"`);
      const { workspace, env } = /** @type {typeof pipelines[number]} */ (pipelines[index]);
      const calls = readdirSync(env.RECORDS)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => JSON.parse(readFileSync(join(env.RECORDS, name), 'utf8')));
      example.check?.({ calls, workspace, records: env.RECORDS, log });
      console.log(`ok    ${example.name}`);
    } catch (error) {
      failed += 1;
      console.log(
        `FAIL  ${example.name}\n${error instanceof Error ? error.message : error}\n${log.replace(/^/gm, '    ')}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || chosen.length === 0 ? 1 : 0;

// Asks BuildKit's own walk (walk.go, which needs Go and its module proxy) what it sends in each case, and writes buildkit.jsonl
// beside this file. Run it by hand; the tests only read buildkit.jsonl.
//   node test/ignore/oracle/record.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, namesOf, treeOf } from './format.mjs';
import { makeCases } from './random.mjs';
import { CASES } from './written.mjs';

const SEED = 11;
/** This many cases are made. Only some of those that are refused, or leave nothing out, are kept. */
const MADE = 2_700;
const DULL = 200;

const cases = [
  ...Object.entries(CASES).map(([name, ignore]) => ({ name, tree: -1, ignore })),
  ...makeCases(SEED, MADE).map((one) => ({ name: '', ...one })),
];
const input = cases.map(({ tree, ignore }) => JSON.stringify({ tree: treeOf(tree), ignore })).join('\n');
const { stdout, status } = spawnSync('go', ['run', '.'], {
  cwd: import.meta.dirname,
  input,
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  stdio: ['pipe', 'pipe', 'inherit'],
});
if (status !== 0) throw new Error('walk.go did not answer');
const answers = stdout.trim().split('\n');
let dull = 0;
const lines = cases.flatMap((one, at) => {
  const answer = JSON.parse(answers[at] ?? '');
  const isDull = answer.error !== '' || answer.sent.length === namesOf(one.tree).length;
  if (one.name === '' && isDull) dull += 1;
  return one.name === '' && isDull && dull > DULL ? [] : [format({ ...one, ...answer })];
});
writeFileSync(join(import.meta.dirname, 'buildkit.jsonl'), `${lines.join('\n')}\n`);

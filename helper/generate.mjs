// Writes the files that are made from the declarations of parameters and settings, from the templates, and from the READMEs of
// the folders of helper/src: the steps' help, and the tables and the picture in docs/.
// With --check it only compares, and fails where a file differs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { importProgram } from '../local/bundle.mjs';

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

const { generated } = /** @type {typeof import('./generate/main.ts')} */ (
  await importProgram('helper/generate/main.ts')
);
let stale = 0;
for (const { path, text } of generated) {
  const file = new URL(path, root);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = text(before, root);
  if (after === before) continue;
  stale += 1;
  if (check) console.error(`${path} differs from the declarations: run "npm run generate" and commit it`);
  else {
    writeFileSync(file, after);
    console.log(`wrote ${path}`);
  }
}
if (check && stale > 0) process.exitCode = 1;

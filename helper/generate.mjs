// Writes the files that are made from the declarations of parameters and settings, from the templates, and from the READMEs of
// the folders of helper/src: the steps' help, and the tables and the picture in docs/.
// With --check it only compares, and fails where a file differs.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

/** Node 20 runs no TypeScript, so the declarations are bundled into a temporary folder first. */
async function loadGenerated() {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-ci-'));
  try {
    const outfile = join(folder, 'generated.mjs');
    const entryPoints = [fileURLToPath(new URL('generate/main.ts', import.meta.url))];
    await build({
      entryPoints,
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
      loader: { '.yaml': 'text' },
      // The parser of YAML is CommonJS.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return (await import(pathToFileURL(outfile).href)).generated;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const generated = await loadGenerated();
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

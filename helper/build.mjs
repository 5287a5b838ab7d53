// Bundles the helper into resources/fargateci/helper.mjs, one file, the same bytes on any machine, and collects the
// licences of what is in it. With --check it only compares, and fails where something differs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');
/** A Jenkins controller keeps a copy of all resources with every build. */
const LIMIT = 1_300_000;

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const result = await build({
  absWorkingDir: root,
  entryPoints: ['helper/src/main.ts'],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  charset: 'utf8',
  define: { FARGATE_CI_VERSION: JSON.stringify(version) },
  banner: {
    js: [
      `// fargate-ci ${version}, Apache-2.0. Built from helper/ by "npm run build"; licences of its parts: helper.licenses.txt`,
      "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    ].join('\n'),
  },
  logLevel: 'error',
});

/** @param {string} input a file that went into the bundle @returns the folder of its package, if it has one */
function packageOf(input) {
  const parts = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return parts?.[1];
}

function licences() {
  const inputs = Object.values(result.metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = [...new Set(inputs.map(packageOf))].filter((folder) => folder !== undefined).sort();
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const folder of folders) {
    const { name, version: number, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file
      ? readFileSync(join(root, folder, file), 'utf8')
          .replace(/\r\n/g, '\n')
          .trim()
      : `${license} (no text in the package)`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${number} (${license})`]);
  }
  const line = '-'.repeat(80);
  return `What helper.mjs contains, and under which licence.\n\n${[...byText]
    .map(([text, names]) => `${line}\n${[...new Set(names)].join('\n')}\n${line}\n\n${text}\n`)
    .join('\n')}`;
}

const outputs = {
  'resources/fargateci/helper.mjs': result.outputFiles[0]?.text ?? '',
  'resources/fargateci/helper.licenses.txt': licences(),
};
const size = Buffer.byteLength(outputs['resources/fargateci/helper.mjs']);
let stale = size > LIMIT ? 1 : 0;
if (size > LIMIT) console.error(`the bundle has ${size} bytes, more than ${LIMIT}`);
for (const [path, text] of Object.entries(outputs)) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) {
    stale += 1;
    console.error(`${path} differs from the sources: run "npm run build" and commit it`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
if (!check) console.log(`resources/fargateci/helper.mjs: ${size} bytes`);
if (stale > 0) process.exitCode = 1;

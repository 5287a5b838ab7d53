// Bundles the two programs, one file each, the same bytes on any machine, and collects the licences of what is in them.
// With --check it only compares, and fails where something differs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * @typedef {object} Bundle
 * @property {string} entry
 * @property {string} path without its ending
 * @property {number} limit in bytes
 */
/** @type {Bundle[]} */
const bundles = [
  // A Jenkins controller keeps a copy of all resources with every build.
  { entry: 'helper/src/main.ts', path: 'resources/fargateci/helper', limit: 1_300_000 },
  { entry: 'helper/src/operator.ts', path: 'infrastructure/operator', limit: 2_500_000 },
];

/** @param {Bundle} bundle */
async function bundled({ entry, path }) {
  const licences = `${path.split('/').at(-1)}.licenses.txt`;
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    loader: { '.yaml': 'text' },
    legalComments: 'none',
    charset: 'utf8',
    define: { FARGATE_CI_VERSION: JSON.stringify(version) },
    banner: {
      js: [
        `// fargate-ci ${version}, Apache-2.0. Built from helper/ by "npm run build"; licences of its parts: ${licences}`,
        "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      ].join('\n'),
    },
    logLevel: 'error',
  });
  return { text: result.outputFiles[0]?.text ?? '', outputs: Object.values(result.metafile.outputs) };
}

/** @param {string} input a file that went into the bundle @returns the folder of its package, if it has one */
function packageOf(input) {
  const parts = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return parts?.[1];
}

/**
 * @param {string} name of the bundle's file
 * @param {{ inputs: Record<string, { bytesInOutput: number }> }[]} outputs
 */
function licences(name, outputs) {
  const inputs = outputs.flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = [...new Set(inputs.map(packageOf))].filter((folder) => folder !== undefined).sort();
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const folder of folders) {
    const {
      name: part,
      version: number,
      license,
    } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file
      ? readFileSync(join(root, folder, file), 'utf8')
          .replace(/\r\n/g, '\n')
          .trim()
      : `${license} (no text in the package)`;
    byText.set(text, [...(byText.get(text) ?? []), `${part} ${number} (${license})`]);
  }
  const line = '-'.repeat(80);
  return `What ${name} contains, and under which licence.\n\n${[...byText]
    .map(([text, names]) => `${line}\n${[...new Set(names)].join('\n')}\n${line}\n\n${text}\n`)
    .join('\n')}`;
}

let stale = 0;
for (const bundle of bundles) {
  const { text, outputs } = await bundled(bundle);
  const file = `${bundle.path}.mjs`;
  const size = Buffer.byteLength(text);
  if (size > bundle.limit) {
    stale += 1;
    console.error(`${file} has ${size} bytes, more than ${bundle.limit}`);
  }
  put(file, text);
  put(`${bundle.path}.licenses.txt`, licences(file.split('/').at(-1) ?? '', outputs));
  if (!check) console.log(`${file}: ${size} bytes`);
}
if (stale > 0) process.exitCode = 1;

/**
 * Writes a file, or compares it.
 * @param {string} path
 * @param {string} text
 */
function put(path, text) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (check) {
    stale += 1;
    console.error(`${path} differs from the sources: run "npm run build" and commit it`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

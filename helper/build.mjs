// Makes the bundles of the two programs, the licences of their packages and the bills of materials (SBOM). The same sources make
// the same bytes on every machine. It fails if a package has a licence that is not on the list.
// With --check it writes nothing, and fails if a file differs from what it would write.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './build/bundle.mjs';
import { licenceComplaints, licenceTexts } from './build/licences.mjs';
import { packagesOf } from './build/packages.mjs';
import { billOfMaterials } from './build/sbom.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { version } = project;

/**
 * @typedef {object} Bundle
 * @property {string} entry
 * @property {string} path without its ending
 * @property {number} limit in bytes
 */
/** @type {Bundle[]} */
const bundles = [
  // Small, because a Jenkins controller keeps a copy of all resources with every build.
  { entry: 'helper/src/main.ts', path: 'resources/fargateci/helper', limit: 1_300_000 },
  { entry: 'helper/src/operator.ts', path: 'infrastructure/operator', limit: 2_500_000 },
];

let stale = 0;
for (const bundle of bundles) {
  const { text, metafile } = await bundled(root, version, bundle);
  const contents = packagesOf(root, metafile);
  const name = bundle.path.split('/').at(-1) ?? '';
  const size = Buffer.byteLength(text);
  const complaints = licenceComplaints(contents.packages);
  if (size > bundle.limit) complaints.push(`${name}.mjs has ${size} bytes, more than ${bundle.limit}`);
  stale += complaints.length;
  for (const complaint of complaints) console.error(complaint);
  put(`${bundle.path}.mjs`, text);
  put(`${bundle.path}.licenses.txt`, licenceTexts(`${name}.mjs`, contents.packages));
  // In docs/ and not in resources/, of which a copy is kept with every build.
  put(`docs/sbom/${name}.cdx.json`, billOfMaterials(project, `${name}.mjs`, contents));
  if (!check) console.log(`${bundle.path}.mjs: ${size} bytes`);
}
if (stale > 0) process.exitCode = 1;

/**
 * Writes a file; with --check it compares the file and counts a difference.
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

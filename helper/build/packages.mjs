import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A package whose code is in a bundle, at least in part.
 * @typedef {object} BundledPackage
 * @property {string} folder below the root
 * @property {string} name
 * @property {string} version
 * @property {string} license as its package.json has it, an SPDX expression
 * @property {string} text of its licence; empty if the package has none
 * @property {string} integrity of its archive, from the lockfile: `sha512-...`
 * @property {readonly string[]} uses the folders of the packages that it imports
 */

/** @param {string} file that is in a bundle @returns the folder of its package; undefined for our own files */
const folderOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/**
 * The packages in a bundle, sorted by folder, and which of them our own sources import.
 * @param {string} root
 * @param {import('esbuild').Metafile} metafile
 * @returns {{ packages: BundledPackage[], own: string[] }}
 */
export function packagesOf(root, { inputs, outputs }) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const files = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== undefined).sort();
  /** @type {Map<string | undefined, Set<string>>} */
  const uses = new Map();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const from = folderOf(file);
    const to = imports.map(({ path }) => folderOf(path)).filter((one) => one !== undefined && one !== from);
    uses.set(from, new Set([...(uses.get(from) ?? []), ...to.filter((one) => one !== undefined)]));
  }
  /** @param {string | undefined} folder */
  const used = (folder) => [...(uses.get(folder) ?? [])].filter((one) => folders.includes(one)).sort();
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const { integrity } = lock[folder];
    return { folder, name, version, license, text: licenceText(join(root, folder)), integrity, uses: used(folder) };
  });
  return { packages, own: used(undefined) };
}

/** @param {string} folder */
function licenceText(folder) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim();
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A package of which something is in a bundle.
 * @typedef {object} Part
 * @property {string} folder below the root
 * @property {string} name
 * @property {string} version
 * @property {string} license as its package.json has it, an SPDX expression
 * @property {string} text of its licence; empty where the package has none
 * @property {string} integrity of its archive, as the lockfile has it: `sha512-...`
 * @property {readonly string[]} uses folders of the parts that it imports
 */

/** @param {string} file that went into a bundle @returns the folder of its package, if it has one */
const folderOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/**
 * What is in a bundle, by folder; and the parts that our own sources import.
 * @param {string} root
 * @param {import('esbuild').Metafile} metafile
 * @returns {{ parts: Part[], own: string[] }}
 */
export function partsOf(root, { inputs, outputs }) {
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
  const parts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const { integrity } = lock[folder];
    return { folder, name, version, license, text: licenceText(join(root, folder)), integrity, uses: used(folder) };
  });
  return { parts, own: used(undefined) };
}

/** @param {string} folder */
function licenceText(folder) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim();
}

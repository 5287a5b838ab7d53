import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, STATE } from './paths.mjs';

/**
 * Bundles a TypeScript program into one file, since Node 20 cannot run TypeScript. npm packages stay outside of it, and so
 * do the project's own .mjs files: some find folders by their own place, and the entry points must have the same classes.
 * @param {string} entry
 * @param {string} outfile its folder is made where it is missing
 */
export async function bundleProgram(entry, outfile) {
  // Imported late: this file is loaded before `npm ci` has run.
  const { build } = await import('esbuild');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    loader: { '.yaml': 'text' },
    plugins: [
      {
        name: 'plain-modules',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.{1,2}\/.*\.mjs$/ }, ({ path, resolveDir }) => ({
            path: pathToFileURL(join(resolveDir, path)).href,
            external: true,
          })),
      },
    ],
  });
}

/**
 * Bundles and loads a TypeScript file of this repository.
 * @param {string} entry path in the repository
 * @returns {Promise<Record<string, unknown>>} what it exports
 */
export async function importProgram(entry) {
  // In the checkout, so that the bundle finds node_modules; gone as soon as it is loaded.
  const folder = join(STATE, `program-${process.pid}`);
  try {
    const file = join(folder, 'program.mjs');
    await bundleProgram(join(ROOT, entry), file);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

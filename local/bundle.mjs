import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

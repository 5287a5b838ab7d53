import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from '../../local/packages.mjs';
import { ROOT, STATE } from '../../local/paths.mjs';

// `npm run bench`: see docs/performance.md. The benchmark is TypeScript and uses the scripted AWS of the tests: it is
// bundled first, but for packages and for local/, whose paths count from their own place.
await installPackages({ say: console.log });
const { build } = await import('esbuild');
const folder = join(STATE, `bench-${process.pid}`);
await mkdir(folder, { recursive: true });
try {
  const outfile = join(folder, 'bench.mjs');
  await build({
    entryPoints: [join(ROOT, 'test', 'bench', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'local',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/local\/[^/]+\.mjs$/ }, ({ path, resolveDir }) => ({
            path: pathToFileURL(join(resolveDir, path)).href,
            external: true,
          })),
      },
    ],
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await rm(folder, { recursive: true, force: true });
}

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { bundleProgram } from '../../local/bundle.mjs';
import { ROOT } from '../../local/paths.mjs';
import { circles, readImportGraph } from '../support/import-graph.ts';

// The entry points run before `npm ci`, on Node 20: what they import may be neither TypeScript nor a package.

const ENTRY_POINTS = ['local/demo.mjs', 'local/verify.mjs', 'test/bench/run.mjs'];

/** What a file of this repository imports; imports that run late are left out. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)';|^import '([^']+)';/gms)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );
}

/** The files of this repository that a file imports. */
const filesOf = (file: string): string[] =>
  importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => relative(ROOT, join(ROOT, dirname(file), path)));

function reachedFrom(files: readonly string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    reachedFrom(filesOf(file), seen);
  }
  return seen;
}

/** The code below a folder. local/.state has the files of engines that run: it is left out. */
function codeBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '.state' ? [] : codeBelow(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

const local = codeBelow('local');

test('the entry points need no package before `npm ci`, and no TypeScript', () => {
  const plain = [...reachedFrom(ENTRY_POINTS)];
  expect(plain.filter((file) => !file.endsWith('.mjs'))).toEqual([]);
  const packages = plain.flatMap(importsOf).filter((path) => !path.startsWith('.') && !path.startsWith('node:'));
  expect(packages).toEqual([]);
  // Everything else in local/ is TypeScript.
  expect(local.filter((file) => file.endsWith('.mjs') && !plain.includes(file))).toEqual([]);
});

test('no imports of local/ go round in a circle, those of types included', () => {
  expect(local.length).toBeGreaterThan(50);
  expect(circles(readImportGraph(ROOT, local))).toEqual([]);
});

test('the stand-in for kaniko is one file that needs only Node in its container', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fargate-ci-bundle-'));
  try {
    const file = join(folder, 'executor.mjs');
    await bundleProgram(join(ROOT, 'local/kaniko/executor.ts'), file);
    const imports = [...(await readFile(file, 'utf8')).matchAll(/^(?:import|export)\b.*from "([^"]+)"/gm)];
    expect(imports.length).toBeGreaterThan(3);
    expect(imports.map(([, from]) => from).filter((from) => !from?.startsWith('node:'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

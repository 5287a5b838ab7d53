import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFolders } from '../helper/generate/folder-readmes.ts';
import { circles, readImportGraph } from './support/import-graph.ts';

const source = fileURLToPath(new URL('../helper/src/', import.meta.url));

/** Each of these begins a process, and so may import from everywhere. */
const PROGRAMS = ['main.ts', 'operator.ts', 'process/run-process.ts'];
/** These may reach into the sub-folders of other folders; a domain folder may not. */
const COMPOSERS = ['cli', 'commands', 'operator'];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(resolve(source, file), 'utf8');
const folderOf = (file: string): string => (file.includes('/') ? dirname(file) : '');
const topOf = (folder: string): string => folder.split('/')[0] ?? '';

/** What each file imports of helper/src. */
const importsOf = new Map(
  [...readImportGraph(source, files)].map(([file, targets]) => [file, targets.filter((to) => !to.startsWith('..'))]),
);

/** Which group imports which other one, programs apart. */
function graphOf(group: (file: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of importsOf) {
    if (PROGRAMS.includes(file)) continue;
    const from = group(file);
    const others = targets.map(group).filter((to) => to !== '' && to !== from);
    if (from !== '') graph.set(from, new Set([...(graph.get(from) ?? []), ...others]));
  }
  return graph;
}

test('no file imports itself by way of others, types included', () => {
  expect([...importsOf.values()].flat().length).toBeGreaterThan(500);
  expect(circles(importsOf)).toEqual([]);
});

test('no circle of folders', () => {
  expect(circles(graphOf((file) => topOf(folderOf(file))))).toEqual([]);
});

test('no circle of the sub-folders of a folder; what lies in the folder itself is for all of them', () => {
  const isSub = (file: string): boolean => folderOf(file).includes('/');
  expect(circles(graphOf((file) => (isSub(file) ? folderOf(file) : '')))).toEqual([]);
});

test('a domain folder imports nothing of the insides of another one', () => {
  const wrong = [...importsOf].flatMap(([file, targets]) => {
    const own = topOf(folderOf(file));
    if (PROGRAMS.includes(file) || COMPOSERS.includes(own)) return [];
    const insides = targets.filter((to) => folderOf(to).includes('/') && topOf(folderOf(to)) !== own);
    return insides.map((to) => `${file} -> ${to}`);
  });
  expect(wrong).toEqual([]);
});

test('each folder has a README, which names the folders that it imports', () => {
  const told = Object.fromEntries(
    readFolders(new URL('../helper/src/', import.meta.url)).map(({ folder, imports }) => [folder, imports]),
  );
  const real = Object.fromEntries(
    [...new Set(files.map(folderOf))]
      .filter((folder) => folder !== '')
      .map((folder) => {
        const own = files.filter((file) => folderOf(file) === folder);
        const others = own.flatMap((file) => (importsOf.get(file) ?? []).map(folderOf));
        return [folder, [...new Set(others)].filter((to) => to !== '' && to !== folder).sort()];
      }),
  );
  expect(told).toEqual(real);
});

/** The names that several files have, each with those files. */
function shared(names: readonly { name: string; file: string }[]): string[] {
  const where = new Map<string, Set<string>>();
  for (const { name, file } of names) where.set(name, new Set([...(where.get(name) ?? []), file]));
  return [...where].filter(([, all]) => all.size > 1).map(([name, all]) => `${name}: ${[...all].join(', ')}`);
}

test('no two files have one name', () => {
  expect(shared(files.map((file) => ({ name: basename(file), file })))).toEqual([]);
});

test('no two files export one name', () => {
  const declaration = /^export (?:async )?(?:type|interface|function\*?|const|(?:abstract )?class) (\w+)/gm;
  const exported = files.flatMap((file) =>
    [...textOf(file).matchAll(declaration)].map(([, name = '']) => ({ name, file })),
  );
  expect(shared(exported)).toEqual([]);
});

test('no source has more than 200 lines', () => {
  expect(files.filter((file) => textOf(file).split('\n').length > 201)).toEqual([]);
});

test('the process, its environment, its clock and the console are touched in process/ and the loader alone', () => {
  const touching = files.filter((file) => {
    const code = textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return /\bprocess\.(env|exit|argv|on|std\w+)\b|\bconsole\.(log|error|warn|info)\b|\bDate\.now\b|\bsetTimeout\b/.test(
      code,
    );
  });
  expect(touching.sort()).toEqual(['loader/loader.ts', 'process/clock.ts', 'process/run-process.ts']);
});

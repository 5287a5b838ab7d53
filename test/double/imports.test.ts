import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { circles, readImportGraph } from '../support/import-graph.ts';

const root = import.meta.dirname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
/** What each file imports, packages included. */
const importsOf = new Map(
  files.map((name): [string, string[]] => {
    const text = readFileSync(join(root, name), 'utf8');
    return [name, [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from)];
  }),
);

test('the double imports nothing of the helper, nor any SDK', () => {
  expect(files.length).toBeGreaterThan(30);
  const imports = [...importsOf].flatMap(([name, all]) => all.map((from) => `${name}: ${from}`));
  expect(imports.filter((one) => !/: (node:[a-z]+|yaml|\.\.?\/[^']*\.ts)$/.test(one))).toEqual([]);
  expect(imports.filter((one) => one.includes('helper/') || one.includes('../world'))).toEqual([]);
});

test('no file of the double imports itself by way of others, types included', () => {
  expect(circles(readImportGraph(root, files))).toEqual([]);
});

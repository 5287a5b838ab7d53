import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = import.meta.dirname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
/** What each file imports, types included. */
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

test('no file of the double imports itself by way of others', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    const start = way.indexOf(name);
    if (start >= 0) circles.push([...way.slice(start), name].join(' -> '));
    if (start >= 0 || done.has(name)) return;
    const own = (importsOf.get(name) ?? []).filter((from) => from.startsWith('.'));
    for (const from of own) visit(normalize(join(dirname(name), from)), [...way, name]);
    done.add(name);
  };
  for (const name of files) visit(name, []);
  expect(circles).toEqual([]);
});

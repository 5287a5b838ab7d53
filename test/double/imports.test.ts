import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '.');

test('the double imports nothing of the helper, nor any SDK', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  expect(files.length).toBeGreaterThan(30);
  const imports = files.flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => `${name}: ${from}`),
  );
  expect(imports.filter((one) => !/: (node:[a-z]+|yaml|\.\.?\/[^']*\.ts)$/.test(one))).toEqual([]);
  expect(imports.filter((one) => one.includes('helper/') || one.includes('../world'))).toEqual([]);
});

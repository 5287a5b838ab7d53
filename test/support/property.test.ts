import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from './property.ts';

const tests = fileURLToPath(new URL('..', import.meta.url));

test('no test imports fast-check itself, since its cases would be others in each run', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const wrong = files.filter((file) => /from '(?:fast)-check'/.test(readFileSync(join(tests, file), 'utf8')));
  expect(wrong).toEqual([join('support', 'property.ts')]);
});

test('a property tries the same values in each run', () => {
  const values = (): number[] => {
    const seen: number[] = [];
    fc.assert(fc.property(fc.integer(), (value) => seen.push(value) > 0));
    return seen;
  };
  expect(values()).toEqual(values());
});

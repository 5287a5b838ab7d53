import { compileGlob } from '../../helper/src/ignore/glob.ts';
import { readGoRegExp } from '../../helper/src/ignore/go-regexp.ts';
import { compilePathTest, linearTimeTest } from '../../helper/src/ignore/path-test.ts';
import fc from '../support/property.ts';

test('a pattern with many stars is matched without delay', () => {
  const matches = compileGlob(`${'a*'.repeat(25)}b`);
  expect(matches?.(`${'a'.repeat(200)}c`)).toBe(false);
  expect(matches?.(`${'a'.repeat(200)}b`)).toBe(true);
  expect(compileGlob(`${'**/a/'.repeat(12)}b`)?.(`${'a/'.repeat(300)}c`)).toBe(false);
  // A few stars with a long path, and patterns with counts.
  expect(compileGlob('*a*a*?b')?.(`${'a'.repeat(4_000)}c`)).toBe(false);
  expect(compileGlob(`${'a{0}'.repeat(2_000)}*${'a{9}'.repeat(400)}b`)?.('a'.repeat(4_000))).toBe(false);
});

test('the linear test gives the same results as a regular expression', () => {
  const same = [
    'a',
    'b',
    '[^/]*',
    '[^/]',
    '[a-c]',
    '[^b]',
    '\\.',
    '\\]',
    'a{2}',
    'b{0,2}',
    '[ab]{1,}',
    '|',
    '^',
    '\\b',
    '\\B',
  ];
  const other = { '/': '\\/', '(.*/)?': '([^\\n]*\\/)?', '.*': '[^\\n]*', '{': '\\{', '}': '\\}' };
  const piece = fc.constantFrom(...same.map((one) => [one, one] as const), ...Object.entries(other));
  const text = fc.stringMatching(/^[ab/.\]\n{]{0,10}$/);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), text, (pieces, path) => {
      const expression = readGoRegExp(`^${pieces.map(([go]) => go).join('')}$`);
      if (!expression) throw new Error('not read');
      const native = new RegExp(`^${pieces.map(([, javaScript]) => javaScript).join('')}$`, 'u');
      expect(linearTimeTest(expression)(path)).toBe(native.test(path));
      expect(compilePathTest(expression)(path)).toBe(native.test(path));
    }),
    { seed: 4, numRuns: 5_000 },
  );
});

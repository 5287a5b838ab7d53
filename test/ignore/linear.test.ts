import fc from 'fast-check';
import { compileGlob } from '../../helper/src/ignore/glob.ts';
import { translateGoRegExp } from '../../helper/src/ignore/go-regexp.ts';
import { linear } from '../../helper/src/ignore/linear.ts';

test('a pattern of many stars is matched at once', () => {
  const matches = compileGlob(`${'a*'.repeat(25)}b`);
  expect(matches?.(`${'a'.repeat(200)}c`)).toBe(false);
  expect(matches?.(`${'a'.repeat(200)}b`)).toBe(true);
  expect(compileGlob(`${'**/a/'.repeat(12)}b`)?.(`${'a/'.repeat(300)}c`)).toBe(false);
});

test('what it says is what the regular expression says', () => {
  const piece = fc.constantFrom('a', 'b', '/', '[^/]*', '(.*/)?', '.*', '[^/]', '[a-c]', '[^b]', '\\.', '\\]');
  const text = fc.stringMatching(/^[ab/.\]\n]{0,10}$/);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), text, (pieces, path) => {
      const expression = translateGoRegExp(`^${pieces.join('')}$`);
      if (expression) expect(linear(expression)(path)).toBe(expression.test(path));
    }),
    { seed: 4, numRuns: 3_000 },
  );
});

import { parseIgnoreFile } from '../../helper/src/ignore/ignore-file.ts';
import { IgnorePatterns, type IgnoreVerdict } from '../../helper/src/ignore/patterns.ts';

const patternsOf = (text: string): IgnorePatterns => new IgnorePatterns(parseIgnoreFile(text, '.dockerignore'));

/** The verdicts on a path and on the folders above it, from the top. */
function verdicts(patterns: IgnorePatterns, path: string): IgnoreVerdict[] {
  const names = path.split('/');
  const found: IgnoreVerdict[] = [];
  for (const at of names.keys())
    found.push(patterns.judge(names.slice(0, at + 1).join('/'), found.at(-1) ?? patterns.rootVerdict));
  return found;
}
const ignored = (patterns: IgnorePatterns, path: string): boolean => verdicts(patterns, path).at(-1)?.ignored === true;

test('a pattern that matched a folder is not tried again below it, but exceptions are', () => {
  const patterns = patternsOf('**/lib\n!**/lib/keep\n');
  const [a, lib, x] = verdicts(patterns, 'a/lib/x');
  expect([a?.ignored, lib?.ignored, x?.ignored]).toEqual([false, true, true]);
  // No pattern matched anew, so the verdict is even the same object.
  expect(x).toBe(lib);
  expect(a).toBe(patterns.rootVerdict);
  expect(ignored(patterns, 'a/lib/keep/y')).toBe(false);
});

describe('an ignored folder is entered only if an exception may bring something back', () => {
  for (const [ignore, folder, into] of [
    ['a\n', 'a', false],
    ['a\n!b\n', 'a', false],
    ['a\n!a/b\n', 'a', true],
    ['a\n!a/**\n', 'a', true],
    ['a\n!a\n', 'a', true],
    ['!a/b\na\n', 'a', false],
    ['*\n!*/x\n', 'a', true],
    ['*\n!*/x\n', 'a/b', false],
    ['*\n!b/*/x\n', 'a', false],
    ['*\n!b/*/x\n', 'b', true],
    ['*\n!**/x\n', 'a/b/c', true],
    ['*\n![^b]x\n', 'a', true],
  ] as const)
    test(`${JSON.stringify(ignore)}: ${folder}`, () => {
      const patterns = patternsOf(ignore);
      const verdict = verdicts(patterns, folder).at(-1) ?? patterns.rootVerdict;
      expect(patterns.entersFolder(folder, verdict)).toBe(into);
    });
});

test('with three thousand patterns and twenty thousand names, plain names are looked up and not tried', () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `src/package-${at % 97}/file-${at}.ts`);
  const lines = Array.from({ length: 3_000 }, (_, at) =>
    at % 3 === 0 ? `**/nothing-${at}` : at % 3 === 1 ? `src/other/${at}.txt` : `!**/none-${at}/deep`,
  );
  const patterns = patternsOf(`${lines.join('\n')}\n**/package-7\n`);
  const above = patterns.judge('src', patterns.rootVerdict);
  const folders = new Map(names.map((name) => [name.slice(0, name.lastIndexOf('/')), patterns.rootVerdict]));
  for (const folder of folders.keys()) folders.set(folder, patterns.judge(folder, above));
  const left = names.filter(
    (name) => patterns.judge(name, folders.get(name.slice(0, name.lastIndexOf('/'))) ?? above).ignored,
  );
  expect(left).toEqual(names.filter((_, at) => at % 97 === 7));
});

test('all invalid lines are reported together, with their places, and shortened', () => {
  const bad = () => patternsOf(`ok\n[a\n!\n${'x'.repeat(70_000)}\nb\\`);
  expect(bad).toThrow(
    /^ignore patterns that Docker does not accept: \.dockerignore:2: "\[a" is not a valid pattern; \.dockerignore:3: "!" is an exclamation mark alone; \.dockerignore:4: "x{80}\.\.\." is longer than 65535 bytes, which is Docker's limit; \.dockerignore:5: "b\\\\" is not a valid pattern$/,
  );
  expect(() => patternsOf('[a\n'.repeat(1_000))).toThrow(/10: "\[a" is not a valid pattern and 990 more$/);
});

test('a pattern that turns out to be invalid when it is tried is reported with its line', () => {
  const patterns = patternsOf('a\n![z-a]\n');
  expect(ignored(patterns, 'b')).toBe(false);
  expect(() => ignored(patterns, 'a')).toThrow('.dockerignore:2: "![z-a]" is not a valid pattern');
});

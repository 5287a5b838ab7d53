import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stepCommands } from '../../helper/src/cli/step-commands.ts';
import { Failure } from '../../helper/src/failure.ts';
import { parseIgnoreFile } from '../../helper/src/ignore/ignore-file.ts';
import { IgnorePatterns, type IgnoreVerdict } from '../../helper/src/ignore/patterns.ts';
import { CONFIG_FILE, readConfigFile } from '../../helper/src/operator/config-file.ts';
import { validate } from '../../helper/src/parameters/validate.ts';
import { secretsOf } from '../../helper/src/secrets/given-secrets.ts';
import { Mask } from '../../helper/src/secrets/mask.ts';
import { parseDefinitionFile } from '../../helper/src/service/definition/definition-file.ts';
import { isTooDeep } from '../../helper/src/text/json-depth.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';
import fc from '../support/property.ts';

// Input from people, editors and attackers. None of it may end in an internal error or take for ever.

afterAll(removeTrees);

const SEED = { seed: 20261125, numRuns: 300 };
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', ' ', '\n', '\u202e', 'a\0b'];
const TEXTS = [
  '$(touch x)',
  '`id`',
  `"'\\`,
  '-rf',
  '--',
  '\r\n[fargate-ci] pushed',
  '\x1b[2J',
  '\u2028',
  'x'.repeat(100_000),
];

const nested = (depth: number, open: string, close: string, inside = '1') =>
  open.repeat(depth) + inside + close.repeat(depth);
/** A map as JSON.parse makes it: with `__proto__` as a name of its own. */
const hostile = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...NAMES, ...Object.keys(stepCommands.build.schema), ...Object.keys(stepCommands.deploy.schema)),
    fc.string(),
  ),
  fc.oneof(fc.constantFrom(...TEXTS), fc.anything({ withNullPrototype: false, maxDepth: 3 }).filter(isJson)),
  { maxKeys: 8 },
);

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

for (const [name, { schema }] of Object.entries(stepCommands))
  test(`any parameters of ${name} are values or complaints`, () => {
    fc.assert(
      fc.property(hostile, (map) => {
        const given: Record<string, unknown> = JSON.parse(JSON.stringify(map));
        const { complaints, values } = validate(schema, given);
        for (const complaint of complaints) expect(typeof complaint).toBe('string');
        expect(Object.keys(values).filter((key) => !Object.hasOwn(schema, key))).toEqual([]);
        new Mask(secretsOf(given, {}, () => false)).hide('x');
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      SEED,
    );
  });

test('names that every object inherits are no parameters, and stay names in maps', () => {
  const given = JSON.parse(
    '{"image":"a","__proto__":{"cpu":1},"constructor":1,"buildArgs":{"__proto__":"x","constructor":"y"}}',
  );
  const { values, complaints } = validate(stepCommands.build.schema, given);
  expect(complaints).toEqual(['there is no parameter "__proto__"', 'there is no parameter "constructor"']);
  expect(Object.entries(values.buildArgs)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(values.cpu).toBe(2048);
});

for (const [name, text] of [
  ['lists in lists', nested(200_000, '[', ']')],
  ['maps in maps', nested(100_000, '{"a":', '}')],
] as const)
  test(`${name}, without an end to speak of`, () => {
    const value: unknown = JSON.parse(text);
    expect(isTooDeep(value)).toBe(true);
    expect(isTooDeep([{ a: [{ b: 1 }] }])).toBe(false);
    for (const parameter of ['mask', 'secrets', 'buildArgs', 'image', 'cpu', 'candidates']) {
      const given = { image: 'a', [parameter]: value };
      expect(validate(stepCommands.build.schema, given).complaints.length).toBeGreaterThan(0);
    }
    for (const field of ['cpu', 'containerDefinitions', 'tags', 'strange'])
      expect(() => parseDefinitionFile(`{"${field}":${text}}`, 'task.json')).toThrow(Failure);
  });

test('a parameter whose name is a megabyte', () => {
  const { complaints } = validate(stepCommands.build.schema, { image: 'a', ['x'.repeat(1_000_000)]: 1 });
  expect(complaints).toHaveLength(1);
});

test('any text as a task definition is one, or is refused in words', () => {
  const json = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string(),
    hostile.map((map) => JSON.stringify({ containerDefinitions: [map], ...map })),
  );
  fc.assert(
    fc.property(json, (text) => {
      try {
        expect(parseDefinitionFile(text, 'task.json').containerDefinitions?.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
    SEED,
  );
});

test('any text as .dockerignore has patterns or complaints, and answers at once', () => {
  const line = fc.string({ unit: fc.constantFrom(...'ab/*?[]!\\-^. \t#{}()+|$\u202e\ud83d\0'), maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }),
      fc.array(line, { maxLength: 5 }),
      (lines, paths) => {
        const judge = (): void => {
          const patterns = new IgnorePatterns(parseIgnoreFile(lines.join('\n'), '.dockerignore'));
          for (const path of [...paths, 'a/'.repeat(200), 'a'.repeat(3_000)]) {
            let verdict: IgnoreVerdict = patterns.rootVerdict;
            for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
              verdict = patterns.judge(path.slice(0, at), verdict);
              patterns.entersFolder(path.slice(0, at), verdict);
            }
            expect(typeof patterns.judge(path, verdict).ignored).toBe('boolean');
          }
        };
        try {
          judge();
        } catch (error) {
          expect(error).toMatchObject({ category: 'usage', message: expect.stringContaining('.dockerignore:') });
        }
      },
    ),
    SEED,
  );
});

test('any text as fargate-ci.yaml is a map, or is refused in words', async () => {
  const folder = makeFolder();
  const aliases = [
    'a: &a [x,x,x,x,x,x,x,x]',
    ...'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${Array(8).fill(`*${'abcdefghi'[at]}`)}]`),
  ];
  const part = fc.constantFrom(
    ...'ab: \n-[]{}&*!|>%@`"\'#,?~\t',
    '---',
    '<<: ',
    '__proto__: ',
    '!!js/function x',
    '\u2028',
    '*a',
    '&a ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  const samples = fc.sample(text, { seed: 20261125, numRuns: 300 });
  for (const one of [...samples, aliases.join('\n'), nested(20_000, '[', ']'), nested(5_000, '{a: ', '}')]) {
    writeFileSync(join(folder, CONFIG_FILE), one);
    const read = await readConfigFile(folder, undefined).catch((error: unknown) => error);
    if (!(read instanceof Failure)) expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  }
});

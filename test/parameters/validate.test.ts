import { build } from '../../helper/src/parameters/build.ts';
import { deploy } from '../../helper/src/parameters/deploy.ts';
import type { Schema } from '../../helper/src/parameters/schema.ts';
import { validate } from '../../helper/src/parameters/validate.ts';

const complaints = (schema: Schema, given: Record<string, unknown>) => validate(schema, given).complaints;

for (const [name, given, expected] of [
  ['a good call', { image: 'shop' }, []],
  ['a misspelt name', { image: 'shop', buildArg: {} }, ['there is no parameter "buildArg"; did you mean "buildArgs"?']],
  [
    'another spelling',
    { image: 'shop', build_args: {} },
    ['there is no parameter "build_args"; did you mean "buildArgs"?'],
  ],
  ['a name like none', { image: 'shop', frobnicate: 1 }, ['there is no parameter "frobnicate"']],
  ['nothing required', {}, [`"image" is required, for instance image: 'acme/shop'`]],
  ['an empty image', { image: '' }, ['"image" must not be empty']],
  ['no images', { image: [] }, ['"image" must not be empty']],
  ['a text for a number', { image: 'a', memory: 'lots' }, ['"memory" must be a number, not the text "lots"']],
  ['a number in a text', { image: 'a', memory: '4096' }, []],
  ['a fraction', { image: 'a', timeout: 1.5 }, ['"timeout" must be a whole number, not 1.5']],
  ['too little', { image: 'a', timeout: 0 }, ['"timeout" must be at least 1, not 0']],
  ['too much', { image: 'a', ephemeralStorage: 500 }, ['"ephemeralStorage" must be at most 200, not 500']],
  [
    'a size that is none',
    { image: 'a', cpu: 3000 },
    ['"cpu" must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, not 3000'],
  ],
  ['a text for a flag', { image: 'a', push: 'false' }, ['"push" must be true or false, not the text "false"']],
  ['a text for a list', { image: 'a', ignore: '*.log' }, ['"ignore" must be a list of texts, not the text "*.log"']],
  ['a number for an image', { image: 1 }, ['"image" must be a text or a list of texts, not 1']],
  ['a NUL in a text', { image: 'a', context: 'x\0y' }, ['"context" must not contain a NUL character']],
  ['a NUL in a map', { image: 'a', buildArgs: { 'A\0': '1' } }, ['"buildArgs" must not contain a NUL character']],
  ['a name of signs', { image: 'a', ['__proto__']: 1 }, ['there is no parameter "__proto__"']],
  ['a map in a list', { image: 'a', ignore: [{}] }, ['"ignore" must hold texts only, not a map']],
  ['a list for a map', { image: 'a', labels: ['x'] }, ['"labels" must be a map of name to text, not a list']],
  ['a map in a map', { image: 'a', buildArgs: { A: {} } }, ['"buildArgs" must hold texts only, but A is a map']],
  ['null is left out', { image: 'a', memory: null }, []],
  [
    'all complaints at once',
    { buildArg: {}, cpu: 'x', push: 3 },
    [
      'there is no parameter "buildArg"; did you mean "buildArgs"?',
      `"image" is required, for instance image: 'acme/shop'`,
      '"push" must be true or false, not 3',
      '"cpu" must be a number, not the text "x"',
    ],
  ],
] as const)
  test(`build: ${name}`, () => expect(complaints(build, given)).toEqual(expected));

for (const [name, given, expected] of [
  ['an image by name', { service: 's', image: 'shop:1' }, []],
  ['the result of a build', { service: 's', image: { image: 'r/shop:1', reference: null, task: 'x' } }, []],
  [
    'some other map',
    { service: 's', image: { a: 1 } },
    [`"image" must be an image's name or the result of kanikoBuild, not a map`],
  ],
  ['onAbort', { service: 's', onAbort: 'stay' }, ['"onAbort" must be one of rollback, leave, not "stay"']],
  [
    'candidates that are none',
    { service: 's', candidates: [1] },
    ['"candidates" must be a list of results of kanikoBuild'],
  ],
] as const)
  test(`deploy: ${name}`, () => expect(complaints(deploy, given)).toEqual(expected));

test('values are read by their types, defaults filled in', () => {
  const { values } = validate(build, {
    image: 'shop',
    memory: '4096',
    buildArgs: { PORT: 80, DEBUG: true },
    target: null,
  });
  expect(values).toMatchObject({
    image: ['shop'],
    memory: 4096,
    cpu: 2048,
    buildArgs: { PORT: '80', DEBUG: 'true' },
    cache: true,
    target: undefined,
  });
});

test('a name inherited by every object is no parameter', () => {
  expect(complaints(build, { image: 'a', toString: 'x' })).toEqual(['there is no parameter "toString"']);
});

test('no help text has characters that HTML or a table would eat', () => {
  for (const schema of [build, deploy]) {
    for (const [name, { help, ...rest }] of Object.entries<Schema[string]>(schema)) {
      expect(`${name}: ${help}${rest.otherwise ?? ''}`).not.toMatch(/[<&|\n]/);
    }
  }
});

import { buildParameters } from '../../helper/src/parameters/build-parameters.ts';
import { deployParameters } from '../../helper/src/parameters/deploy-parameters.ts';
import type { ParameterSchema } from '../../helper/src/parameters/schema.ts';
import { validate } from '../../helper/src/parameters/validate.ts';
import { ExactNumber } from '../../helper/src/text/exact-json.ts';

const complaints = (schema: ParameterSchema, given: Record<string, unknown>) => validate(schema, given).complaints;

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
  [
    'null is not left out',
    { image: 'a', memory: null },
    [
      '"memory" is null: a misspelt name, a variable that is not set, or a build that was skipped. Only what is left out has its default; a step of your own that passes its parameters on takes args.findAll { it.value != null }',
    ],
  ],
  [
    'all that is null in one complaint, a required one too, and a misspelt name with its nearest',
    { image: null, target: null, cache: null, workspace: null, buildArg: null },
    [
      'there is no parameter "buildArg"; did you mean "buildArgs"?',
      expect.stringMatching(
        /^"image", "target", "cache", "workspace" are null: .*args\.findAll \{ it\.value != null \}$/,
      ),
    ],
  ],
  [
    'null in a map',
    { image: 'a', buildArgs: { VERSION: null, A: 'b', C: null }, labels: { team: null } },
    [
      '"buildArgs" must hold texts only, not nothing (null): buildArgs.VERSION, buildArgs.C. Give a text, or leave it out',
      '"labels" must hold texts only, not nothing (null): labels.team. Give a text, or leave it out',
    ],
  ],
  [
    'null in a list',
    { image: ['a', null], ignore: [null, '*.log', null] },
    [
      '"image" must hold texts only, not nothing (null): image[1]. Leave it out',
      '"ignore" must hold texts only, not nothing (null): ignore[0], ignore[2]. Leave it out',
    ],
  ],
  [
    'a name in a map that was made of a variable that is not set',
    { image: 'a', buildArgs: { null: 'x' } },
    [
      '"buildArgs" has an entry named "null": a Groovy variable that is not set becomes the word null. Check those in it',
    ],
  ],
  [
    'the word null where a name belongs',
    { image: 'a', context: 'services/null', dockerfile: 'docker/null/Dockerfile', target: 'null', cluster: 'null' },
    [
      '"context" is "services/null", with a part "null": a Groovy variable that is not set becomes the word null. Check those in it',
      '"dockerfile" is "docker/null/Dockerfile", with a part "null": a Groovy variable that is not set becomes the word null. Check those in it',
      '"target" is "null": a Groovy variable that is not set becomes the word null. Check those in it',
      '"cluster" is "null": a Groovy variable that is not set becomes the word null. Check those in it',
    ],
  ],
  [
    'an account that is not set',
    { image: 'a', role: 'arn:aws:iam::null:role/deployer' },
    [
      '"role" is "arn:aws:iam::null:role/deployer", with a part "null": a Groovy variable that is not set becomes the word null. Check those in it',
    ],
  ],
  [
    'the word null where it may be meant, and in other words',
    {
      ...{ image: 'a', context: 'nullable/src', dockerfile: 'null.Dockerfile', target: 'not-null', prefix: 'nulls' },
      ...{ buildArgs: { A: 'null' }, labels: { b: 'null' }, kanikoArgs: ['--label=x=null'], ignore: ['null'] },
      ...{ mask: ['null'], workspace: '/home/jenkins/workspace/null', cluster: 'undefined' },
    },
    [],
  ],
  ['a whole number with a point', { image: 'a', timeout: new ExactNumber('60.0'), memory: '8e3' }, []],
  [
    'numbers that JavaScript cannot keep',
    {
      image: new ExactNumber('3.10'),
      cache: new ExactNumber('1.0'),
      memory: new ExactNumber('12345678901234567'),
    },
    [
      '"image" must be a text or a list of texts, not 3.10',
      '"cache" must be true, false or a text, not 1.0',
      '"memory" must be at most 9007199254740991, not 12345678901234567',
    ],
  ],
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
  test(`build: ${name}`, () => expect(complaints(buildParameters, given)).toEqual(expected));

for (const [name, given, expected] of [
  ['an image by name', { service: 's', image: 'shop:1' }, []],
  ['a variable that is to go', { service: 's', env: { OLD: null, A: 'null', N: 1 } }, []],
  [
    'null in any other map',
    { service: 's', secrets: { KEY: null }, registryCredentials: { 'ghcr.io': null } },
    [
      '"secrets" must hold texts only, not nothing (null): secrets.KEY. Give a text, or leave it out',
      '"registryCredentials" must hold texts only, not nothing (null): registryCredentials.ghcr.io. Give a text, or leave it out',
    ],
  ],
  [
    'a build that was skipped',
    { service: 's', image: null },
    [expect.stringMatching(/^"image" is null: .* a build that was skipped/)],
  ],
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
  test(`deploy: ${name}`, () => expect(complaints(deployParameters, given)).toEqual(expected));

test('values are read by their types, defaults filled in', () => {
  const { values } = validate(buildParameters, {
    image: 'shop',
    memory: '4096',
    buildArgs: { PORT: 80, DEBUG: true },
    platform: undefined,
    prefix: 7,
    cluster: new ExactNumber('1.10'),
  });
  expect(values).toMatchObject({
    image: ['shop'],
    memory: 4096,
    cpu: 2048,
    buildArgs: { PORT: '80', DEBUG: 'true' },
    cache: true,
    target: undefined,
    platform: 'linux/amd64',
    prefix: '7',
    cluster: '1.10',
  });
});

test('a name inherited by every object is no parameter', () => {
  expect(complaints(buildParameters, { image: 'a', toString: 'x' })).toEqual(['there is no parameter "toString"']);
});

test('no help text has characters that HTML or a table would eat', () => {
  for (const schema of [buildParameters, deployParameters]) {
    for (const [name, { help, ...rest }] of Object.entries<ParameterSchema[string]>(schema)) {
      expect(`${name}: ${help}${rest.otherwise ?? ''}`).not.toMatch(/[<&|\n]/);
    }
  }
});

import { Failure } from '../../../helper/src/failure.ts';
import { parseDefinitionFile } from '../../../helper/src/service/definition/definition-file.ts';
import { writeExact } from '../../../helper/src/text/exact-json.ts';

const web = {
  family: 'web',
  containerDefinitions: [{ name: 'web', image: 'x', environment: [{ name: 'A', value: '1' }] }],
};
const parse = (value: unknown) => parseDefinitionFile(JSON.stringify(value), 'task.json');

function complaints(text: string): readonly string[] {
  try {
    parseDefinitionFile(text, 'task.json');
  } catch (error) {
    if (error instanceof Failure) return error.evidence.length > 0 ? error.evidence : [error.message];
    throw error;
  }
  throw new Error('was to be refused');
}

test('the input of register-task-definition', () => expect(parse(web)).toEqual(web));

test('what describe-task-definition prints', () => {
  const printed = {
    taskDefinition: {
      ...web,
      taskDefinitionArn: 'arn',
      revision: 3,
      status: 'ACTIVE',
      registeredAt: '2026-01-01',
      compatibilities: [],
    },
    tags: [{ key: 'team', value: 'a' }],
  };
  expect(parse(printed)).toEqual({ ...web, tags: [{ key: 'team', value: 'a' }] });
});

test("a byte order mark, as Windows' editors write it", () => {
  expect(parseDefinitionFile(`\uFEFF${JSON.stringify(web)}`, 'task.json')).toEqual(web);
});

test('a text that is no JSON: the error says where', () => {
  const text = '{"family": "web", // the shop\n}';
  expect(() => parseDefinitionFile(text, 'task.json')).toThrow(
    expect.objectContaining({
      message: 'task.json is not JSON',
      hint: expect.stringMatching(/no comments/),
      evidence: [expect.stringMatching(/position 18|line 1 column 19/)],
    }),
  );
});

test('without a family', () => {
  const { family: _, ...rest } = web;
  expect(parse(rest).family).toBe('');
});

test('deeply nested members are known', () => {
  const file = {
    ...web,
    volumes: [
      { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } } },
    ],
    containerDefinitions: [
      {
        ...web.containerDefinitions[0],
        command: ['a', 'b'],
        dockerLabels: { a: 'b' },
        healthCheck: { command: ['CMD', 'true'], interval: 10 },
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/x' } },
        linuxParameters: { capabilities: { drop: ['ALL'] }, initProcessEnabled: true },
        portMappings: [{ containerPort: 80, protocol: 'tcp' }],
      },
    ],
    requiresCompatibilities: ['FARGATE'],
    ephemeralStorage: { sizeInGiB: 30 },
  };
  expect(parse(file)).toEqual(file);
});

test("an editor's $schema is left out; in what describe-task-definition prints, too", () => {
  const $schema = 'https://schemas.example/task.json';
  expect(parse({ $schema, ...web })).toEqual(web);
  expect(parse({ taskDefinition: { $schema, ...web } })).toEqual(web);
});

test('members that the SDK does not know are kept, with all digits of their numbers, and reported', () => {
  const told: string[] = [];
  const text = `{"family":"web","zzTop":{"ratio":1.10,"id":12345678901234567890,"text":"#1.10"},"containerDefinitions":[
    {"name":"web","image":"x","stopTimeout":30.0,"zzProbe":[1.0],"portMappings":[{"containerPort":80,"zzWeight":1e2}]}]}`;
  const parsed = parseDefinitionFile(text, 'task.json', (members) => told.push(...members));
  expect(told).toEqual([
    'zzTop',
    'containerDefinitions[0].zzProbe',
    'containerDefinitions[0].portMappings[0].zzWeight',
  ]);
  const written = writeExact(parsed);
  expect(written).toContain('"zzTop":{"ratio":1.10,"id":12345678901234567890,"text":"#1.10"}');
  expect(written).toContain('"zzProbe":[1.0]');
  expect(written).toContain('"zzWeight":1e2');
  expect(parsed.containerDefinitions?.[0]?.stopTimeout).toBe(30);
});

test('a name close to one that is present counts as unknown, not as misspelt', () => {
  const told: string[] = [];
  const text = JSON.stringify({ ...web, pidMode: 'task', pidModeX: 'a' });
  expect(parseDefinitionFile(text, 'task.json', (members) => told.push(...members))).toHaveProperty('pidModeX', 'a');
  expect(told).toEqual(['pidModeX']);
});

const container = (more: object) => JSON.stringify({ family: 'web', containerDefinitions: [{ name: 'web', ...more }] });
for (const [name, text, complaint] of [
  ['no JSON', '{', /^Expected property name/],
  ['a list', '[]', /must be a JSON object/],
  ['no containers', '{"family":"web"}', /containerDefinitions: at least one/],
  [
    'a misspelt field',
    JSON.stringify({ ...web, pidMod: 'task' }),
    /^pidMod: ECS knows no such field: did you mean pidMode\?/,
  ],
  ['a misspelt field of a container', container({ environments: [] }), /^containerDefinitions\[0\]\.environments: /],
  ['CloudFormation spelling', container({ Image: 'x' }), /\.Image: ECS knows no such field/],
  [
    'a number as text',
    container({ portMappings: [{ containerPort: '80' }] }),
    /containerPort: must be a number, not "80"/,
  ],
  ['a text as number', JSON.stringify({ ...web, cpu: 256 }), /^cpu: must be a string, not 256/],
  ['a text for a list', container({ command: 'run' }), /command: must be a list/],
  ['a number in a list', container({ command: [1] }), /command\[0\]: must be a string/],
  ['a number in a map', container({ dockerLabels: { a: 1 } }), /dockerLabels\[a\]: must be a string/],
  ['a map for a list', container({ environment: { A: '1' } }), /environment: must be a list/],
] as const) {
  test(`refused: ${name}`, () => expect(complaints(text)).toContainEqual(expect.stringMatching(complaint)));
}

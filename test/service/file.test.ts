import { Failure } from '../../helper/src/failure.ts';
import { parseDefinitionFile } from '../../helper/src/service/file.ts';

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

test('no JSON: where, and what JSON does not have', () => {
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

test('what is deeply nested is known', () => {
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

const container = (more: object) => JSON.stringify({ family: 'web', containerDefinitions: [{ name: 'web', ...more }] });
for (const [name, text, complaint] of [
  ['no JSON', '{', /^Expected property name/],
  ['a list', '[]', /must be a JSON object/],
  ['no containers', '{"family":"web"}', /containerDefinitions: at least one/],
  ['an unknown field', JSON.stringify({ ...web, pidMod: 'task' }), /^pidMod: ECS knows no such field/],
  ['an unknown field of a container', container({ environments: [] }), /^containerDefinitions\[0\]\.environments: /],
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

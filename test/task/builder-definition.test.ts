import { DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { logDestination, readBuilderDefinition } from '../../helper/src/task/builder-definition.ts';
import { type DefinitionAdditions, deriveDefinition } from '../../helper/src/task/derive-definition.ts';
import { ensureBuilderDefinition } from '../../helper/src/task/ensure-definition.ts';
import type { Double } from '../double/double.ts';
import { asJsonObject } from '../double/json-values.ts';
import { kanikoDefinition } from '../double/scripts/builder-fixtures.ts';
import { reported, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
let base: TaskDefinition;
beforeEach(async () => {
  ({ double, world } = await stage());
  base = await readBuilderDefinition(world, 'fargate-ci-kaniko');
});
afterEach(() => double.close());

const SECRET = 'arn:aws:secretsmanager:ap-southeast-2:172173733067:secret:npmrc-AbCdEf';
const NONE: DefinitionAdditions = { secrets: [], platform: 'linux/amd64' };
const NPMRC: DefinitionAdditions = { ...NONE, secrets: [{ name: 'BUILD_SECRET_npmrc', valueFrom: SECRET }] };
const derive = (additions: DefinitionAdditions) => deriveDefinition(base, 'kaniko', additions);

test('a build that overrides can describe needs no derived definition', async () => {
  expect(derive(NONE)).toBeUndefined();
  expect(await ensureBuilderDefinition(world, base, 'kaniko', NONE)).toBe(base.taskDefinitionArn);
  expect(double.calls('RegisterTaskDefinition')).toEqual([]);
});

test('a definition with secrets is registered once and then found', async () => {
  const first = await ensureBuilderDefinition(world, base, 'kaniko', NPMRC);
  const second = await ensureBuilderDefinition(world, base, 'kaniko', NPMRC);
  expect(first).toMatch(/:task-definition\/fargate-ci-kaniko-[0-9a-f]{12}:1$/);
  expect(second).toBe(first);
  expect(double.calls('RegisterTaskDefinition')).toHaveLength(1);
  expect(reported(world, 'task-definition-registered')).toHaveLength(1);
  const answer = await world.aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: first }));
  const { taskDefinitionArn, family, revision, registeredAt, ...rest } = answer.taskDefinition ?? {};
  const [kaniko] = base.containerDefinitions ?? [];
  const { taskDefinitionArn: _a, family: _f, revision: _r, registeredAt: _t, ...same } = base;
  expect(rest).toEqual({ ...same, containerDefinitions: [{ ...kaniko, secrets: NPMRC.secrets }] });
});

for (const fault of [
  { kind: 'reset', effect: true },
  { kind: 'reset' },
  { kind: 'half' },
  { kind: 'cut' },
  { kind: 'cut', none: true },
  { kind: 'server-error', effect: true },
  { kind: 'server-error' },
  { kind: 'gateway' },
] as const) {
  test(`one revision is registered although the answer is ${JSON.stringify(fault)}, twice`, async () => {
    double.fault({ action: 'RegisterTaskDefinition', times: 2, fault });
    expect(await ensureBuilderDefinition(world, base, 'kaniko', NPMRC)).toMatch(/-[0-9a-f]{12}:1$/);
    expect(double.ecs.taskDefinitions.find(derive(NPMRC)?.family ?? '')?.revision).toBe(1);
    expect(reported(world, 'task-definition-registered')).toHaveLength(1);
  });
}

test('the name of the family depends on the content and on nothing else', () => {
  const family = derive(NPMRC)?.family;
  const two = { secrets: [...NPMRC.secrets, { name: 'A', valueFrom: '/a' }], platform: 'linux/amd64' };
  expect(derive({ ...two, secrets: [...two.secrets].reverse() })?.family).toBe(derive(two)?.family);
  expect(derive(two)?.family).not.toBe(family);
  expect(derive({ ...NPMRC, secrets: [{ name: 'BUILD_SECRET_npmrc', valueFrom: '/other' }] })?.family).not.toBe(family);
  // Another revision with the same content, described at another time.
  const again = { ...base, revision: 9, registeredAt: new Date(0), taskDefinitionArn: 'arn:9' };
  expect(deriveDefinition(again, 'kaniko', NPMRC)?.family).toBe(family);
  expect(deriveDefinition({ ...base, taskRoleArn: 'arn:other' }, 'kaniko', NPMRC)?.family).not.toBe(family);
});

test('unknown fields are kept; read-only fields are left out', () => {
  const unknown: TaskDefinition & { fromTheFuture: number } = {
    ...base,
    fromTheFuture: 1,
    requiresAttributes: [{ name: 'x' }],
    status: 'ACTIVE',
  };
  const derived = deriveDefinition(unknown, 'kaniko', NPMRC);
  expect(derived).toMatchObject({ fromTheFuture: 1, cpu: '2048' });
  for (const gone of [
    'taskDefinitionArn',
    'revision',
    'status',
    'requiresAttributes',
    'compatibilities',
    'registeredAt',
    'registeredBy',
  ]) {
    expect(derived).not.toHaveProperty(gone);
  }
});

for (const [from, platform, architecture] of [
  [undefined, 'linux/arm64', 'ARM64'],
  ['ARM64', 'linux/arm64', undefined],
  ['ARM64', 'linux/amd64', 'X86_64'],
  [undefined, 'linux/amd64', undefined],
] as const) {
  test(`${platform} on a base for ${from ?? 'any'} needs ${architecture ?? 'nothing'}`, () => {
    const one: TaskDefinition = from === undefined ? base : { ...base, runtimePlatform: { cpuArchitecture: from } };
    expect(deriveDefinition(one, 'kaniko', { ...NONE, platform })?.runtimePlatform?.cpuArchitecture).toBe(architecture);
  });
}

test('no variable is both plain and secret', () => {
  const derived = derive({ ...NONE, secrets: [{ name: 'AWS_REGION', valueFrom: '/x' }] });
  expect(derived?.containerDefinitions?.[0]).toMatchObject({ environment: [], secrets: [{ name: 'AWS_REGION' }] });
});

for (const [name, broken, act, message] of [
  [
    'no execution role',
    { executionRoleArn: undefined },
    (one: TaskDefinition) => deriveDefinition(one, 'kaniko', NPMRC),
    /no execution role/,
  ],
  [
    'no such container',
    { containerDefinitions: [{ name: 'other' }] },
    (one: TaskDefinition) => deriveDefinition(one, 'kaniko', NPMRC),
    /no container named kaniko: it has other/,
  ],
  [
    'another log driver',
    { containerDefinitions: [{ name: 'kaniko', logConfiguration: { logDriver: 'splunk' as const } }] },
    (one: TaskDefinition) => logDestination(one, 'kaniko'),
    /cannot be followed/,
  ],
  [
    'no stream prefix',
    {
      containerDefinitions: [
        { name: 'kaniko', logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': 'g' } } },
      ],
    },
    (one: TaskDefinition) => logDestination(one, 'kaniko'),
    /cannot be followed/,
  ],
] as const) {
  test(`a base with ${name} is a usage error`, () => {
    expect(() => act({ ...base, ...broken } as TaskDefinition)).toThrow(
      expect.objectContaining({ category: 'usage', message: expect.stringMatching(message) }),
    );
  });
}

test('the destination of the log', () => {
  expect(logDestination(base, 'kaniko')).toEqual({ group: '/fargate-ci/kaniko', streamPrefix: 'build' });
});

test('a missing family names the setting', async () => {
  const error = await readBuilderDefinition(world, 'nothing').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ category: 'usage', hint: expect.stringContaining('builder-family') });
});

for (const [name, fault, registered] of [
  ['took effect', { kind: 'server-error', effect: true }, 1],
  ['was cut off', { kind: 'half' }, 1],
] as const) {
  test(`an unclear answer to a registration that ${name}: the family is read, and the call is not repeated`, async () => {
    double.fault({ action: 'RegisterTaskDefinition', fault });
    expect(await ensureBuilderDefinition(world, base, 'kaniko', NPMRC)).toMatch(/:1$/);
    expect(double.calls('RegisterTaskDefinition')).toHaveLength(registered);
  });
}

test('a registration that ECS refuses names the permissions', async () => {
  double.fault({ action: 'RegisterTaskDefinition', times: 9, fault: { kind: 'access-denied' } });
  const error = await ensureBuilderDefinition(world, base, 'kaniko', NPMRC).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('iam:PassRole') });
});

test('these tests use the definition of the builder stack', () => {
  expect(base).toMatchObject({ family: kanikoDefinition().family });
});

test('members that the SDK does not know are copied from the base, too', async () => {
  const name = base.family ?? '';
  const registered = double.ecs.taskDefinitions.find(name);
  if (!registered) throw new Error('no base');
  const containers = Array.isArray(registered.content.containerDefinitions)
    ? registered.content.containerDefinitions.map(asJsonObject)
    : [];
  registered.content = {
    ...registered.content,
    futureTaskField: { mode: 'ON' },
    containerDefinitions: containers.map((one) => ({ ...one, futureProbe: ['CMD'] })),
  };
  const shown = await readBuilderDefinition(world, name);
  const first = await ensureBuilderDefinition(world, shown, 'kaniko', NPMRC);
  expect(double.calls('RegisterTaskDefinition').at(-1)?.input).toMatchObject({
    futureTaskField: { mode: 'ON' },
    containerDefinitions: containers.map(() => ({ futureProbe: ['CMD'] })),
  });
  expect(await ensureBuilderDefinition(world, await readBuilderDefinition(world, name), 'kaniko', NPMRC)).toBe(first);
});

import { sameDefinition } from '../../../helper/src/ecs/canonical-definition.ts';
import { describeDefinitionChanges } from '../../../helper/src/service/definition/describe-changes.ts';
import { chooseContainer, mergeDefinition } from '../../../helper/src/service/definition/merge-definition.ts';
import type { Definition } from '../../../helper/src/service/revision.ts';
import type { WantedService } from '../../../helper/src/service/wanted-service.ts';
import { shop } from '../../support/deploy-scene.ts';
import { definition, only, wants } from '../../support/wanted-services.ts';

/** The changes that a deployment makes in the service's definition, in words. */
const changed = (more: Partial<WantedService>, base: Definition = definition()): string[] =>
  describeDefinitionChanges(
    base,
    mergeDefinition({ origin: 'service', definition: base }, wants({ image: undefined, ...more })),
  );

const secret = 'arn:aws:secretsmanager:ap-southeast-2:172173733067:secret:shop-AbCdEf';
const env = (...pairs: [string, string][]) => ({ environment: pairs.map(([name, value]) => ({ name, value })) });

describe('the change that each parameter makes in the definition', () => {
  for (const [name, more, base, expected] of [
    ['nothing', {}, definition(), []],
    ['image', { image: shop('2') }, definition(), ['image 111111111111 -> 222222222222']],
    [
      'image of another repository',
      { image: 'docker.io/acme/shop:1' },
      definition({ image: 'docker.io/old/shop:1' }),
      ['image docker.io/old/shop:1 -> docker.io/acme/shop:1'],
    ],
    ['tag', { image: 'docker.io/acme/shop:2' }, definition({ image: 'docker.io/acme/shop:1' }), ['image 1 -> 2']],
    ['cpu and memory', { cpu: 512, memory: 1024 }, definition(), ['cpu 256 -> 512', 'memory 512 -> 1024']],
    ['port', { port: 5001 }, definition(), ['port 8080 -> 5001']],
    ['the port that it has', { port: 8080 }, definition(), []],
    ['first port', { port: 80 }, definition({ portMappings: [] }), ['port 80']],
    ['command', { command: ['gunicorn', 'shop'] }, definition({ command: ['sh'] }), ['command changed']],
    ['removed command', { command: [] }, definition({ command: ['sh'] }), ['command removed']],
    [
      'command that is taken away, not the entry point',
      { command: [] },
      definition({ command: ['sh'], entryPoint: ['tini', '--'] }),
      ['command removed'],
    ],
    ['removed command where there is none', { command: [] }, definition(), []],
    ['new variable', { env: { LOG_LEVEL: 'info' } }, definition(), ['env LOG_LEVEL added']],
    [
      'variable',
      { env: { LOG_LEVEL: 'debug' } },
      definition(env(['LOG_LEVEL', 'info'])),
      ['env LOG_LEVEL info -> debug'],
    ],
    ['removed variable', { env: { A: null } }, definition(env(['A', '1'], ['B', '2'])), ['env A removed']],
    ['the last variable', { env: { A: null } }, definition(env(['A', '1'])), ['env A removed']],
    ['removed variable where there is none of that name', { env: { A: null } }, definition(env(['B', '2'])), []],
    [
      'removed variable where there are none',
      { env: { A: null } },
      definition({ environment: undefined, secrets: undefined }),
      [],
    ],
    [
      'secret that is taken away',
      { env: { KEY: null } },
      definition({ secrets: [{ name: 'KEY', valueFrom: '/k' }] }),
      ['secret KEY removed'],
    ],
    [
      'variable that is taken away and comes back as a secret',
      { env: { KEY: null }, secrets: { KEY: secret } },
      definition(env(['KEY', 'plain'])),
      ['env KEY removed', 'secret KEY added'],
    ],
    [
      'variable that is named like a secret',
      { env: { API_TOKEN: 'b' } },
      definition(env(['API_TOKEN', 'a'])),
      ['env API_TOKEN changed'],
    ],
    [
      'address with a password in it',
      { env: { DATABASE_URL: 'b' } },
      definition(env(['DATABASE_URL', 'a'])),
      ['env DATABASE_URL changed'],
    ],
    [
      'secret',
      { secrets: { KEY: '/shop/b' } },
      definition({ secrets: [{ name: 'KEY', valueFrom: '/shop/a' }] }),
      ['secret KEY changed'],
    ],
    [
      'variable that becomes a secret',
      { secrets: { KEY: secret } },
      definition(env(['KEY', 'plain'])),
      ['env KEY removed', 'secret KEY added'],
    ],
    [
      'secret that becomes a variable',
      { env: { KEY: 'x' } },
      definition({ secrets: [{ name: 'KEY', valueFrom: '/k' }] }),
      ['secret KEY removed', 'env KEY added'],
    ],
    [
      'task role',
      { explicit: only({ taskRole: 'arn:aws:iam::1:role/a' }) },
      definition(),
      ['task role arn:aws:iam::1:role/a'],
    ],
    ['pull secret', { pullSecret: secret }, definition(), ['repository credentials added']],
    ['log group', { explicit: only({ logGroup: '/shop' }) }, definition(), ['log configuration added']],
    ['settings that only a new service takes', {}, definition({}, { executionRoleArn: undefined }), []],
  ] satisfies [string, Partial<WantedService>, Definition, string[]][]) {
    test(name, () => expect(changed(more, base)).toEqual(expected));
  }
});

test('without a parameter everything stays: other containers, volumes, variables, unknown fields', () => {
  const base = definition(
    { ...env(['A', '1']), stopTimeout: 60, healthCheck: { command: ['CMD', 'true'] } },
    { volumes: [{ name: 'data' }], ephemeralStorage: { sizeInGiB: 40 }, tags: [{ key: 'team', value: 'a' }] },
  );
  base.containerDefinitions?.push({ name: 'proxy', image: 'envoy:1', environment: [{ name: 'A', value: '1' }] });
  const merged = mergeDefinition({ origin: 'service', definition: base }, wants({ env: { B: '2' } }));
  expect(merged).toMatchObject({ volumes: base.volumes, ephemeralStorage: { sizeInGiB: 40 }, tags: base.tags });
  expect(merged.containerDefinitions?.[1]).toEqual(base.containerDefinitions?.[1]);
  expect(merged.containerDefinitions?.[0]).toMatchObject({ stopTimeout: 60, ...env(['A', '1'], ['B', '2']) });
});

test('the settings fill what a definition from a file leaves open', () => {
  const file = definition({}, { executionRoleArn: undefined });
  const merged = mergeDefinition({ origin: 'file', definition: file }, wants());
  expect(merged.executionRoleArn).toMatch(/app-execution$/);
  expect(merged.containerDefinitions?.[0]?.logConfiguration?.options).toMatchObject({
    'awslogs-group': '/fargate-ci/apps',
    'awslogs-stream-prefix': 'shop',
  });
});

test('another log driver is left as it is', () => {
  const base = definition({ logConfiguration: { logDriver: 'awsfirelens' } });
  const merged = mergeDefinition(
    { origin: 'service', definition: base },
    wants({ explicit: only({ logGroup: '/x' }) }),
  );
  expect(merged.containerDefinitions?.[0]?.logConfiguration).toEqual({ logDriver: 'awsfirelens' });
});

describe('the container that gets the image', () => {
  const named = (...names: string[]) => definition({}, { containerDefinitions: names.map((name) => ({ name })) });
  for (const [name, base, container, expected] of [
    ['named as the service', named('proxy', 'shop'), undefined, 'shop'],
    ['the only one', named('web'), undefined, 'web'],
    ['the one asked for', named('proxy', 'web'), 'web', 'web'],
  ] as const) {
    test(name, () => expect(chooseContainer(base, { service: 'shop', container })).toBe(expected));
  }
  for (const [name, base, container, message] of [
    [
      'several, none named as the service',
      named('proxy', 'web'),
      undefined,
      /no container named shop: it has proxy, web/,
    ],
    ['one that is not there', named('web'), 'wbe', /no container named wbe: it has web/],
  ] as const) {
    test(name, () => expect(() => chooseContainer(base, { service: 'shop', container })).toThrow(message));
  }
});

describe('the same content in two spellings', () => {
  const plain = definition({ ...env(['A', '1'], ['B', '2']), healthCheck: { command: ['CMD', 'true'] } });
  for (const [name, other] of [
    [
      'what ECS fills in',
      definition(
        {
          ...env(['B', '2'], ['A', '1']),
          cpu: 0,
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          secrets: [],
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
          healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
        },
        { volumes: [], placementConstraints: [] },
      ),
    ],
    ['sizes in words', { ...plain, cpu: '.25 vCPU', memory: '0.5 GB' }],
    [
      'the default platform',
      { ...plain, runtimePlatform: { cpuArchitecture: 'X86_64' as const, operatingSystemFamily: 'LINUX' as const } },
    ],
    ['fault injection written out', { ...plain, enableFaultInjection: false }],
    ['empty texts', Object.assign({ ...plain }, { pidMode: '', ipcMode: '', taskRoleArn: '' })],
    ['tags', { ...plain, tags: [{ key: 'a', value: 'b' }] }],
  ] satisfies [string, Definition][]) {
    test(name, () => {
      expect(sameDefinition(plain, other)).toBe(true);
      expect(describeDefinitionChanges(plain, other)).toEqual([]);
    });
  }
  for (const [name, other] of [
    [
      'order of the command',
      { ...plain, containerDefinitions: [{ ...plain.containerDefinitions?.[0], command: ['b', 'a'] }] },
    ],
    ['a platform', { ...plain, runtimePlatform: { cpuArchitecture: 'ARM64' as const } }],
    ['one more container', { ...plain, containerDefinitions: [...(plain.containerDefinitions ?? []), { name: 'x' }] }],
    ['not essential', { ...plain, containerDefinitions: [{ ...plain.containerDefinitions?.[0], essential: false }] }],
  ] satisfies [string, Definition][]) {
    test(`not the same: ${name}`, () => {
      expect(sameDefinition(plain, other)).toBe(false);
      expect(describeDefinitionChanges(plain, other)).not.toEqual([]);
    });
  }
});

test('described changes have no secret values', () => {
  const base = definition({
    ...env(['DB_PASSWORD', 'hunter2'], ['PRIVATE_KEY', 'k']),
    secrets: [{ name: 'S', valueFrom: 'old' }],
  });
  const told = changed({ env: { DB_PASSWORD: 'hunter3', PRIVATE_KEY: 'k2' }, secrets: { S: 'new' } }, base).join('\n');
  expect(told).not.toMatch(/hunter|k2|new|old/);
});

test('an unknown field that is a secret by its name is not shown', () => {
  const of = (futureToken: string | undefined, futureMode: string) =>
    Object.assign(definition(), {
      ...{ futurePassword: futureToken, futureMode },
      containerDefinitions: [{ name: 'shop', image: 'x', futureToken }],
    });
  expect(describeDefinitionChanges(of('a1', 'slow'), of('b2', 'fast')).sort()).toEqual([
    'future mode slow -> fast',
    'future password changed',
    'future token changed',
  ]);
  expect(describeDefinitionChanges(of(undefined, 'slow'), of('b2', 'slow')).sort()).toEqual([
    'future password added',
    'future token added',
  ]);
});

import {
  executorArguments,
  pairComplaints,
  secretComplaints,
  secretVariable,
} from '../../helper/src/kaniko/executor-arguments.ts';
import { kanikoArgsComplaints } from '../../helper/src/kaniko/executor-flags.ts';
import { checkOverrideSize } from '../../helper/src/kaniko/override-size.ts';
import { credentialComplaints, credentialSecrets } from '../../helper/src/kaniko/registry-credentials.ts';

type KanikoPlan = Parameters<typeof executorArguments>[0];
const PLAN: KanikoPlan = {
  context: 's3://bucket/contexts/1.tar.gz',
  contextSubPath: 'ctx',
  dockerfile: 'Dockerfile',
  destinations: ['registry/shop:1'],
  buildArgs: {},
  labels: {},
  target: undefined,
  platform: undefined,
  secrets: [],
  cacheRepository: 'registry/cache/shop',
  push: true,
  extra: [],
};
const args = (plan: Partial<KanikoPlan> = {}) => executorArguments({ ...PLAN, ...plan });

test('a build with defaults', () => {
  expect(args()).toEqual([
    '--context=s3://bucket/contexts/1.tar.gz',
    '--context-sub-path=ctx',
    '--dockerfile=Dockerfile',
    '--destination=registry/shop:1',
    '--cache=true',
    '--cache-repo=registry/cache/shop',
    '--log-format=json',
    '--force',
    '--credential-helpers=env',
    '--credential-helpers=ecr',
    '--push-retry=3',
    '--image-download-retry=3',
    '--image-fs-extract-retry=3',
    '--cache-copy-layers',
    '--compressed-caching=false',
  ]);
});

for (const [name, plan, present, absent] of [
  [
    'everything',
    {
      destinations: ['r/a:1', 'r/a:2'],
      buildArgs: { A: 'x y=z', B: '' },
      labels: { l: '1' },
      target: 't',
      platform: 'linux/arm64',
      secrets: ['npmrc'],
    },
    [
      '--destination=r/a:1',
      '--destination=r/a:2',
      '--build-arg=A=x y=z',
      '--build-arg=B=',
      '--label=l=1',
      '--target=t',
      '--custom-platform=linux/arm64',
      '--secret=id=npmrc,env=BUILD_SECRET_npmrc',
    ],
    [],
  ],
  [
    'no cache',
    { cacheRepository: undefined },
    ['--cache=false'],
    ['--cache-copy-layers', '--compressed-caching=false', '--cache=true'],
  ],
  ['no push', { push: false }, ['--no-push', '--cache-repo=registry/cache/shop'], []],
  [
    'a default overruled',
    { extra: ['--push-retry=9', '--compressed-caching=true'] },
    ['--push-retry=9', '--compressed-caching=true'],
    ['--push-retry=3', '--compressed-caching=false'],
  ],
  [
    'a repeated default overruled',
    { extra: ['--credential-helpers=gitlab'] },
    ['--credential-helpers=gitlab'],
    ['--credential-helpers=env', '--credential-helpers=ecr'],
  ],
  [
    'a flag and its value apart',
    { extra: ['--snapshot-mode', 'redo', '--single-snapshot'] },
    ['--snapshot-mode=redo', '--single-snapshot'],
    ['redo'],
  ],
] as const) {
  test(name, () => {
    const given = args(plan);
    expect(given).toEqual(expect.arrayContaining([...present]));
    for (const one of absent) expect(given).not.toContain(one);
  });
}

for (const [arg, complaint] of [
  ['--context=x', /use the parameter context/],
  ['--destination=x', /parameter image/],
  ['--dockerfile=x', /parameter dockerfile/],
  ['--build-arg=KANIKO_DOCKER_IO_PASSWORD', /parameter buildArgs/],
  ['--label=x', /labels/],
  ['--target=x', /target/],
  ['--custom-platform=x', /platform/],
  ['--secret=x', /secrets/],
  ['--cache=false', /parameter cache/],
  ['--cache-repo=x', /parameter cache/],
  ['--no-push', /push: false/],
  ['--dryrun', /push: false/],
  ['--log-format=text', /reads what kaniko prints/],
  ['--verbosity=error', /info, debug and trace/],
  ['--verbosity', /info, debug and trace/],
  ['-d=x', /is not a flag/],
  ['-d', /is not a flag/],
  ['redo', /is not a flag/],
  ['', /is not a flag/],
  ['--', /is not a flag/],
] as const) {
  test(`kanikoArgs refuses "${arg}"`, () => {
    expect(kanikoArgsComplaints([arg])).toEqual([expect.stringMatching(complaint)]);
  });
}

test('kanikoArgs accepts all other flags, and all complaints come together', () => {
  const good = [
    '--single-snapshot',
    '--registry-mirror=m',
    '--verbosity=debug',
    '--digest-file=/x',
    '--snapshot-mode',
    'redo',
  ];
  expect(kanikoArgsComplaints(good)).toEqual([]);
  expect(kanikoArgsComplaints([...good, '--cache', '-f', '--label=x'])).toHaveLength(3);
});

test('no two secrets share a variable', () => {
  const ids = ['npmrc', 'npm.rc', 'npm-rc', 'npm_rc', 'npm_2e_rc', 'NPMRC'];
  expect(new Set(ids.map(secretVariable)).size).toBe(ids.length);
  for (const id of ids) expect(secretVariable(id)).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
  const named = (...all: string[]) => Object.fromEntries(all.map((id) => [id, 'name']));
  expect(secretComplaints(named(...ids, 'a,b', 'a=b', ''))).toHaveLength(3);
  expect(secretComplaints({ npmrc: ' ' })).toEqual(['secrets: npmrc has no name of a secret']);
});

test('names of build arguments and labels that kaniko would split elsewhere are refused', () => {
  expect(pairComplaints({ buildArgs: { A: '1=2', __proto__x: '' }, labels: { 'a.b/c': '=' } })).toEqual([]);
  expect(pairComplaints({ buildArgs: { 'A=B': '1' }, labels: { '': 'x' } })).toEqual([
    'buildArgs: "A=B" is not a name: it must neither be empty nor contain "="',
    'labels: "" is not a name: it must neither be empty nor contain "="',
  ]);
});

describe('registry credentials', () => {
  const ARN = 'arn:aws:secretsmanager:eu-west-1:172173733067:secret:hub-AbCdEf';
  for (const [host, user] of [
    ['docker.io', 'KANIKO_DOCKER_IO_USER'],
    ['index.docker.io', 'KANIKO_DOCKER_IO_USER'],
    ['my-registry.example.com', 'KANIKO_MY_REGISTRY_EXAMPLE_COM_USER'],
    ['localhost:5000', 'KANIKO_LOCALHOST:5000_USER'],
  ] as const) {
    test(`the user of ${host} is in ${user}`, () => {
      expect(credentialSecrets({ [host]: ARN })).toEqual([
        { name: user, valueFrom: `${ARN}:username::` },
        { name: user.replace(/USER$/, 'PASSWORD'), valueFrom: `${ARN}:password::` },
      ]);
    });
  }

  for (const [host, secret, complaint] of [
    ['docker.io', '/ci/hub', /SSM parameter/],
    ['docker.io', 'arn:aws:ssm:eu-west-1:1:parameter/x', /SSM parameter/],
    ['docker.io', `${ARN}:username::`, /is not the ARN/],
    ['docker.io', '', /no name of a secret/],
    ['https://docker.io', 'hub', /is not a registry's host/],
  ] as const) {
    test(`${host} with ${secret} is refused`, () => {
      expect(credentialComplaints({ [host]: secret })).toEqual([expect.stringMatching(complaint)]);
    });
  }

  test('names and ARNs are accepted; one registry with two names is refused', () => {
    expect(credentialComplaints({ 'docker.io': 'ci/hub', 'ghcr.io': ARN })).toEqual([]);
    expect(credentialComplaints({ 'docker.io': 'a', 'index.docker.io': 'b' })).toEqual([
      expect.stringMatching(/same registry/),
    ]);
  });
});

describe('the size of overrides', () => {
  const overrides = (command: readonly string[]) => ({ containerOverrides: [{ name: 'kaniko', command }] });
  const length = (command: readonly string[]) => JSON.stringify(overrides(command)).length;
  const room = 8_192 - length(['--build-arg=A=']);

  test('8192 characters fit', () => {
    const command = [`--build-arg=A=${'x'.repeat(room)}`];
    expect(length(command)).toBe(8_192);
    expect(() => checkOverrideSize(overrides(command), command)).not.toThrow();
  });

  test('one more character is refused: the long parameter is named, its value is not shown', () => {
    const command = ['--label=l=short', `--build-arg=TOKEN=${'s'.repeat(room)}`];
    expect(() => checkOverrideSize(overrides(command), command)).toThrow(
      expect.objectContaining({
        category: 'usage',
        message: expect.stringMatching(
          /too long: 8,\d\d\d characters where ECS takes 8,192; most of them are buildArgs/,
        ),
        evidence: expect.arrayContaining([
          expect.stringMatching(/^buildArgs: [\d,]+ characters$/),
          expect.stringMatching(/^--build-arg=TOKEN: [\d,]+ characters$/),
        ]),
      }),
    );
  });
});

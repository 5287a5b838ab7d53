import { Failure } from '../../helper/src/failure.ts';
import { buildSettings, deploySettings } from '../../helper/src/settings/required-settings.ts';
import { findSetting, resolveSettings, type SettingSources } from '../../helper/src/settings/resolve-settings.ts';

const sources = (over: Partial<SettingSources> = {}): SettingSources => ({
  prefix: 'fargate-ci',
  parameters: { cluster: undefined },
  env: {},
  ssm: new Map(),
  ...over,
});

const whole = new Map([
  ['cluster', 'ci'],
  ['bucket', 'contexts'],
  ['registry', '111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci'],
  ['subnets', 'subnet-1, subnet-2'],
  ['builder-security-groups', 'sg-1'],
]);

for (const [name, over, value, origin] of [
  ['parameter first', { parameters: { cluster: 'p' }, env: { FARGATE_CI_CLUSTER: 'e' } }, 'p', 'parameter cluster'],
  ['then environment', { env: { FARGATE_CI_CLUSTER: 'e' }, ssm: whole }, 'e', 'environment FARGATE_CI_CLUSTER'],
  ['then SSM', { ssm: whole }, 'ci', 'SSM /fargate-ci/cluster'],
  ['an empty variable is none', { env: { FARGATE_CI_CLUSTER: '' }, ssm: whole }, 'ci', 'SSM /fargate-ci/cluster'],
] as const)
  test(name, () => expect(findSetting('cluster', sources(over))).toEqual({ name: 'cluster', value, origin }));

test('a default is fixed, or the value of another setting, or made of others', () => {
  const from = sources({ ssm: whole, prefix: 'team' });
  expect(findSetting('publicIp', from)).toMatchObject({ value: 'ENABLED', origin: 'default' });
  expect(findSetting('appSubnets', from)).toMatchObject({ value: 'subnet-1, subnet-2', origin: 'as subnets' });
  expect(findSetting('builderFamily', from)).toMatchObject({ value: 'team-kaniko' });
  expect(findSetting('cacheRegistry', from)?.value).toBe(`${whole.get('registry')}/cache`);
  expect(findSetting('cacheRegistry', sources())).toBeUndefined();
});

test('the message for a missing setting names it, says where it was looked up, and how to set it', () => {
  const missing = () => resolveSettings(['bucket'], sources({ ssmProblem: 'AccessDeniedException: not allowed' }));
  expect(missing).toThrow(Failure);
  expect(missing).toThrow(/setting bucket .*FARGATE_CI_BUCKET.*\/fargate-ci\/bucket \(AccessDenied/);
});

test('several missing settings are named together', () => {
  try {
    buildSettings(sources());
    throw new Error('it did not fail');
  } catch (error) {
    expect(error).toMatchObject({ category: 'usage', message: expect.stringMatching(/^6 settings are missing/) });
    expect(error instanceof Failure && error.hint).toContain('builder.yaml');
  }
});

test('texts become lists and booleans', () => {
  const { settings, shown } = buildSettings(sources({ ssm: new Map([...whole, ['kaniko-args', ' --a  --b=c ']]) }));
  expect(settings).toMatchObject({ subnets: ['subnet-1', 'subnet-2'], publicIp: true, kanikoArgs: ['--a', '--b=c'] });
  expect(shown.map(({ name }) => name)).toContain('cluster');
});

test('a bad value of a two-valued setting is refused, with its origin', () => {
  const bad = () => buildSettings(sources({ ssm: whole, env: { FARGATE_CI_PUBLIC_IP: 'yes' } }));
  expect(bad).toThrow('must be ENABLED or DISABLED, not "yes"');
});

test("a service's own settings are found by its name", () => {
  const ssm = new Map([...whole, ['services/shop/target-group', 'arn:tg'], ['services/shopper/task-role', 'arn:r']]);
  const { settings, shown } = deploySettings(sources({ ssm }), 'ap-southeast-2', 'shop');
  expect(settings.perService).toEqual({
    targetGroup: 'arn:tg',
    securityGroups: undefined,
    taskRole: undefined,
    logGroup: undefined,
  });
  expect(shown).toContainEqual({
    name: 'target-group',
    value: 'arn:tg',
    origin: 'SSM /fargate-ci/services/shop/target-group',
  });
});

import { ecrImage, ensureRepository, isEcr } from '../../helper/src/registry/ecr.ts';
import { parseReference } from '../../helper/src/registry/image-reference.ts';
import { type Double, startDouble } from '../double/double.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const HOST = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com';
const image = (path: string) => parseReference(`${HOST}/${path}`);
const policy = { namespaces: [`${HOST}/fargate-ci`], createOnPush: false };

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  double = await startDouble();
  world = testWorld(double);
});
afterEach(() => double.close());

for (const [host, env, expected] of [
  [HOST, {}, true],
  ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', {}, true],
  ['docker.io', {}, false],
  ['111122223333.dkr.ecr.ap-southeast-2.amazonaws.com.evil.example', {}, false],
  ['127.0.0.1:4566', {}, false],
  ['127.0.0.1:4566', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, true],
  ['127.0.0.1:4566', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:5' }, false],
] as const)
  test(`${host} with ${JSON.stringify(env)}: ${expected ? 'ECR' : 'not ECR'}`, () =>
    expect(isEcr(host, env)).toBe(expected));

test('an existing repository is not changed', async () => {
  double.ecr.create('fargate-ci/shop');
  await ensureRepository(world, image('fargate-ci/shop:1'), policy);
  expect(double.calls('CreateRepository')).toEqual([]);
  expect(world.events).toEqual([]);
});

test('a missing repository of the namespace is created, and reported', async () => {
  await ensureRepository(world, image('fargate-ci/shop:1'), policy);
  expect(double.calls('CreateRepository')).toHaveLength(1);
  expect(world.events).toEqual([{ type: 'repository-created', repository: `${HOST}/fargate-ci/shop`, by: 'helper' }]);
});

test('with a creation template ECR creates it at the push', async () => {
  await ensureRepository(world, image('fargate-ci/shop:1'), { ...policy, createOnPush: true });
  expect(double.calls('CreateRepository')).toEqual([]);
  expect(world.events).toMatchObject([{ by: 'push' }]);
});

test('two builds may create it at the same time', async () => {
  double.on('DescribeRepositories', () => double.ecr.create('fargate-ci/shop'));
  await ensureRepository(world, image('fargate-ci/shop:1'), policy);
  expect(world.events).toEqual([]);
});

for (const fault of [
  { kind: 'reset', effect: true },
  { kind: 'half' },
  { kind: 'cut' },
  { kind: 'cut', none: true },
  { kind: 'server-error', effect: true },
  { kind: 'gateway' },
] as const) {
  for (const action of ['CreateRepository', 'DescribeRepositories', 'DescribeImages']) {
    test(`one repository is created although the answer to ${action} is ${JSON.stringify(fault)}, twice`, async () => {
      double.fault({ action, times: 2, fault });
      await ensureRepository(world, image('fargate-ci/shop:1'), policy);
      expect([...double.ecr.repositories.keys()]).toEqual(['fargate-ci/shop']);
      double.ecr.push('fargate-ci/shop', '1', `sha256:${'1'.repeat(64)}`);
      expect(await ecrImage(world, image('fargate-ci/shop:1'))).toMatchObject({ digest: `sha256:${'1'.repeat(64)}` });
    });
  }
}

test('a lost answer is no failure where the repository was created', async () => {
  double.fault({ action: 'CreateRepository', times: 1, fault: { kind: 'reset', effect: true } });
  await ensureRepository(world, image('fargate-ci/shop:1'), policy);
  expect(await ecrImage(world, image('fargate-ci/shop:1'))).toBeUndefined();
});

for (const path of ['other/shop:1', 'fargate-ci-two/shop:1'])
  test(`a missing repository outside the namespace is an error with the command that creates it: ${path}`, async () => {
    await expect(ensureRepository(world, image(path), policy)).rejects.toMatchObject({
      category: 'registry',
      exitStatus: 11,
      hint: expect.stringContaining(
        `aws ecr create-repository --region ap-southeast-2 --repository-name ${path.split(':')[0]}`,
      ),
    });
    expect(double.calls('CreateRepository')).toEqual([]);
  });

test('a repository of another account with the same name is not created', async () => {
  const theirs = parseReference('111122223333.dkr.ecr.eu-west-1.amazonaws.com/fargate-ci/shop:1');
  await expect(ensureRepository(world, theirs, policy)).rejects.toMatchObject({
    hint: expect.stringContaining('--region eu-west-1 '),
  });
});

test('where describing repositories is denied, the push decides', async () => {
  double.fault({ action: 'DescribeRepositories', times: 9, fault: { kind: 'access-denied' } });
  await ensureRepository(world, image('fargate-ci/shop:1'), policy);
  expect(double.calls('CreateRepository')).toEqual([]);
});

test('the image that ECR stores under a tag, and the time of its push', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  double.ecr.push('fargate-ci/shop', '1', digest);
  expect(await ecrImage(world, image('fargate-ci/shop:1'))).toEqual({ digest, pushedAt: double.clock.now() });
  expect(await ecrImage(world, image('fargate-ci/shop:2'))).toBeUndefined();
  expect(await ecrImage(world, image('fargate-ci/tea:1'))).toBeUndefined();
});

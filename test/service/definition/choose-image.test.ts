import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDeployment } from '../../../helper/src/commands/deploy/deploy.ts';
import type { BuiltImage } from '../../../helper/src/parameters/built-image.ts';
import { chooseImage } from '../../../helper/src/service/definition/choose-image.ts';
import {
  type DeployScene,
  digest,
  ECR,
  makeDeployScene,
  parameters,
  seedShop,
  settings,
  shop,
} from '../../support/deploy-scene.ts';

const built = (name: string, digit: string): BuiltImage => ({
  image: `${ECR}/${name}:1`,
  reference: `${ECR}/${name}@${digest(digit)}`,
});
const unpushed: BuiltImage = { image: `${ECR}/shop:1`, reference: null };

describe('which image', () => {
  for (const [name, given, candidates, expected] of [
    ['given by name', 'shop:1', [built('other', '3')], 'shop:1'],
    ['given as a result', built('shop', '1'), [built('other', '3')], shop('1')],
    ['the only one of this run', undefined, [built('shop', '2')], shop('2')],
    ['the only one that was pushed', undefined, [unpushed, built('shop', '2')], shop('2')],
    ['several', undefined, [built('a', '1'), built('b', '2')], undefined],
    ['none', undefined, [], undefined],
  ] satisfies [string, string | BuiltImage | undefined, BuiltImage[], string | undefined][]) {
    test(name, () => {
      const choice = chooseImage(given, candidates);
      expect(choice.kind === 'take' ? choice.reference : undefined).toBe(expected);
    });
  }
  for (const [name, given, candidates] of [
    ['given', unpushed, []],
    ['the only one', undefined, [unpushed]],
  ] satisfies [string, BuiltImage | undefined, BuiltImage[]][]) {
    test(`not pushed: ${name}`, () => expect(() => chooseImage(given, candidates)).toThrow(/built with push: false/));
  }
});

describe('deployed', () => {
  let stage: DeployScene;
  beforeEach(async () => {
    stage = await makeDeployScene();
  });
  afterEach(() => stage.double.close());

  const registered = () => {
    const [first] = stage.double.calls('RegisterTaskDefinition');
    return JSON.stringify(first?.input);
  };

  test('an ECR tag is deployed by its digest', async () => {
    stage.double.ecr.push('fargate-ci/shop', '1.4.2', digest('7'));
    await stage.deploy({ image: 'shop:1.4.2', port: 8080 });
    expect(registered()).toContain(`${ECR}/shop@${digest('7')}`);
  });

  test('an ECR tag that was pushed again is a change; otherwise the same tag is none', async () => {
    await seedShop(stage);
    stage.double.ecr.push('fargate-ci/shop', 'main', digest('1'));
    expect((await stage.deploy({ image: 'shop:main' })).changed).toBe(false);
    stage.double.ecr.push('fargate-ci/shop', 'main', digest('2'));
    expect((await stage.deploy({ image: 'shop:main' })).changed).toBe(true);
  });

  test('a tag outside ECR may have been pushed again: the same revision is deployed again', async () => {
    await stage.deploy({ image: 'docker.io/acme/shop:main', port: 8080 });
    stage.double.requests.length = 0;
    const result = await stage.deploy({ image: 'docker.io/acme/shop:main' });
    expect(result.changed).toBe(true);
    expect(stage.writes()).toEqual({ UpdateService: 1 });
    expect(stage.double.calls('UpdateService')[0]?.input).toMatchObject({ forceNewDeployment: true });
  });

  test('a tag that ECR does not have', async () => {
    const failure = await stage.fail({ image: 'shop:nope', port: 8080 });
    expect(failure).toMatchObject({ category: 'registry', exitStatus: 11 });
    expect(failure.message).toContain(`${ECR}/shop:nope`);
    expect(stage.writes()).toEqual({});
  });

  test('without an image, another parameter changes the service, which keeps its image', async () => {
    await seedShop(stage);
    const candidates = [built('a', '1'), built('b', '2')];
    const result = await stage.deploy({ candidates, env: { LOG_LEVEL: 'debug' } });
    expect(result.changed).toBe(true);
    expect(registered()).toContain(shop('1'));
  });

  test('without an image and without a change: an error that lists the candidates', async () => {
    await seedShop(stage);
    const failure = await stage.fail({ candidates: [built('a', '1'), built('b', '2')], port: 8080 });
    expect(failure).toMatchObject({ category: 'usage', evidence: [`${ECR}/a:1`, `${ECR}/b:1`] });
    expect(failure.message).toContain(`this run built ${ECR}/a:1, ${ECR}/b:1`);
    expect(stage.writes()).toEqual({});
  });

  for (const [name, given] of [
    ['a count', { count: 1 }],
    ['a port', { port: 8080 }],
    ['no publicIp change', { publicIp: true }],
  ] as const) {
    test(`without an image, ${name} that changes nothing: green, nothing is written`, async () => {
      await seedShop(stage);
      expect(await stage.deploy(given)).toMatchObject({ changed: false });
      expect(stage.writes()).toEqual({});
    });
  }

  for (const [name, given] of [
    ['nothing at all', {}],
    ['only parameters for the watch', { timeout: 5, wait: true, onAbort: 'leave', verbose: true }],
    ['only default values', { env: {}, rollback: true }],
  ] as const) {
    test(`without an image and ${name}: an error, also where the settings would change the service`, async () => {
      await seedShop(stage);
      const failure = await stage.fail(given, { perService: { ...settings.perService, securityGroups: ['sg-new'] } });
      expect(failure.category).toBe('usage');
      expect(failure.message).toMatch(/which image should the service shop run/);
      expect(stage.writes()).toEqual({});
    });
  }

  test('without an image, after builds with push: false: the error names them, but not as candidates', async () => {
    await seedShop(stage);
    const failure = await stage.fail({ unpushed: [`${ECR}/shop:1`], port: 8080 });
    expect(failure).toMatchObject({
      category: 'usage',
      message: `which image should the service shop run? None was given, and this run pushed none: ${ECR}/shop:1 was built with push: false`,
      hint: "say which: fargateDeploy(image: 'repository:tag', ...), or leave push out of kanikoBuild",
    });
    expect(await stage.deploy({ unpushed: [`${ECR}/shop:1`], count: 3 })).toMatchObject({ changed: true });
    expect(stage.double.calls('RegisterTaskDefinition')).toHaveLength(0);
    const only = await stage.deploy({ unpushed: [`${ECR}/check:1`], candidates: [built('shop', '2')] });
    expect(only.changed).toBe(true);
    expect(registered()).toContain(shop('2'));
  });

  test('a malformed digest is refused before AWS is asked', async () => {
    expect(await stage.fail({ image: 'shop@sha256:abc', port: 8080 })).toMatchObject({ category: 'usage' });
    expect(stage.writes()).toEqual({});
  });

  test('an image in ECR of another region is not looked up in this one', async () => {
    const image = '172173733067.dkr.ecr.us-east-1.amazonaws.com/shop:1';
    await stage.deploy({ image, port: 8080 });
    expect(registered()).toContain(image);
    expect(stage.double.calls('DescribeImages')).toHaveLength(0);
  });

  test('an image that may not be looked up: the hint says what to allow, or to name the digest', async () => {
    stage.double.fault({ action: 'DescribeImages', times: 9, fault: { kind: 'access-denied' } });
    const failure = await stage.fail({ image: 'shop:1', port: 8080 });
    expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
    expect(failure.hint).toMatch(/ecr:DescribeImages on the repository fargate-ci\/shop .*by its digest/);
  });

  test('a new service without an image', async () => {
    expect((await stage.fail({ port: 8080 })).message).toMatch(/which image should the service shop run/);
  });

  test('secrets by name, parameter and ARN; credentials of the registry', async () => {
    const own = stage.double.secrets.put('shop/key');
    const hub = stage.double.secrets.put('hub');
    await stage.deploy({
      image: 'docker.io/acme/shop:1',
      port: 8080,
      secrets: { A: 'shop/key', B: '/shop/b', C: own },
      registryCredentials: { 'docker.io': 'hub', 'ghcr.io': 'other' },
    });
    const [call] = stage.double.calls('RegisterTaskDefinition');
    expect(call?.input).toMatchObject({
      containerDefinitions: [
        {
          secrets: [
            { name: 'A', valueFrom: own },
            { name: 'B', valueFrom: '/shop/b' },
            { name: 'C', valueFrom: own },
          ],
          repositoryCredentials: { credentialsParameter: hub },
        },
      ],
    });
  });

  test('credentials for the image that the service has', async () => {
    const hub = stage.double.secrets.put('hub', '{}');
    await stage.deploy({ image: 'docker.io/acme/shop:1', port: 8080 });
    await stage.deploy({ registryCredentials: { 'docker.io': 'hub' } });
    expect(stage.double.calls('RegisterTaskDefinition')[1]?.input).toMatchObject({
      containerDefinitions: [{ repositoryCredentials: { credentialsParameter: hub } }],
    });
  });

  test('credentials of a registry must be in Secrets Manager', async () => {
    const failure = await stage.fail({
      image: 'docker.io/acme/shop:1',
      port: 8080,
      registryCredentials: { 'docker.io': '/hub' },
    });
    expect(failure.category).toBe('usage');
  });

  test('a stand-in of ECR on one port with the API', async () => {
    const host = new URL(stage.double.url).host;
    stage.double.close();
    stage = await makeDeployScene({ AWS_ENDPOINT_URL: `http://${host}` });
    stage.double.ecr.push('fargate-ci/shop', 'main', digest('5'));
    await stage.deploy({ image: 'shop:main', port: 8080 }, { registry: `${host}/fargate-ci` });
    expect(registered()).toContain(`${host}/fargate-ci/shop@${digest('5')}`);
  });

  test('a definition from a file', async () => {
    await seedShop(stage);
    const folder = mkdtempSync(join(tmpdir(), 'fargate-ci-'));
    const file = {
      containerDefinitions: [{ name: 'shop', image: 'placeholder', stopTimeout: 60 }],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
    };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(file));
    await stage.deploy({ image: shop('2'), taskDefinition: join(folder, 'task.json') });
    rmSync(folder, { recursive: true });
    expect(stage.double.calls('RegisterTaskDefinition')[0]?.input).toMatchObject({
      family: 'fargate-ci-shop',
      executionRoleArn: settings.appExecutionRole,
      containerDefinitions: [{ image: shop('2'), stopTimeout: 60 }],
    });
    expect((await stage.fail({ taskDefinition: 'nope.json' })).message).toMatch(/nope.json cannot be read/);
  });

  test('a dry run tells what would be done, and does nothing', async () => {
    const lines = await describeDeployment(
      stage.world,
      parameters({ image: shop('1'), port: 8080 }),
      settings,
      '/nowhere',
    );
    expect(lines.join('\n')).toMatch(/register a revision of fargate-ci-shop[\s\S]*create the service shop/);
    expect(stage.writes()).toEqual({});
  });

  for (const [name, more, message] of [
    ['CODE_DEPLOY', { deploymentController: { type: 'CODE_DEPLOY' } }, /is deployed by CODE_DEPLOY/],
    ['EXTERNAL', { deploymentController: { type: 'EXTERNAL' } }, /is deployed by EXTERNAL/],
  ] as const) {
    test(`a service that ${name} deploys is refused`, async () => {
      await seedShop(stage, more);
      const failure = await stage.fail({ image: shop('2') });
      expect(failure).toMatchObject({ category: 'usage', message: expect.stringMatching(message) });
      expect(stage.writes()).toEqual({});
    });
  }

  test('a cluster that does not exist', async () => {
    const failure = await stage.fail({ image: shop('2'), port: 80 }, { cluster: 'nope' });
    expect(failure).toMatchObject({ category: 'usage', message: 'there is no cluster nope in ap-southeast-2' });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import { asJsonObject, type JsonObject } from '../../double/json-values.ts';
import { type DeployScene, makeDeployScene, parameters, seedShop, settings, shop } from '../../support/deploy-scene.ts';

// Members that ECS knows, but the bundled SDK does not.

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

/** Members that no SDK knows: at the top, in a container, deeper, and in a list whose entries have names. */
const TOP = { futureTaskField: { mode: 'ON', list: [{ a: 1 }], nothing: {} }, futureFlag: false };
const IN_CONTAINER = {
  futureProbe: { command: ['CMD', 'true'] },
  healthCheck: { command: ['CMD', 'true'], futureJitter: 0.5 },
  environment: [
    { name: 'B', value: '2', futureScope: 'build' },
    { name: 'A', value: '1' },
  ],
};

function revision(name: string) {
  const found = stage.double.ecs.taskDefinitions.find(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/** The service as somebody with a newer SDK has set it. */
async function seedNewer(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await seedShop(stage, more);
  const one = revision('fargate-ci-shop:1');
  const [container] = Array.isArray(one.content.containerDefinitions) ? one.content.containerDefinitions : [];
  one.content = {
    ...one.content,
    ...TOP,
    containerDefinitions: [
      { ...asJsonObject(container), ...IN_CONTAINER },
      { name: 'sidecar', image: 'x', essential: false, futureProbe: { command: ['CMD', 'false'] } },
    ],
  };
}

const input = (action: string, at = 0): JsonObject => stage.double.calls(action)[at]?.input ?? {};

const whole = {
  ...TOP,
  containerDefinitions: [
    expect.objectContaining({
      name: 'shop',
      futureProbe: IN_CONTAINER.futureProbe,
      healthCheck: IN_CONTAINER.healthCheck,
      environment: IN_CONTAINER.environment,
    }),
    expect.objectContaining({ name: 'sidecar', futureProbe: { command: ['CMD', 'false'] } }),
  ],
};

test('a new revision keeps members that are newer than the SDK; deploying it again changes nothing', async () => {
  await seedNewer();
  await stage.deploy({ image: shop('2') });
  expect(input('RegisterTaskDefinition')).toMatchObject(whole);
  // Fields that only ECS may set are no unknown members.
  expect(input('RegisterTaskDefinition')).not.toHaveProperty('registeredBy');
  expect(await stage.deploy({ image: shop('2') })).toMatchObject({ changed: false });
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
});

test('a changed variable leaves the other ones of its list as they are', async () => {
  await seedNewer();
  await stage.deploy({ image: shop('2'), env: { A: '3', C: '4' } });
  expect(input('RegisterTaskDefinition')).toMatchObject({
    containerDefinitions: [
      {
        environment: [
          { name: 'B', value: '2', futureScope: 'build' },
          { name: 'A', value: '3' },
          { name: 'C', value: '4' },
        ],
      },
      {},
    ],
  });
});

test('the copy of a deregistered revision has all of its members', async () => {
  await seedNewer();
  stage.double.ecr.push('fargate-ci/shop', 'v1', shop('1').replace(/^.*@/, ''));
  await stage.deploy({ image: shop('2') });
  await stage.world.aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'fargate-ci-shop:1' }));
  stage.double.requests.length = 0;
  await stage.deploy({ rollbackTo: '1' });
  expect(input('RegisterTaskDefinition')).toMatchObject(whole);
});

test('after throttling, a reset and half an answer the call is sent again whole, and one revision is registered', async () => {
  await seedNewer();
  stage.double.fault({ action: 'DescribeTaskDefinition', fault: { kind: 'half' } });
  stage.double.fault({ action: 'DescribeServices', fault: { kind: 'half' } });
  stage.double.fault({ action: 'RegisterTaskDefinition', fault: { kind: 'throttle' } });
  stage.double.fault({ action: 'RegisterTaskDefinition', fault: { kind: 'reset', effect: true } });
  await stage.deploy({ image: shop('2') });
  const calls = stage.double.calls('RegisterTaskDefinition');
  expect(calls).toHaveLength(2);
  for (const call of calls) expect(call.input).toMatchObject(whole);
});

describe('a deployment configuration', () => {
  const configuration = {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    bakeTimeInMinutes: 0,
    lifecycleHooks: [],
    strategy: 'ROLLING',
    futureGate: { after: '1.50' },
    deploymentCircuitBreaker: { enable: true, rollback: true, futurePatience: 7 },
  };

  test('keeps what the SDK does not know when one of its settings changes; the rest of a service is not sent', async () => {
    await seedNewer({ deploymentConfiguration: configuration, futureServiceField: { on: true } });
    const settingsNow = stage.double.ecs.services.find('fargate-ci', 'shop')?.settings;
    expect(settingsNow).toHaveProperty('futureServiceField');
    await stage.deploy({ image: shop('1'), minimumHealthy: 50 });
    const update = input('UpdateService');
    expect(update).not.toHaveProperty('futureServiceField');
    expect(update.deploymentConfiguration).toEqual({
      minimumHealthyPercent: 50,
      maximumPercent: 200,
      futureGate: { after: '1.50' },
      deploymentCircuitBreaker: { enable: true, rollback: true, futurePatience: 7 },
    });
  });

  test('keeps them in its circuit breaker when that is switched', async () => {
    await seedNewer({ deploymentConfiguration: configuration });
    await stage.deploy({ image: shop('1'), rollback: false });
    expect(input('UpdateService').deploymentConfiguration).toMatchObject({
      futureGate: { after: '1.50' },
      deploymentCircuitBreaker: { enable: true, rollback: false, futurePatience: 7 },
    });
  });

  for (const [name, breaker] of [
    ['off', { enable: false, rollback: false }],
    ['on, without rollback', { enable: true, rollback: false }],
  ] as const) {
    test(`a circuit breaker that is ${name} stays so, also where another setting changes`, async () => {
      await seedShop(stage, { deploymentConfiguration: { ...configuration, deploymentCircuitBreaker: breaker } });
      await stage.deploy({ image: shop('2') });
      expect(input('UpdateService')).not.toHaveProperty('deploymentConfiguration');
      await stage.deploy({ image: shop('2'), minimumHealthy: 50 });
      expect(input('UpdateService', 1).deploymentConfiguration).toMatchObject({ deploymentCircuitBreaker: breaker });
    });

    test(`a circuit breaker that is ${name} is turned on by rollback: true, also without an image`, async () => {
      await seedShop(stage, { deploymentConfiguration: { ...configuration, deploymentCircuitBreaker: breaker } });
      await stage.deploy({ rollback: true });
      expect(input('UpdateService').deploymentConfiguration).toMatchObject({
        deploymentCircuitBreaker: { enable: true, rollback: true },
      });
    });
  }

  test('a circuit breaker that is off stays so on the way back, too', async () => {
    const off = { ...configuration, deploymentCircuitBreaker: { enable: false, rollback: false } };
    await seedShop(stage, { deploymentConfiguration: off });
    stage.double.ecr.push('fargate-ci/shop', 'v1', shop('1').replace(/^.*@/, ''));
    await stage.deploy({ image: shop('2') });
    await stage.deploy({ rollbackTo: 'previous' });
    const updates = stage.double.calls('UpdateService');
    expect(updates).toHaveLength(2);
    for (const update of updates) expect(update.input).not.toHaveProperty('deploymentConfiguration');
  });

  test('a new service has a circuit breaker with rollback', async () => {
    await stage.deploy({ image: shop('1'), port: 8080 });
    expect(input('CreateService').deploymentConfiguration).toMatchObject({
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });
});

describe('where ECS refuses one', () => {
  const refuse = (action: string, code: string, message: string) =>
    stage.double.fault({ action, fault: { kind: 'error', code, message } });

  test('the failure names it, and how to go on', async () => {
    await seedNewer();
    refuse('RegisterTaskDefinition', 'ClientException', 'Unknown parameter in input: "futureJitter".');
    const failure = await stage.fail({ image: shop('2') });
    expect(failure.message).toBe(
      'could not register the task definition fargate-ci-shop: ECS refuses containerDefinitions[shop].healthCheck.futureJitter',
    );
    expect(failure.hint).toMatch(/^take futureJitter out where it comes from: .*taskDefinition/);
    expect(failure.evidence).toContainEqual(expect.stringMatching(/^not known to .*futureProbe.*futureTaskField/));
  });

  test('one that could not be read at all is one of those', async () => {
    await seedNewer();
    refuse('RegisterTaskDefinition', 'SerializationException', '');
    expect((await stage.fail({ image: shop('2') })).message).toMatch(
      /: ECS refuses .*futureScope, .*futureTaskField, futureFlag$/,
    );
  });

  test('a refusal of something else blames none of them', async () => {
    await seedNewer();
    refuse('RegisterTaskDefinition', 'ClientException', 'Role is not valid');
    const failure = await stage.fail({ image: shop('2') });
    expect(failure.message).toBe('could not register the task definition fargate-ci-shop');
    expect(failure.evidence[0]).toBe('ClientException: Role is not valid');
  });

  test('in a deployment configuration: which parameters leave that alone', async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 200, futureGate: 1 };
    await seedShop(stage, { deploymentConfiguration });
    refuse('UpdateService', 'InvalidParameterException', 'futureGate is not allowed');
    const failure = await stage.fail({ image: shop('1'), minimumHealthy: 50 });
    expect(failure.message).toMatch(/: ECS refuses deploymentConfiguration\.futureGate$/);
    expect(failure.hint).toMatch(/leave out rollback, minimumHealthy and maximumHealthy/);
  });
});

describe('a file that has what the SDK does not know', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'definition-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is sent whole, with a warning; the same file once more registers nothing', async () => {
    await seedShop(stage);
    const file = {
      $schema: 'https://schemas.example/task.json',
      ...{ networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
      volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-0a1b2c3d' } }],
      ...TOP,
      containerDefinitions: [{ name: 'shop', ...IN_CONTAINER }],
    };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(file));
    const given = parameters({ image: shop('2'), taskDefinition: 'task.json' });
    await deployService(stage.world, given, settings, folder);
    expect(input('RegisterTaskDefinition')).toMatchObject({
      ...TOP,
      containerDefinitions: [{ name: 'shop', image: shop('2'), ...IN_CONTAINER }],
    });
    expect(input('RegisterTaskDefinition')).not.toHaveProperty('$schema');
    expect(stage.world.events).toContainEqual({
      type: 'warning',
      text: expect.stringMatching(/^task\.json has what this release .* does not know: futureTaskField, futureFlag, /),
    });
    // As ECS writes it out.
    const made = revision('fargate-ci-shop:2');
    made.content = {
      ...made.content,
      volumes: [
        { name: 'data', host: {}, efsVolumeConfiguration: { fileSystemId: 'fs-0a1b2c3d', rootDirectory: '/' } },
      ],
    };
    expect(await deployService(stage.world, given, settings, folder)).toMatchObject({ changed: false });
    expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
  });
});

import { hangs, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

describe('a bad connection', () => {
  beforeEach(() => seedShop(stage));

  for (const kind of ['reset', 'half', 'server-error'] as const) {
    test(`UpdateService took effect, but its answer is lost (${kind}): it is not sent twice`, async () => {
      stage.double.fault({ action: 'UpdateService', fault: kind === 'half' ? { kind } : { kind, effect: true } });
      const result = await stage.deploy({ image });
      expect(result.deployment).toMatch(/:service-deployment\//);
      expect(stage.double.calls('UpdateService')).toHaveLength(1);
    });

    // Half an answer always means that the call took effect.
    if (kind !== 'half')
      test(`UpdateService had no effect (${kind}): it is sent again`, async () => {
        stage.double.fault({ action: 'UpdateService', times: 1, fault: { kind } });
        await stage.deploy({ image });
        expect(stage.double.calls('UpdateService')).toHaveLength(2);
      });

    test(`RegisterTaskDefinition took effect, but its answer is lost (${kind}): one revision`, async () => {
      stage.double.fault({
        action: 'RegisterTaskDefinition',
        fault: kind === 'half' ? { kind } : { kind, effect: true },
      });
      const result = await stage.deploy({ image });
      expect(result.taskDefinition).toMatch(/fargate-ci-shop:2$/);
      expect(stage.double.calls('RegisterTaskDefinition')).toHaveLength(1);
    });
  }

  test('throttled calls are repeated', async () => {
    for (const action of ['RegisterTaskDefinition', 'UpdateService', 'DescribeServices', 'ListTasks']) {
      stage.double.fault({ action, times: 2, fault: { kind: 'throttle' } });
    }
    await stage.deploy({ image });
    expect(stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts).toHaveLength(2);
  });

  test('the watch survives an outage of a minute', async () => {
    const { clock } = stage.double;
    let begins = Number.POSITIVE_INFINITY;
    stage.double.on('UpdateService', () => {
      begins = clock.now() + 10_000;
    });
    const where = () => clock.now() >= begins && clock.now() < begins + 60_000;
    stage.double.fault({ action: 'DescribeServices', times: 9_999, where, fault: { kind: 'server-error' } });
    await stage.deploy({ image });
    expect(clock.now()).toBeGreaterThan(begins + 60_000);
  });

  test('where tasks may not be listed, the rollout goes on and a warning says what is not seen', async () => {
    stage.double.fault({ action: 'ListTasks', times: 9_999, fault: { kind: 'access-denied' } });
    await stage.deploy({ image });
    expect(stage.world.events.filter(({ type }) => type === 'warning').length).toBeGreaterThan(0);
  });
});

test('a repeated CreateService has the same token', async () => {
  stage.double.fault({ action: 'CreateService', fault: { kind: 'reset', effect: true } });
  await stage.deploy({ image, port: 8080 });
  const tokens = stage.double.calls('CreateService').map(({ input }) => input.clientToken);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(1);
  expect(String(tokens[0]).length).toBeLessThanOrEqual(36);
});

test('the service-linked role of a new account is waited for', async () => {
  const message = 'Unable to assume the service linked role. Please verify that the ECS service linked role exists.';
  stage.double.fault({
    action: 'CreateService',
    times: 2,
    fault: { kind: 'error', code: 'InvalidParameterException', message },
  });
  await stage.deploy({ image, port: 8080 });
  expect(stage.double.calls('CreateService')).toHaveLength(3);
});

describe('an error after the success does not make the deployment fail', () => {
  for (const action of ['ListTasks', 'DescribeServices', 'DescribeTasks']) {
    test(`${action} fails from then on`, async () => {
      await seedShop(stage);
      script(succeeds());
      const { double } = stage;
      double.on('DescribeServiceDeployments', () => {
        if (double.clock.elapsed() >= 90_000) double.fault({ action, times: 9_999, fault: { kind: 'server-error' } });
      });
      expect(await stage.deploy({ image })).toMatchObject({ changed: true });
    });
  }
});

for (const [name, kind] of [
  ['no connection', 'reset'],
  ['expired credentials, which are renewed later', 'expired-token'],
] as const) {
  for (const [how, ms, green] of [
    ['a minute', 60_000, true],
    ['an hour', 3_600_000, false],
  ] as const) {
    test(`${name} for ${how} while the rollout is watched: ${green ? 'the watch goes on' : 'one clear failure'}`, async () => {
      await seedShop(stage);
      script(succeeds({ after: 120_000 }));
      const { double } = stage;
      double.on('UpdateService', () => {
        const until = double.clock.elapsed() + ms;
        double.fault({ action: '*', times: 9_999, fault: { kind }, where: () => double.clock.elapsed() < until });
      });
      if (green) return void expect(await stage.deploy({ image })).toMatchObject({ changed: true });
      const failure = await stage.fail({ image });
      expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
      expect(failure.message).toMatch(/^could not read /);
      const text = expect.stringMatching(/goes on in ECS, unwatched/);
      expect(stage.world.events).toContainEqual({ type: 'warning', text });
      expect(double.calls('UpdateService')).toHaveLength(1);
    });
  }
}

test('throttled until the end: the timeout is kept, and the rollout is ended', async () => {
  await seedShop(stage);
  script(hangs());
  const { double } = stage;
  double.on('UpdateService', () => {
    for (const action of ['DescribeServices', 'ListTasks'])
      double.fault({ action, times: 9_999, skip: 3, fault: { kind: 'throttle' } });
  });
  const failure = await stage.fail({ image, timeout: 2 });
  expect(failure).toMatchObject({ category: 'timeout', exitStatus: 13 });
  expect(failure.message).toMatch(/ECS rolls service shop back to fargate-ci-shop:1 /);
  expect(double.clock.elapsed()).toBeLessThan(160_000);
});

test('every call of the watch is throttled for a minute: the deployment succeeds', async () => {
  await seedShop(stage);
  script(succeeds({ after: 120_000 }));
  const { double } = stage;
  const watching = ['DescribeServices', 'ListServiceDeployments', 'DescribeServiceDeployments', 'ListTasks'];
  let began = Number.POSITIVE_INFINITY;
  double.on('UpdateService', () => {
    began = double.clock.elapsed();
    for (const action of watching)
      double.fault({
        action,
        times: 9_999,
        fault: { kind: 'throttle' },
        where: () => double.clock.elapsed() < began + 60_000,
      });
  });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
});

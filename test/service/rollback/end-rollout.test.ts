import { Failure } from '../../../helper/src/failure.ts';
import { hangs } from '../../double/scripts/rollout-scripts.ts';
import { abortAfter, type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

test('timed out: ECS is told to roll back, exit 13', async () => {
  await seedShop(stage);
  script(
    hangs({
      events: [
        {
          at: 30_000,
          message: '(service shop) was unable to place a task. Reason: Capacity is unavailable at this time.',
        },
      ],
    }),
  );
  const failure = await stage.fail({ image, timeout: 2 });
  expect(failure).toMatchObject({ category: 'timeout', exitStatus: 13 });
  expect(failure.message).toBe(
    'the deployment of fargate-ci-shop:2 to service shop did not end within 2 min: ECS rolls service shop back to fargate-ci-shop:1 (sha256:111111111111)',
  );
  expect(failure.hint).toMatch(/no room/);
  expect(failure.evidence).toEqual([
    '0 of 1 tasks running, 1 pending, 0 failed',
    expect.stringMatching(/Capacity is unavailable/),
  ]);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1, StopServiceDeployment: 1 });
  expect(stage.double.clock.elapsed()).toBeLessThan(125_000);
});

test('timed out with onAbort: leave: the rollout is left as it is', async () => {
  await seedShop(stage);
  script(hangs());
  const failure = await stage.fail({ image, timeout: 2, onAbort: 'leave' });
  expect(failure.message).toMatch(
    /is left as it is in ECS; service shop runs fargate-ci-shop:1 \(sha256:1{12}\), 1 of 1 tasks$/,
  );
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
});

test('aborted: rolled back within seconds, exit 128 + signal', async () => {
  await seedShop(stage);
  script(hangs());
  abortAfter(stage, 20_000);
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
  expect(failure.message).toMatch(
    /^ended by SIGTERM while fargate-ci-shop:2 .*: ECS rolls service shop back to fargate-ci-shop:1 \(sha256:111111111111\)$/,
  );
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(1);
  expect(stage.double.clock.elapsed()).toBeLessThan(21_000);
});

test('aborted with onAbort: leave: the rollout is left as it is', async () => {
  await seedShop(stage);
  script(hangs());
  abortAfter(stage, 20_000);
  expect((await stage.fail({ image, onAbort: 'leave' })).message).toMatch(/is left as it is in ECS$/);
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
});

test('aborted before ECS lists the deployment: the service goes back by another update', async () => {
  await seedShop(stage);
  script(hangs({ listedAfter: 60_000 }));
  abortAfter(stage, 1_000);
  expect((await stage.fail({ image })).message).toMatch(
    /service shop goes back to fargate-ci-shop:1 \(sha256:111111111111\)$/,
  );
  expect(stage.double.calls('UpdateService').map(({ input }) => input.taskDefinition)).toEqual([
    expect.stringMatching(/:2$/),
    expect.stringMatching(/:1$/),
  ]);
});

test('aborted while AWS hangs: given up within nine seconds', async () => {
  await seedShop(stage);
  script(hangs());
  stage.double.fault({ action: 'StopServiceDeployment', times: 99, fault: { kind: 'hang' } });
  abortAfter(stage, 20_000);
  const failure = await stage.fail({ image });
  expect(failure.message).toMatch(/could not be ended \(no answer in time\) and goes on in ECS$/);
  expect(stage.double.clock.elapsed()).toBeLessThanOrEqual(29_000);
});

for (const [name, effect, state] of [
  ['took effect', true, /ECS rolls service shop back to fargate-ci-shop:1 \(sha256:111111111111\)$/],
  ['had no effect', false, /^ended by SIGTERM: ECS was asked to update service shop and gave no answer/],
] as const) {
  test(`aborted while UpdateService hangs, and it ${name}`, async () => {
    await seedShop(stage);
    script(hangs());
    const { double, world } = stage;
    double.fault({ action: 'UpdateService', fault: { kind: 'hang', effect } });
    double.on('RegisterTaskDefinition', () => {
      double.clock.after(5_000, () =>
        world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })),
      );
    });
    expect((await stage.fail({ image })).message).toMatch(state);
    expect(double.calls('UpdateService')).toHaveLength(1);
    expect(double.clock.elapsed()).toBeLessThanOrEqual(14_000);
  });
}

for (const [name, action, state] of [
  ['before anything', 'DescribeServices', /^ended by SIGTERM: nothing was changed$/],
  ['after the revision was registered', 'RegisterTaskDefinition', /^ended by SIGTERM: service shop was not changed$/],
] as const) {
  test(`aborted ${name}: the message says so`, async () => {
    await seedShop(stage);
    const { double, world } = stage;
    double.on(action, () => world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })));
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
    expect(failure.message).toMatch(state);
    expect(double.calls('UpdateService')).toHaveLength(0);
  });
}

import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { Failure } from '../../../helper/src/failure.ts';
import { exitsWith, runsUntilStopped, succeeds, unpullable } from '../../double/scripts/rollout-scripts.ts';
import type { TaskScript } from '../../double/scripts/task-scripts.ts';
import { privateAddress } from '../../double/state/task-view.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';
import { denied } from './table/row.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('1');
const service = () => stage.double.ecs.services.find('fargate-ci', 'shop');
const starts = (...tasks: { at: number; script: TaskScript }[]) => stage.double.ecs.services.scaleScript(tasks);
const crashing = [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exitsWith(1, 'no database') }));
const health = (...steps: ['HEALTHY' | 'UNHEALTHY' | 'UNKNOWN', number][]): TaskScript => ({
  timeline: [
    ...runsUntilStopped.timeline,
    ...steps.map(([healthStatus, at]) => ({ at, lastStatus: 'RUNNING' as const, healthStatus })),
  ],
});
const abortAfter = (ms: number, action = 'UpdateService') =>
  stage.double.on(action, () => {
    stage.double.clock.after(ms, () =>
      stage.world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })),
    );
  });

for (const [name, set] of [
  ['', () => {}],
  [', without the right to service deployments', denied],
] as const) {
  test(`a raised count is no success before its tasks ran for 15 s${name}`, async () => {
    await seedShop(stage, { desiredCount: 0 });
    set(stage);
    await stage.deploy({ image, count: 2 });
    expect(stage.double.clock.elapsed()).toBeGreaterThanOrEqual(30_000);
    expect(stage.writes()).toEqual({ UpdateService: 1 });
  });

  test(`tasks that are placed after minutes are waited for${name}`, async () => {
    await seedShop(stage, { desiredCount: 0 });
    set(stage);
    starts({ at: 300_000, script: runsUntilStopped });
    expect(await stage.deploy({ image, count: 1 })).toMatchObject({ changed: true, deployment: null });
    expect(stage.double.clock.elapsed()).toBeGreaterThanOrEqual(330_000);
  });

  test(`a raised count whose tasks die is set back, with the reason as evidence${name}`, async () => {
    await seedShop(stage, { desiredCount: 1 });
    set(stage);
    starts(...crashing);
    const failure = await stage.fail({ image, count: 2 });
    expect(failure).toMatchObject({ category: 'deploy', exitStatus: 20 });
    expect(failure.message).toBe(
      'scaling service shop from 1 to 2 tasks of fargate-ci-shop:1 failed: service shop is scaled to 1 task again, as before',
    );
    expect(failure.evidence.join('\n')).toMatch(
      /since the count was raised from 1 to 2[\s\S]*exited with 1[\s\S]*no database/,
    );
    expect(service()?.desiredCount).toBe(1);
  });
}

test('a task that runs, but fails its health check, does not count as healthy', async () => {
  await seedShop(stage, { desiredCount: 0 }, { healthCheck: { command: ['CMD', 'true'] } });
  starts({ at: 0, script: health(['UNKNOWN', 15_000], ['UNHEALTHY', 60_000]) });
  expect(await stage.fail({ image, count: 1, timeout: 3 })).toMatchObject({ category: 'timeout' });
  expect(service()?.desiredCount).toBe(0);
});

test('a task that becomes healthy late is waited for', async () => {
  await seedShop(stage, { desiredCount: 0 }, { healthCheck: { command: ['CMD', 'true'] } });
  starts({ at: 0, script: health(['HEALTHY', 90_000]) });
  await stage.deploy({ image, count: 1 });
  expect(stage.double.clock.elapsed()).toBeGreaterThanOrEqual(105_000);
});

test('a task that the load balancer has not found healthy does not count as healthy', async () => {
  const { double } = stage;
  const group = double.elbv2.expose({ name: 'shop' });
  const balancer = { targetGroupArn: group.arn, containerName: 'shop', containerPort: 8080 };
  await seedShop(stage, { desiredCount: 0, loadBalancers: [balancer] });
  double.on('UpdateService', () => {
    for (const [ms, state] of [
      [0, 'initial'],
      [90_000, 'healthy'],
    ] as const)
      double.clock.after(ms, () => {
        for (const task of service()?.scaling?.tasks ?? []) group.health.set(privateAddress(task), { state });
      });
  });
  await stage.deploy({ image, count: 1 });
  expect(double.clock.elapsed()).toBeGreaterThanOrEqual(105_000);
});

test("where the load balancer may not be asked, the tasks' own health decides", async () => {
  const { double } = stage;
  const group = double.elbv2.expose({ name: 'shop' });
  const balancer = { targetGroupArn: group.arn, containerName: 'shop', containerPort: 8080 };
  await seedShop(stage, { desiredCount: 0, loadBalancers: [balancer] });
  double.fault({ action: 'DescribeTargetHealth', times: 9_999, fault: { kind: 'access-denied' } });
  await stage.deploy({ image, count: 1 });
  expect(service()?.desiredCount).toBe(1);
});

test('tasks that died before the count was raised do not count', async () => {
  await seedShop(stage, { desiredCount: 0 });
  starts(...crashing);
  await stage.fail({ image, count: 1 });
  stage.world.events.length = 0;
  await stage.deploy({ image, count: 1 });
  expect(stage.world.events.map(({ type }) => type)).not.toContain('task-died');
});

test('the failure says that tasks cannot be started, not that the time is up', async () => {
  await seedShop(stage, { desiredCount: 0 });
  starts({ at: 0, script: unpullable });
  const failure = await stage.fail({ image, count: 1, timeout: 2 });
  expect(failure).toMatchObject({ category: 'deploy' });
  expect(failure.hint).toMatch(/image cannot be pulled/);
});

test('a count that somebody else has set meanwhile is left as it is', async () => {
  await seedShop(stage, { desiredCount: 1 });
  starts(...crashing);
  stage.double.clock.after(20_000, () => {
    void stage.world.aws.ecs.send(
      new UpdateServiceCommand({ cluster: 'fargate-ci', service: 'shop', desiredCount: 4 }),
    );
  });
  const failure = await stage.fail({ image, count: 2 });
  expect(failure.message).toMatch(/was scaled to 4 tasks since, by someone else, and is left so$/);
  expect(service()?.desiredCount).toBe(4);
});

for (const [onAbort, left, state] of [
  [
    'rollback',
    0,
    /^ended by SIGTERM while service shop was being scaled from 0 to 1 task: service shop is scaled to 0 tasks again, as before$/,
  ],
  ['leave', 1, /: service shop is left at 1 task$/],
] as const) {
  test(`aborted while a count is raised, onAbort: '${onAbort}'`, async () => {
    await seedShop(stage, { desiredCount: 0 });
    abortAfter(20_000);
    const failure = await stage.fail({ image, count: 1, onAbort });
    expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
    expect(failure.message).toMatch(state);
    expect(service()?.desiredCount).toBe(left);
  });
}

test('aborted while the call that raises the count hangs but took effect: the count is set back', async () => {
  await seedShop(stage, { desiredCount: 0 });
  stage.double.fault({ action: 'UpdateService', fault: { kind: 'hang', effect: true } });
  abortAfter(1_000);
  expect((await stage.fail({ image, count: 1 })).message).toMatch(
    /: service shop is scaled to 0 tasks again, as before$/,
  );
  expect(service()?.desiredCount).toBe(0);
});

test('with wait: false a raised count is not watched', async () => {
  await seedShop(stage, { desiredCount: 0 });
  starts(...crashing);
  await stage.deploy({ image, count: 1, wait: false });
  expect(service()?.desiredCount).toBe(1);
});

test("where tasks may not be listed, the service's counts decide", async () => {
  await seedShop(stage, { desiredCount: 0 });
  stage.double.fault({ action: 'ListTasks', times: 9_999, fault: { kind: 'access-denied' } });
  await stage.deploy({ image, count: 1 });
  expect(stage.double.clock.elapsed()).toBeGreaterThanOrEqual(30_000);
});

test('a service that shows its old count for some seconds is not taken for scaled down', async () => {
  await seedShop(stage, { desiredCount: 0 });
  stage.double.ecs.services.script(succeeds());
  const { middlewareStack } = stage.world.aws.ecs;
  let until = 0;
  stage.double.on('UpdateService', () => {
    until = stage.double.clock.elapsed() + 9_000;
  });
  middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const old = context.commandName === 'DescribeServicesCommand' && stage.double.clock.elapsed() < until;
      const [shown] = old ? Object(answer.output).services : [];
      if (shown) Object.assign(shown, { desiredCount: 0, runningCount: 0 });
      return answer;
    },
    { step: 'initialize', name: 'stale' },
  );
  await stage.deploy({ image, count: 1 });
  expect(service()?.desiredCount).toBe(1);
});

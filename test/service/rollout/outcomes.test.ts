import {
  exitsWith,
  failsToRollBack,
  failsWithoutRollback,
  hangs,
  rollsBack,
  runsUntilStopped,
  succeeds,
  unhealthy,
  unpullable,
} from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);
const types = () => stage.world.events.map(({ type }) => type);

test('rolled back, although the service looks stable: exit 20, what runs now, why the tasks died, their last lines', async () => {
  await seedShop(stage);
  const dying = exitsWith(1, 'Traceback (most recent call last):', "KeyError: 'DATABASE_URL'");
  script(
    rollsBack({
      tasks: [
        { at: 2_000, script: dying },
        { at: 20_000, script: dying },
      ],
    }),
  );
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'deploy', exitStatus: 20 });
  expect(failure.message).toBe(
    'the deployment of fargate-ci-shop:2 to service shop failed and was rolled back: fargate-ci-shop:1 (sha256:111111111111) runs again',
  );
  expect(failure.evidence).toContain('ECS deployment circuit breaker: tasks failed to start.');
  expect(failure.evidence).toContain("  | KeyError: 'DATABASE_URL'");
  expect(failure.evidence).toContainEqual(expect.stringMatching(/^2 tasks died: .*container shop exited with 1/));
  expect(failure.hint).toMatch(/last lines/);
  const deaths = stage.world.events.filter(({ type }) => type === 'task-died');
  expect(deaths).toHaveLength(2);
  expect(deaths[0]).toMatchObject({ lines: ['Traceback (most recent call last):', "KeyError: 'DATABASE_URL'"] });
});

test('a container that ended without a log line: the hint does not point to lines that do not exist', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [{ at: 2_000, script: exitsWith(3) }] }));
  expect((await stage.fail({ image })).hint).toMatch(/without a line in its log/);
});

test('words of the application about health checks and memory do not choose the hint', async () => {
  await seedShop(stage);
  const dying = exitsWith(
    1,
    'health check endpoint on :8080',
    'alarms: none',
    'handler for OutOfMemory installed',
    'KeyError',
  );
  script(rollsBack({ tasks: [{ at: 2_000, script: dying }] }));
  expect((await stage.fail({ image })).hint).toMatch(/its last lines above say why/);
});

test('the log of a dead task may come late', async () => {
  await seedShop(stage);
  const dying = exitsWith(1);
  const late = { ...dying, lines: [{ at: 24_000, printedAt: 13_000, text: 'out of cheese' }] };
  script(rollsBack({ tasks: [{ at: 2_000, script: late }] }));
  expect((await stage.fail({ image })).evidence).toContain('  | out of cheese');
});

test('tasks that the scheduler stops do not count as dead', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [{ at: 2_000, script: runsUntilStopped }] }));
  await stage.fail({ image });
  expect(types()).not.toContain('task-died');
});

test('only three dead tasks are reported, but all are counted', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [0, 1, 2, 3, 4].map((index) => ({ at: index * 10_000, script: exitsWith(1) })) }));
  const failure = await stage.fail({ image });
  expect(types().filter((type) => type === 'task-died')).toHaveLength(3);
  expect(failure.evidence).toContainEqual(expect.stringMatching(/^5 tasks died/));
});

test('each new event of the service is reported once', async () => {
  await seedShop(stage);
  const message = '(service shop) has started 1 tasks.';
  script(succeeds({ events: [{ at: 10_000, message }] }));
  await stage.deploy({ image });
  const told = stage.world.events.flatMap((event) => (event.type === 'service-event' ? [event.text] : []));
  expect(told).toEqual([message, expect.stringMatching(/steady state/), expect.stringMatching(/deployment completed/)]);
});

test('a rollback that fails, too, is reported as failed, with what runs', async () => {
  await seedShop(stage);
  script(failsToRollBack());
  expect((await stage.fail({ image })).message).toMatch(
    /failed, and so did ECS' way back to fargate-ci-shop:1 \S+: service shop runs fargate-ci-shop:1 \S+, 1 of 1 tasks$/,
  );
});

test('a failed deployment with rollback: false is left as it is', async () => {
  await seedShop(stage);
  script(failsWithoutRollback());
  const failure = await stage.fail({ image, rollback: false });
  expect(failure.category).toBe('deploy');
  expect(failure.message).toMatch(/failed: the rollout of fargate-ci-shop:2 is left as it is in ECS/);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
});

for (const [name, task, hint] of [
  ['an image that cannot be pulled', unpullable, /image cannot be pulled/],
  ['tasks that are never healthy', unhealthy, /not healthy/],
] as const) {
  test(`${name}: the hint says what to look at`, async () => {
    await seedShop(stage);
    script(rollsBack({ tasks: [{ at: 2_000, script: task }] }));
    expect((await stage.fail({ image })).hint).toMatch(hint);
  });
}

test('a warning says that a service with 0 tasks runs nothing', async () => {
  await seedShop(stage, { desiredCount: 0 });
  script(succeeds());
  await stage.deploy({ image });
  expect(stage.world.events).toContainEqual({ type: 'warning', text: expect.stringMatching(/0 tasks/) });
});

test('with wait: false the deployment returns at once and says so', async () => {
  await seedShop(stage);
  script(hangs());
  const result = await stage.deploy({ image, wait: false });
  expect(result).toMatchObject({ changed: true, deployment: expect.stringMatching(/^ecs-svc\//) });
  expect(stage.double.clock.elapsed()).toBe(0);
  expect(types()).toContain('rollout-ending');
  expect(types()).not.toContain('deploy-done');
});

test('the hint names an alarm that went off', async () => {
  await seedShop(stage);
  const base = rollsBack({ tasks: [], reason: 'alarm' });
  const timeline = base.timeline.map(({ circuitBreaker: _, ...step }) => ({ ...step, triggeredAlarms: ['shop-5xx'] }));
  script({ ...base, timeline });
  const failure = await stage.fail({ image });
  expect(failure.evidence).toContain('alarms: shop-5xx');
  expect(failure.hint).toMatch(/alarm/);
});

test('a deployment that changes nothing does not report earlier deaths', async () => {
  script({ ...succeeds(), tasks: [{ at: 0, script: exitsWith(1) }] });
  await stage.deploy({ image, port: 8080 });
  stage.world.events.length = 0;
  await stage.deploy({ image, port: 8080, count: 1 });
  expect(types()).not.toContain('task-died');
});

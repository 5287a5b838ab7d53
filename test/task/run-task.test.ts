import type { Double } from '../double/double.ts';
import { cannotPull, outOfMemory, spotInterruption, task } from '../double/scripts/task-scripts.ts';
import { reported, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

test('a task that succeeds: its lines, its exit code, its phases and the reported events', async () => {
  double.ecs.tasks.script(task({ lines: ['one', 'two', 'END'] }));
  const { lines, ended } = await run(world);
  expect(lines).toEqual(['one', 'two', 'END']);
  const id = double.ecs.tasks.all[0]?.id;
  expect(ended).toMatchObject({
    id,
    exitCode: 0,
    stopCode: 'EssentialContainerExited',
    timedOut: false,
    phasesMs: { provisioning: 20_000, pulling: 6_000, running: 60_000 },
    log: { group: '/fargate-ci/kaniko', stream: `build/kaniko/${id}`, problem: undefined },
  });
  expect(reported(world, 'task-started')).toMatchObject([{ id, cpu: 2048, memory: 8192, spot: false }]);
  expect(reported(world, 'task-status').map((event) => 'now' in event && event.now)).toEqual(['PULLING', 'RUNNING']);
  expect(double.calls('StopTask')).toEqual([]);
});

test('the request of RunTask', async () => {
  await run(world, { spot: true, tags: { job: 'shop' } });
  expect(double.calls('RunTask').map((call) => call.input)).toEqual([
    {
      cluster: 'fargate-ci',
      taskDefinition: 'fargate-ci-kaniko',
      count: 1,
      clientToken: 'job-7',
      startedBy: 'fargate-ci/shop/7',
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-0a1', 'subnet-0b2'],
          securityGroups: ['sg-0builder'],
          assignPublicIp: 'ENABLED',
        },
      },
      overrides: {
        cpu: '2048',
        memory: '8192',
        ephemeralStorage: { sizeInGiB: 40 },
        containerOverrides: [
          { name: 'kaniko', command: ['--force'], environment: [{ name: 'GOMEMLIMIT', value: '6144MiB' }] },
        ],
      },
      tags: [{ key: 'job', value: 'shop' }],
    },
  ]);
});

test('a run ends while the task still releases its network interface', async () => {
  double.ecs.tasks.script(task({ lines: ['END'] }));
  await run(world);
  // DEPROVISIONING from 86 s on, STOPPED at 96 s.
  expect(double.clock.elapsed()).toBeGreaterThanOrEqual(86_000);
  expect(double.clock.elapsed()).toBeLessThan(92_000);
});

for (const [name, script, end] of [
  ['out of memory', outOfMemory(), { exitCode: 137, containerReason: /OutOfMemoryError/ }],
  ['Spot', spotInterruption(), { exitCode: 143, stopCode: 'SpotInterruption', stoppedReason: /interrupted/ }],
  [
    'an image that cannot be pulled',
    cannotPull(),
    { exitCode: undefined, stopCode: 'TaskFailedToStart', stoppedReason: /CannotPullContainerError/ },
  ],
  [
    'no exit code',
    {
      timeline: [
        { at: 0, lastStatus: 'RUNNING' },
        { at: 9_000, lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' },
      ],
    },
    { exitCode: undefined, stopCode: 'EssentialContainerExited' },
  ],
] as const) {
  test(`${name}: the end has the fields of ECS, and nothing is stopped`, async () => {
    double.ecs.tasks.script(script);
    const { ended } = await run(world);
    for (const [field, value] of Object.entries(end)) {
      const found: unknown = Reflect.get(ended, field);
      if (value instanceof RegExp) expect(found).toMatch(value);
      else expect(found).toBe(value);
    }
    expect(double.calls('StopTask')).toEqual([]);
  });
}

test('a task that never ran has no log to wait for', async () => {
  double.ecs.tasks.script(cannotPull());
  const { ended } = await run(world);
  expect(ended.log.problem).toBeUndefined();
  expect(double.clock.elapsed()).toBeLessThan(45_000);
});

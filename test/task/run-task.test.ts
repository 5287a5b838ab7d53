import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { Failure } from '../../helper/src/failure.ts';
import { attemptToken } from '../../helper/src/task/start-task.ts';
import { runTaskInput } from '../../helper/src/task/task-request.ts';
import type { Double } from '../double/double.ts';
import { cannotPull, neverStarts, noCapacity, outOfMemory, spotInterruption, task } from '../double/scripts/tasks.ts';
import { reported, request, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

const aborted = () => new Failure('aborted', 'ended by SIGTERM', { signal: 15 });

/** How a run that must fail did, and when, in seconds of virtual time. */
async function failing(...args: Parameters<typeof run> extends [unknown, ...infer Rest] ? Rest : never) {
  const error: unknown = await run(world, ...args).then(
    () => 'ended well',
    (thrown: unknown) => thrown,
  );
  return { error, at: double.clock.elapsed() / 1000 };
}

test('a task that runs well: its lines, its end, its phases, what people see of it', async () => {
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

test('what RunTask is asked for', async () => {
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

test('all is known while the task still gives its network back', async () => {
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
  test(`${name}: told as ECS tells it, nothing is stopped`, async () => {
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

describe('starting', () => {
  test('no capacity twice: tried again with tokens of their own, said once', async () => {
    double.ecs.tasks.script(noCapacity, noCapacity, task({ lines: ['END'] }));
    const { ended } = await run(world);
    expect(ended.exitCode).toBe(0);
    const tokens = double.calls('RunTask').map(({ input }) => String(input.clientToken));
    expect(new Set(tokens).size).toBe(3);
    expect(Math.max(...tokens.map((token) => token.length))).toBeLessThanOrEqual(64);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('no capacity') }]);
  });

  for (const [name, refused, message, hint] of [
    ['no capacity for good', noCapacity, /no capacity/, /subnets/],
    [
      'the quota',
      { failures: [{ reason: "You've reached the limit on the number of vCPUs you can run concurrently" }] },
      /quota of Fargate vCPUs/,
      /Service Quotas/,
    ],
  ] as const) {
    test(`${name}: given up within minutes`, async () => {
      double.ecs.tasks.script(refused);
      const { error, at } = await failing();
      expect(error).toMatchObject({
        category: 'platform',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(at).toBeGreaterThan(180);
      expect(at).toBeLessThan(320);
    });
  }

  test('the quota told as an error is a shortage, too: tried again, with a token of its own', async () => {
    const message = "You've reached the limit on the number of vCPUs you can run concurrently";
    double.fault({ action: 'RunTask', times: 2, fault: { kind: 'error', code: 'ClientException', message } });
    double.ecs.tasks.script(task({ lines: ['END'] }));
    expect((await run(world)).ended.exitCode).toBe(0);
    expect(new Set(double.calls('RunTask').map(({ input }) => input.clientToken)).size).toBe(3);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('quota of Fargate vCPUs') }]);
  });

  test('a shortage is tried over each subnet alone, then over all again', async () => {
    double.ecs.tasks.script(noCapacity);
    const { error } = await failing();
    const asked = double
      .calls('RunTask')
      .map(({ input }) =>
        JSON.stringify(Reflect.get(Object(input.networkConfiguration), 'awsvpcConfiguration').subnets),
      );
    expect(asked.slice(0, 4)).toEqual([
      '["subnet-0a1","subnet-0b2"]',
      '["subnet-0a1"]',
      '["subnet-0b2"]',
      '["subnet-0a1","subnet-0b2"]',
    ]);
    expect(error).toMatchObject({ message: expect.stringContaining('at the moment in any of 2 subnets') });
    expect(new Set(double.calls('RunTask').map(({ input }) => input.clientToken)).size).toBe(asked.length);
  });

  describe('Spot without capacity', () => {
    const noSpot = [noCapacity, task({ lines: ['END'] })] as const;

    test('with a fallback runs on demand at once, and says so', async () => {
      double.ecs.tasks.script(...noSpot);
      await run(world, { spot: true, spotFallback: true });
      expect(double.calls('RunTask').map(({ input }) => input.launchType ?? 'Spot')).toEqual(['Spot', 'FARGATE']);
      expect(double.calls('RunTask').at(-1)?.at).toBe(0);
      expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('the build runs on demand') }]);
      expect(reported(world, 'task-started')).toMatchObject([{ spot: false }]);
    });

    test('without one stays on Spot', async () => {
      double.ecs.tasks.script(...noSpot);
      await run(world, { spot: true });
      expect(double.calls('RunTask').map(({ input }) => input.launchType ?? 'Spot')).toEqual(['Spot', 'Spot']);
      expect(reported(world, 'task-started')).toMatchObject([{ spot: true }]);
    });

    test('for good names the way out', async () => {
      double.ecs.tasks.script(noCapacity);
      const { error } = await failing({ spot: true });
      expect(error).toMatchObject({
        message: expect.stringContaining('no Spot capacity'),
        hint: expect.stringContaining('spotFallback: true'),
      });
    });
  });

  describe('RunTask without an answer', () => {
    test('for a minute: one task, which goes on', async () => {
      const where = () => double.clock.elapsed() < 60_000;
      double.fault({
        action: 'RunTask',
        times: Number.POSITIVE_INFINITY,
        where,
        fault: { kind: 'reset', effect: true },
      });
      await run(world);
      expect(double.ecs.tasks.all).toHaveLength(1);
      expect(double.calls('StopTask')).toEqual([]);
    });

    for (const [name, times, last] of [
      ['and none to the last call: what it started is found by the token and stopped', 1e9, undefined],
      ['and then a refusal', 5, { kind: 'access-denied' }],
      ['and then throttling within the same call', 1, { kind: 'throttle' }],
    ] as const) {
      test(name, async () => {
        double.ecs.tasks.script(task({ running: 1e7 }));
        const patience = () => double.clock.elapsed() < 130_000;
        double.fault({ action: 'RunTask', times, where: patience, fault: { kind: 'reset', effect: true } });
        if (last) double.fault({ action: 'RunTask', times: 1e9, fault: last });
        const { error } = await failing();
        expect(error).toMatchObject({ category: 'aws' });
        expect(double.ecs.tasks.all).toHaveLength(1);
        const told = reported(world, 'warning').map((event) => 'text' in event && event.text);
        expect([double.calls('StopTask').length, told.length]).toContain(1);
        for (const text of told) expect(text).toContain('--started-by fargate-ci/shop/7');
      });
    }

    test('and an abort between two tries', async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.fault({ action: 'RunTask', times: 5, fault: { kind: 'reset', effect: true } });
      double.clock.after(100, () => world.controller.abort(aborted()));
      const { at } = await failing();
      expect(at).toBeLessThan(9);
      expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
    });
  });

  test('another failure in the answer is final, with what ECS says', async () => {
    double.ecs.tasks.script({ failures: [{ arn: 'arn:x', reason: 'INACTIVE', detail: 'cluster' }] });
    expect(await failing()).toMatchObject({ error: { category: 'platform', evidence: ['INACTIVE: cluster'] } });
    expect(double.calls('RunTask')).toHaveLength(1);
  });

  for (const [name, overrides, category, message] of [
    ['a cluster that is not there', { cluster: 'nowhere' }, 'usage', /no ECS cluster nowhere in ap-southeast-2/],
    ['a task definition that is not there', { taskDefinition: 'nothing' }, 'usage', /no task definition nothing/],
  ] as const) {
    test(`${name} is ${category}`, async () => {
      expect(await failing(overrides)).toMatchObject({ error: { category, message: expect.stringMatching(message) } });
    });
  }

  test('access denied names the permission', async () => {
    double.fault({ action: 'RunTask', times: 9, fault: { kind: 'access-denied' } });
    const { error } = await failing();
    expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:RunTask') });
  });

  for (const kind of ['reset', 'server-error'] as const) {
    test(`an answer lost to a ${kind} starts one task`, async () => {
      double.fault({ action: 'RunTask', times: 7, fault: { kind, effect: true } });
      await run(world);
      expect(double.ecs.tasks.all).toHaveLength(1);
    });
  }

  describe('a call after one that was killed', () => {
    /** What differs from call to call, and nothing else. */
    const call = (id: string) => ({ environment: { FARGATE_CI_CALL: id } });
    /** A call whose helper is gone as soon as its task has started: no more is heard of it, nothing is stopped. */
    async function killed(): Promise<string> {
      await world.aws.ecs.send(new RunTaskCommand(runTaskInput({ ...request, ...call('first') }, request.clientToken)));
      return double.ecs.tasks.all[0]?.arn ?? '';
    }

    test('goes on with the task that still runs, its log from the first line on, and says so', async () => {
      double.ecs.tasks.script(task({ running: 90_000, lines: ['one', 'two', 'END'] }));
      const arn = await killed();
      await double.clock.sleep(70_000);
      const { ended, lines } = await run(world, call('second'));
      expect({ arn: ended.arn, lines }).toEqual({ arn, lines: ['one', 'two', 'END'] });
      expect(double.ecs.tasks.all).toHaveLength(1);
      expect(reported(world, 'task-adopted')).toEqual([{ type: 'task-adopted', id: ended.id }]);
    });

    for (const [name, later] of [
      ['is over', 120_000],
      ['ECS has forgotten', 2 * 3_600_000],
    ] as const) {
      test(`starts another where the first ${name}`, async () => {
        const arn = await killed();
        await double.clock.sleep(later);
        const { ended } = await run(world, call('second'));
        expect(double.ecs.tasks.all).toHaveLength(2);
        expect(ended.arn).not.toBe(arn);
        expect(reported(world, 'task-adopted')).toEqual([]);
      });
    }

    test('a third goes on with the second', async () => {
      double.ecs.tasks.script(task({ lines: ['END'] }), task({ running: 90_000, lines: ['END'] }));
      await killed();
      await double.clock.sleep(120_000);
      const [second, third] = await Promise.all([run(world, call('second')), run(world, call('third'))]);
      expect(third.ended.arn).toBe(second.ended.arn);
      expect(double.ecs.tasks.all).toHaveLength(2);
    });

    test('goes on with a task that DescribeTasks does not know yet', async () => {
      double.ecs.tasks.script(task({ missingFor: 9_000, lines: ['END'] }));
      const arn = await killed();
      const { ended } = await run(world, call('second'));
      expect(ended.arn).toBe(arn);
      expect(double.ecs.tasks.all).toHaveLength(1);
    });

    test('looks again where ECS is out of reach for a minute', async () => {
      double.ecs.tasks.script(task({ running: 240_000, lines: ['END'] }));
      const arn = await killed();
      const from = double.clock.elapsed();
      const where = () => double.clock.elapsed() - from < 60_000;
      double.fault({ action: 'DescribeTasks', times: Number.POSITIVE_INFINITY, where, fault: { kind: 'reset' } });
      expect((await run(world, call('second'))).ended.arn).toBe(arn);
      expect(double.ecs.tasks.all).toHaveLength(1);
    });

    test('counts its time from when the first started it', async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      await killed();
      await double.clock.sleep(200_000);
      const { ended } = await run(world, call('second'), 300_000);
      expect(ended.timedOut).toBe(true);
      expect(double.clock.elapsed() / 1000).toBeCloseTo(305, -1);
    });

    test('one after the other, each failing: each has a task of its own', async () => {
      double.ecs.tasks.script(neverStarts('no', 1_000));
      for (let n = 1; n <= 4; n += 1) await run(world, call(`${n}`));
      expect(double.ecs.tasks.all).toHaveLength(4);
    });

    test('the first ten tokens can be found again, later ones are of one call alone', () => {
      const tokens = () => Array.from({ length: 12 }, (_, n) => attemptToken('job-7', n + 1));
      const [one, other] = [tokens(), tokens()];
      expect(new Set(one).size).toBe(12);
      expect(one.filter((token, n) => token === other[n])).toEqual(one.slice(0, 10));
    });

    test('starts none where it may not look whether the first still runs', async () => {
      await killed();
      double.fault({ action: 'DescribeTasks', times: 99, fault: { kind: 'access-denied' } });
      const { error } = await failing(call('second'));
      expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:DescribeTasks') });
      expect(double.ecs.tasks.all).toHaveLength(1);
    });

    test('stops the first when it is aborted while it looks at it', async () => {
      double.ecs.tasks.script(task({ running: 900_000, lines: ['END'] }));
      await killed();
      double.fault({ action: 'DescribeTasks', fault: { kind: 'hang' } });
      double.clock.after(500, () => world.controller.abort(aborted()));
      await failing(call('second'));
      expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
    });

    test('stops the first when it is aborted before it knows of it', async () => {
      double.ecs.tasks.script(task({ running: 900_000, lines: ['END'] }));
      await killed();
      double.fault({ action: 'RunTask', times: 1, fault: { kind: 'delay', ms: 1_000 } });
      double.on('RunTask', () => world.controller.abort(aborted()));
      await failing(call('second'));
      expect(double.calls('StopTask')).toHaveLength(1);
    });
  });
});

describe('watching', () => {
  test('MISSING just after RunTask is waited out', async () => {
    double.ecs.tasks.script(task({ missingFor: 15_000 }));
    expect((await run(world)).ended.exitCode).toBe(0);
  });

  test('MISSING for good is the platform’s', async () => {
    double.ecs.tasks.script(task({ missingFor: 1e9 }));
    const { error, at } = await failing();
    expect(error).toMatchObject({ category: 'platform', evidence: [expect.stringContaining('MISSING')] });
    expect(at).toBeLessThan(90);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  for (const kind of ['throttle', 'server-error', 'reset'] as const) {
    test(`survives a minute of ${kind}`, async () => {
      double.fault({ action: 'DescribeTasks', times: 20, skip: 2, fault: { kind } });
      expect((await run(world)).ended.exitCode).toBe(0);
      expect(double.calls('StopTask')).toEqual([]);
    });
  }

  test('ECS out of reach for minutes: given up, and the task is stopped', async () => {
    double.fault({ action: 'DescribeTasks', times: Number.POSITIVE_INFINITY, fault: { kind: 'server-error' } });
    const { error, at } = await failing();
    expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:DescribeTasks') });
    expect(at).toBeLessThan(400);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  test('access denied ends it at once, and the task is stopped', async () => {
    double.fault({ action: 'DescribeTasks', times: 9, fault: { kind: 'access-denied' } });
    const { error, at } = await failing();
    expect(error).toMatchObject({ category: 'aws' });
    expect(at).toBeLessThan(10);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  test('a long build asks some ten times a minute', async () => {
    double.ecs.tasks.script(task({ running: 600_000 }));
    await run(world);
    expect(double.calls('DescribeTasks').length).toBeLessThan(90);
  });
});

describe('stopping', () => {
  test('a timeout stops the task and brings its last lines', async () => {
    double.ecs.tasks.script(
      task({
        running: 1e7,
        lines: [
          { at: 100_000, text: 'near' },
          { at: 119_000, text: 'last' },
        ],
      }),
    );
    const { lines, ended } = await run(world, {}, 120_000);
    expect(ended).toMatchObject({ timedOut: true, exitCode: undefined });
    expect(lines).toEqual(['near', 'last']);
    expect(double.calls('StopTask').map(({ input }) => input.reason)).toEqual([
      'fargate-ci: the timeout of 2 min is over',
    ]);
    expect(double.clock.elapsed()).toBeLessThan(130_000);
  });

  for (const [name, after] of [
    ['while it is provisioned', 5_000],
    ['while it runs', 60_000],
  ] as const) {
    test(`an abort ${name} stops the task at once, without draining`, async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.on('RunTask', () => double.clock.after(after, () => world.controller.abort(aborted())));
      const { error, at } = await failing();
      expect(error).toMatchObject({ category: 'aborted', exitStatus: 143 });
      expect(at).toBeLessThan(after / 1000 + 1);
      expect(double.calls('StopTask').map(({ input }) => input.reason)).toEqual(['fargate-ci: the build was aborted']);
    });
  }

  test('an abort during the drain has nothing to stop', async () => {
    double.ecs.tasks.script(task({ running: 10_000 }));
    double.on('RunTask', () => double.clock.after(45_000, () => world.controller.abort(aborted())));
    expect(await failing()).toMatchObject({ error: { category: 'aborted' }, at: 45 });
    expect(double.calls('StopTask')).toEqual([]);
  });

  test('an abort while RunTask is answered: the answer is awaited, and its task stopped', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'RunTask', fault: { kind: 'delay', ms: 1_500 } });
    double.clock.after(500, () => world.controller.abort(aborted()));
    const { error, at } = await failing();
    expect(error).toMatchObject({ category: 'aborted' });
    expect(at).toBeLessThan(8);
    expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
  });

  test('an abort while RunTask hangs: the same token tells the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'RunTask', fault: { kind: 'hang', effect: true } });
    double.clock.after(500, () => world.controller.abort(aborted()));
    const { error, at } = await failing();
    expect(error).toMatchObject({ category: 'aborted' });
    expect(at).toBeLessThan(8);
    expect(double.ecs.tasks.all).toHaveLength(1);
    expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
  });

  test('an abort while RunTask hangs for good: a warning says how to look', async () => {
    double.fault({ action: 'RunTask', times: 99, fault: { kind: 'hang' } });
    double.clock.after(500, () => world.controller.abort(aborted()));
    const { at } = await failing();
    expect(at).toBeLessThan(8);
    expect(reported(world, 'warning')).toMatchObject([
      { text: expect.stringContaining('--started-by fargate-ci/shop/7') },
    ]);
  });

  test('an abort before anything starts nothing', async () => {
    world.controller.abort(aborted());
    expect(await failing()).toMatchObject({ error: { category: 'aborted' } });
    expect(double.calls('RunTask')).toEqual([]);
  });

  for (const [name, fault, times] of [
    ['fails', { kind: 'server-error' }, 6],
    ['is throttled', { kind: 'throttle' }, 6],
  ] as const) {
    test(`StopTask that ${name} is tried again`, async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.fault({ action: 'StopTask', times, fault });
      double.on('RunTask', () => double.clock.after(5_000, () => world.controller.abort(aborted())));
      const { at } = await failing();
      expect(at).toBeLessThan(13);
      expect(double.ecs.tasks.all[0]?.stopped?.reason).toContain('aborted');
      expect(reported(world, 'warning')).toEqual([]);
    });
  }

  test('StopTask that never answers: given up within 8 s, with the command that would stop it', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'StopTask', times: 99, fault: { kind: 'hang' } });
    double.on('RunTask', () => double.clock.after(5_000, () => world.controller.abort(aborted())));
    const { at } = await failing();
    expect(at).toBeLessThan(13);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('aws ecs stop-task') }]);
  });

  test('a timeout while ECS is out of reach for a minute: stopped all the same', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    const where = () => double.clock.elapsed() < 180_000;
    double.fault({ action: 'StopTask', times: 1e9, where, fault: { kind: 'reset' } });
    const { ended } = await run(world, {}, 120_000);
    expect(ended.timedOut).toBe(true);
    expect(double.ecs.tasks.all[0]?.stopped).toBeDefined();
    expect(reported(world, 'warning')).toEqual([]);
  });

  test('an abort while it is insisted: ten seconds more, and the command that would stop it', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'StopTask', times: 1e9, fault: { kind: 'reset' } });
    double.clock.after(140_000, () => world.controller.abort(aborted()));
    await failing({}, 120_000);
    expect(double.clock.elapsed()).toBeLessThan(150_000);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('aws ecs stop-task') }]);
  });

  test('an error in taking a line stops the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7, lines: [{ at: 30_000, text: 'x' }] }));
    const { error } = await failing({}, 1e8, () => {
      throw new Error('a defect');
    });
    expect(error).toMatchObject({ message: 'a defect' });
    expect(double.calls('StopTask').map(({ input }) => input.reason)).toEqual([
      'fargate-ci: the build failed: a defect',
    ]);
  });
});

import type { Double } from '../double/double.ts';
import { noCapacity, task } from '../double/scripts/task-scripts.ts';
import { abortedBySigterm, failingRun, reported, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

describe('starting', () => {
  test('no capacity twice: each attempt has its own token, and one warning is printed', async () => {
    double.ecs.tasks.script(noCapacity, noCapacity, task({ lines: ['END'] }));
    const { ended } = await run(world);
    expect(ended.exitCode).toBe(0);
    const tokens = double.calls('RunTask').map(({ input }) => String(input.clientToken));
    expect(new Set(tokens).size).toBe(3);
    expect(Math.max(...tokens.map((token) => token.length))).toBeLessThanOrEqual(64);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('no capacity') }]);
  });

  for (const [name, refused, message, hint] of [
    ['no capacity at all', noCapacity, /no capacity/, /subnets/],
    [
      'a quota that is used up',
      { failures: [{ reason: "You've reached the limit on the number of vCPUs you can run concurrently" }] },
      /quota of Fargate vCPUs/,
      /Service Quotas/,
    ],
  ] as const) {
    test(`${name}: the run fails within minutes`, async () => {
      double.ecs.tasks.script(refused);
      const { error, at } = await failingRun({ double, world });
      expect(error).toMatchObject({
        category: 'platform',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(at).toBeGreaterThan(180);
      expect(at).toBeLessThan(320);
    });
  }

  test('a quota that ECS reports as an error is a shortage, too: it is retried with a new token', async () => {
    const message = "You've reached the limit on the number of vCPUs you can run concurrently";
    double.fault({ action: 'RunTask', times: 2, fault: { kind: 'error', code: 'ClientException', message } });
    double.ecs.tasks.script(task({ lines: ['END'] }));
    expect((await run(world)).ended.exitCode).toBe(0);
    expect(new Set(double.calls('RunTask').map(({ input }) => input.clientToken)).size).toBe(3);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('quota of Fargate vCPUs') }]);
  });

  test('after a shortage each subnet is tried alone, then all of them again', async () => {
    double.ecs.tasks.script(noCapacity);
    const { error } = await failingRun({ double, world });
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

    test('with a fallback the task runs on demand at once, with a warning', async () => {
      double.ecs.tasks.script(...noSpot);
      await run(world, { spot: true, spotFallback: true });
      expect(double.calls('RunTask').map(({ input }) => input.launchType ?? 'Spot')).toEqual(['Spot', 'FARGATE']);
      expect(double.calls('RunTask').at(-1)?.at).toBe(0);
      expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('the build runs on demand') }]);
      expect(reported(world, 'task-started')).toMatchObject([{ spot: false }]);
    });

    test('without a fallback it stays on Spot', async () => {
      double.ecs.tasks.script(...noSpot);
      await run(world, { spot: true });
      expect(double.calls('RunTask').map(({ input }) => input.launchType ?? 'Spot')).toEqual(['Spot', 'Spot']);
      expect(reported(world, 'task-started')).toMatchObject([{ spot: true }]);
    });

    test('the failure names the parameter that helps', async () => {
      double.ecs.tasks.script(noCapacity);
      const { error } = await failingRun({ double, world }, { spot: true });
      expect(error).toMatchObject({
        message: expect.stringContaining('no Spot capacity'),
        hint: expect.stringContaining('spotFallback: true'),
      });
    });
  });

  describe('RunTask without an answer', () => {
    test('for a minute: one task is started, and goes on', async () => {
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
      ['at all: the started task is found by its token and stopped', 1e9, undefined],
      ['and then with a refusal', 5, { kind: 'access-denied' }],
      ['and then with throttling in the same call', 1, { kind: 'throttle' }],
    ] as const) {
      test(name, async () => {
        double.ecs.tasks.script(task({ running: 1e7 }));
        const untilGivenUp = () => double.clock.elapsed() < 130_000;
        double.fault({ action: 'RunTask', times, where: untilGivenUp, fault: { kind: 'reset', effect: true } });
        if (last) double.fault({ action: 'RunTask', times: 1e9, fault: last });
        const { error } = await failingRun({ double, world });
        expect(error).toMatchObject({ category: 'aws' });
        expect(double.ecs.tasks.all).toHaveLength(1);
        const warnings = reported(world, 'warning').map((event) => 'text' in event && event.text);
        expect([double.calls('StopTask').length, warnings.length]).toContain(1);
        for (const text of warnings) expect(text).toContain('--started-by fargate-ci/shop/7');
      });
    }

    test('and an abort between two attempts', async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.fault({ action: 'RunTask', times: 5, fault: { kind: 'reset', effect: true } });
      double.clock.after(100, () => world.controller.abort(abortedBySigterm()));
      const { at } = await failingRun({ double, world });
      expect(at).toBeLessThan(9);
      expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
    });
  });

  test('any other failure in the answer is final, and its reason is shown', async () => {
    double.ecs.tasks.script({ failures: [{ arn: 'arn:x', reason: 'INACTIVE', detail: 'cluster' }] });
    expect(await failingRun({ double, world })).toMatchObject({
      error: { category: 'platform', evidence: ['INACTIVE: cluster'] },
    });
    expect(double.calls('RunTask')).toHaveLength(1);
  });

  for (const [name, overrides, category, message] of [
    ['a missing cluster', { cluster: 'nowhere' }, 'usage', /no ECS cluster nowhere in ap-southeast-2/],
    ['a missing task definition', { taskDefinition: 'nothing' }, 'usage', /no task definition nothing/],
  ] as const) {
    test(`${name} is a failure of category ${category}`, async () => {
      expect(await failingRun({ double, world }, overrides)).toMatchObject({
        error: { category, message: expect.stringMatching(message) },
      });
    });
  }

  test('a denied call names the permission', async () => {
    double.fault({ action: 'RunTask', times: 9, fault: { kind: 'access-denied' } });
    const { error } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:RunTask') });
  });

  for (const kind of ['reset', 'server-error'] as const) {
    test(`one task is started where the answer is lost by a ${kind}`, async () => {
      double.fault({ action: 'RunTask', times: 7, fault: { kind, effect: true } });
      await run(world);
      expect(double.ecs.tasks.all).toHaveLength(1);
    });
  }
});

import type { Double } from '../double/double.ts';
import { task } from '../double/scripts/task-scripts.ts';
import { abortedBySigterm, failingRun, reported, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

describe('stopping', () => {
  test('a timeout stops the task, and its last lines are still read', async () => {
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
    test(`an abort ${name} stops the task at once and waits for no lines`, async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.on('RunTask', () => double.clock.after(after, () => world.controller.abort(abortedBySigterm())));
      const { error, at } = await failingRun({ double, world });
      expect(error).toMatchObject({ category: 'aborted', exitStatus: 143 });
      expect(at).toBeLessThan(after / 1000 + 1);
      expect(double.calls('StopTask').map(({ input }) => input.reason)).toEqual(['fargate-ci: the build was aborted']);
    });
  }

  test('an abort while late lines are awaited stops nothing', async () => {
    double.ecs.tasks.script(task({ running: 10_000 }));
    double.on('RunTask', () => double.clock.after(45_000, () => world.controller.abort(abortedBySigterm())));
    expect(await failingRun({ double, world })).toMatchObject({ error: { category: 'aborted' }, at: 45 });
    expect(double.calls('StopTask')).toEqual([]);
  });

  test('an abort during RunTask: the answer is awaited and its task is stopped', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'RunTask', fault: { kind: 'delay', ms: 1_500 } });
    double.clock.after(500, () => world.controller.abort(abortedBySigterm()));
    const { error, at } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'aborted' });
    expect(at).toBeLessThan(8);
    expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
  });

  test('an abort while RunTask hangs: the same token finds the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'RunTask', fault: { kind: 'hang', effect: true } });
    double.clock.after(500, () => world.controller.abort(abortedBySigterm()));
    const { error, at } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'aborted' });
    expect(at).toBeLessThan(8);
    expect(double.ecs.tasks.all).toHaveLength(1);
    expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
  });

  test('an abort while RunTask never answers: a warning names the command to look', async () => {
    double.fault({ action: 'RunTask', times: 99, fault: { kind: 'hang' } });
    double.clock.after(500, () => world.controller.abort(abortedBySigterm()));
    const { at } = await failingRun({ double, world });
    expect(at).toBeLessThan(8);
    expect(reported(world, 'warning')).toMatchObject([
      { text: expect.stringContaining('--started-by fargate-ci/shop/7') },
    ]);
  });

  test('an abort before the run starts no task', async () => {
    world.controller.abort(abortedBySigterm());
    expect(await failingRun({ double, world })).toMatchObject({ error: { category: 'aborted' } });
    expect(double.calls('RunTask')).toEqual([]);
  });

  for (const [name, fault, times] of [
    ['fails', { kind: 'server-error' }, 6],
    ['is throttled', { kind: 'throttle' }, 6],
  ] as const) {
    test(`StopTask that ${name} is repeated`, async () => {
      double.ecs.tasks.script(task({ running: 1e7 }));
      double.fault({ action: 'StopTask', times, fault });
      double.on('RunTask', () => double.clock.after(5_000, () => world.controller.abort(abortedBySigterm())));
      const { at } = await failingRun({ double, world });
      expect(at).toBeLessThan(13);
      expect(double.ecs.tasks.all[0]?.stopped?.reason).toContain('aborted');
      expect(reported(world, 'warning')).toEqual([]);
    });
  }

  test('StopTask that never answers: the run ends within 8 s, with the command that stops the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'StopTask', times: 99, fault: { kind: 'hang' } });
    double.on('RunTask', () => double.clock.after(5_000, () => world.controller.abort(abortedBySigterm())));
    const { at } = await failingRun({ double, world });
    expect(at).toBeLessThan(13);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('aws ecs stop-task') }]);
  });

  test('a timeout while ECS is out of reach for a minute: the task is stopped all the same', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    const where = () => double.clock.elapsed() < 180_000;
    double.fault({ action: 'StopTask', times: 1e9, where, fault: { kind: 'reset' } });
    const { ended } = await run(world, {}, 120_000);
    expect(ended.timedOut).toBe(true);
    expect(double.ecs.tasks.all[0]?.stopped).toBeDefined();
    expect(reported(world, 'warning')).toEqual([]);
  });

  test('an abort while StopTask is repeated: at most ten seconds more, and the command that stops the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    double.fault({ action: 'StopTask', times: 1e9, fault: { kind: 'reset' } });
    double.clock.after(140_000, () => world.controller.abort(abortedBySigterm()));
    await failingRun({ double, world }, {}, 120_000);
    expect(double.clock.elapsed()).toBeLessThan(150_000);
    expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining('aws ecs stop-task') }]);
  });

  test('an error in onLine stops the task', async () => {
    double.ecs.tasks.script(task({ running: 1e7, lines: [{ at: 30_000, text: 'x' }] }));
    const { error } = await failingRun({ double, world }, {}, 1e8, () => {
      throw new Error('a defect');
    });
    expect(error).toMatchObject({ message: 'a defect' });
    expect(double.calls('StopTask').map(({ input }) => input.reason)).toEqual([
      'fargate-ci: the build failed: a defect',
    ]);
  });
});

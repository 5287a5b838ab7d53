import type { Double } from '../double/double.ts';
import { task } from '../double/scripts/task-scripts.ts';
import { failingRun, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

describe('watching', () => {
  test('a task that is MISSING right after RunTask: the run waits', async () => {
    double.ecs.tasks.script(task({ missingFor: 15_000 }));
    expect((await run(world)).ended.exitCode).toBe(0);
  });

  test('a task that stays MISSING is a failure of the platform', async () => {
    double.ecs.tasks.script(task({ missingFor: 1e9 }));
    const { error, at } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'platform', evidence: [expect.stringContaining('MISSING')] });
    expect(at).toBeLessThan(90);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  for (const kind of ['throttle', 'server-error', 'reset'] as const) {
    test(`the run continues after a minute of ${kind}`, async () => {
      double.fault({ action: 'DescribeTasks', times: 20, skip: 2, fault: { kind } });
      expect((await run(world)).ended.exitCode).toBe(0);
      expect(double.calls('StopTask')).toEqual([]);
    });
  }

  test('ECS out of reach for minutes: the run fails and the task is stopped', async () => {
    double.fault({ action: 'DescribeTasks', times: Number.POSITIVE_INFINITY, fault: { kind: 'server-error' } });
    const { error, at } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:DescribeTasks') });
    expect(at).toBeLessThan(400);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  test('a denied call ends the run at once and the task is stopped', async () => {
    double.fault({ action: 'DescribeTasks', times: 9, fault: { kind: 'access-denied' } });
    const { error, at } = await failingRun({ double, world });
    expect(error).toMatchObject({ category: 'aws' });
    expect(at).toBeLessThan(10);
    expect(double.calls('StopTask')).toHaveLength(1);
  });

  test('a long build calls DescribeTasks some ten times a minute', async () => {
    double.ecs.tasks.script(task({ running: 600_000 }));
    await run(world);
    expect(double.calls('DescribeTasks').length).toBeLessThan(90);
  });
});

import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { attemptToken } from '../../helper/src/task/start-task.ts';
import { runTaskInput } from '../../helper/src/task/task-request.ts';
import type { Double } from '../double/double.ts';
import { neverStarts, task } from '../double/scripts/task-scripts.ts';
import { abortedBySigterm, failingRun, reported, request, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

describe('a call after a call whose helper was killed', () => {
  /** The variable that differs from call to call. */
  const call = (id: string) => ({ environment: { FARGATE_CI_CALL: id } });
  /** A call whose helper is killed right after its task has started, so that nothing stops the task. */
  async function killed(): Promise<string> {
    await world.aws.ecs.send(new RunTaskCommand(runTaskInput({ ...request, ...call('first') }, request.clientToken)));
    return double.ecs.tasks.all[0]?.arn ?? '';
  }

  test('adopts the task that still runs, reads its log from the first line, and reports that', async () => {
    double.ecs.tasks.script(task({ running: 90_000, lines: ['one', 'two', 'END'] }));
    const arn = await killed();
    await double.clock.sleep(70_000);
    const { ended, lines } = await run(world, call('second'));
    expect({ arn: ended.arn, lines }).toEqual({ arn, lines: ['one', 'two', 'END'] });
    expect(double.ecs.tasks.all).toHaveLength(1);
    expect(reported(world, 'task-adopted')).toEqual([{ type: 'task-adopted', id: ended.id }]);
  });

  for (const [name, later] of [
    ['has ended', 120_000],
    ['is not known to ECS any more', 2 * 3_600_000],
  ] as const) {
    test(`starts another task where the first one ${name}`, async () => {
      const arn = await killed();
      await double.clock.sleep(later);
      const { ended } = await run(world, call('second'));
      expect(double.ecs.tasks.all).toHaveLength(2);
      expect(ended.arn).not.toBe(arn);
      expect(reported(world, 'task-adopted')).toEqual([]);
    });
  }

  test('a third call adopts the task of the second', async () => {
    double.ecs.tasks.script(task({ lines: ['END'] }), task({ running: 90_000, lines: ['END'] }));
    await killed();
    await double.clock.sleep(120_000);
    const [second, third] = await Promise.all([run(world, call('second')), run(world, call('third'))]);
    expect(third.ended.arn).toBe(second.ended.arn);
    expect(double.ecs.tasks.all).toHaveLength(2);
  });

  test('adopts a task that DescribeTasks does not know yet', async () => {
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

  test('counts the timeout from the start of the first task', async () => {
    double.ecs.tasks.script(task({ running: 1e7 }));
    await killed();
    await double.clock.sleep(200_000);
    const { ended } = await run(world, call('second'), 300_000);
    expect(ended.timedOut).toBe(true);
    expect(double.clock.elapsed() / 1000).toBeCloseTo(305, -1);
  });

  test('several failing calls in a row: each starts its own task', async () => {
    double.ecs.tasks.script(neverStarts('no', 1_000));
    for (let n = 1; n <= 4; n += 1) await run(world, call(`${n}`));
    expect(double.ecs.tasks.all).toHaveLength(4);
  });

  test('the first ten tokens are the same in every call, later ones are random', () => {
    const tokens = () => Array.from({ length: 12 }, (_, n) => attemptToken('job-7', n + 1));
    const [one, other] = [tokens(), tokens()];
    expect(new Set(one).size).toBe(12);
    expect(one.filter((token, n) => token === other[n])).toEqual(one.slice(0, 10));
  });

  test('starts no task where DescribeTasks is denied, for the first may still run', async () => {
    await killed();
    double.fault({ action: 'DescribeTasks', times: 99, fault: { kind: 'access-denied' } });
    const { error } = await failingRun({ double, world }, call('second'));
    expect(error).toMatchObject({ category: 'aws', message: expect.stringContaining('ecs:DescribeTasks') });
    expect(double.ecs.tasks.all).toHaveLength(1);
  });

  test('stops the first task when it is aborted during DescribeTasks', async () => {
    double.ecs.tasks.script(task({ running: 900_000, lines: ['END'] }));
    await killed();
    double.fault({ action: 'DescribeTasks', fault: { kind: 'hang' } });
    double.clock.after(500, () => world.controller.abort(abortedBySigterm()));
    await failingRun({ double, world }, call('second'));
    expect(double.calls('StopTask').map(({ input }) => input.task)).toEqual([double.ecs.tasks.all[0]?.arn]);
  });

  test('stops the first task when it is aborted during RunTask', async () => {
    double.ecs.tasks.script(task({ running: 900_000, lines: ['END'] }));
    await killed();
    double.fault({ action: 'RunTask', times: 1, fault: { kind: 'delay', ms: 1_000 } });
    double.on('RunTask', () => world.controller.abort(abortedBySigterm()));
    await failingRun({ double, world }, call('second'));
    expect(double.calls('StopTask')).toHaveLength(1);
  });
});

import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { runTaskInput } from '../../../helper/src/task/task-request.ts';
import { type Double, startDouble } from '../../double/double.ts';
import { seedBuilder } from '../../double/scripts/builder-fixtures.ts';
import { task } from '../../double/scripts/task-scripts.ts';
import { expectGolden } from '../../support/golden.ts';
import { runOperator } from '../../support/operator-host.ts';
import { request } from '../../support/task-scene.ts';
import { testAws } from '../../support/world.ts';

const MINUTE = 60_000;
const FOR_EVER = task({ running: 48 * 60 * MINUTE });

let double: Double;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  double.ecs.tasks.script(FOR_EVER);
});
afterEach(() => double.close());

/** Starts a task, as a helper does before it is killed. */
async function abandon(job: string, timeout: number | undefined, taskDefinition = request.taskDefinition) {
  const environment: Record<string, string> = timeout === undefined ? {} : { FARGATE_CI_TIMEOUT: String(timeout) };
  const abandoned = { ...request, taskDefinition, environment, startedBy: `fargate-ci/${job}` };
  await testAws(double).ecs.send(new RunTaskCommand(runTaskInput(abandoned, job)));
}

/** Another task definition, of the same size. */
async function register(family: string): Promise<void> {
  await testAws(double).ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      cpu: '2048',
      memory: '8192',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ name: 'kaniko', image: 'other' }],
    }),
  );
}

async function transcript(name: string, ...flags: string[]): Promise<void> {
  expectGolden(`cleanup-${name}`, (await runOperator(double, ['cleanup', ...flags])).transcript);
}

/** Three builds: one past its time limit, one with a longer limit, one that has just begun. */
async function three(): Promise<void> {
  await abandon('shop/1', 20);
  await abandon('shop/2', 240);
  await double.clock.sleep(95 * MINUTE);
  await abandon('shop/3', 20);
}

test('nothing runs', () => transcript('nothing'));

test('without --stop it only lists', async () => {
  await three();
  await transcript('lists');
  expect(double.calls('StopTask')).toEqual([]);
});

test('with --stop it stops only builds that are over their time', async () => {
  await three();
  await transcript('stops', '--stop');
  expect(double.calls('StopTask')).toHaveLength(1);
  expect(double.calls('StopTask')[0]?.input.reason).toMatch(/^fargate-ci: cleanup: it ran for/);
  expect((await runOperator(double, ['cleanup'])).transcript).toContain('2 builds running, none over its time');
});

test('--dry-run stops nothing', async () => {
  await three();
  await runOperator(double, ['cleanup', '--stop', '--dry-run']);
  expect(double.calls('StopTask')).toEqual([]);
});

test('a task that does not say how long it may take has the longest time there is', async () => {
  await abandon('old/1', undefined);
  await double.clock.sleep(24 * 60 * MINUTE);
  expect((await runOperator(double, ['cleanup'])).transcript).toContain('none over its time');
  await double.clock.sleep(16 * MINUTE);
  expect((await runOperator(double, ['cleanup'])).transcript).toContain('1 over its time');
});

test('a build that is still watched is never over its time', async () => {
  await abandon('shop/1', 20);
  await double.clock.sleep(34 * MINUTE);
  expect((await runOperator(double, ['cleanup'])).transcript).toContain('none over its time');
});

test('tasks of other families are left alone, those derived from the builder are not', async () => {
  for (const family of ['fargate-ci-kaniko-0123456789ab', 'fargate-ci-kaniko-mine', 'shop']) {
    await register(family);
    await abandon(family, 20, family);
  }
  await double.clock.sleep(90 * MINUTE);
  const { transcript: seen } = await runOperator(double, ['cleanup', '--stop']);
  expect(seen).toContain('1 build running, 1 over its time: stopped');
  expect(double.calls('StopTask')).toHaveLength(1);
});

test('more tasks than a page', async () => {
  for (let one = 0; one < 101; one += 1) await abandon(`many/${one}`, 20);
  await double.clock.sleep(90 * MINUTE);
  const { transcript: seen } = await runOperator(double, ['cleanup', '--stop']);
  expect(seen).toContain('101 builds running, 101 over its time: stopped');
});

test('builds that may not be stopped are named', async () => {
  await three();
  double.fault({ action: 'StopTask', times: 9, fault: { kind: 'access-denied' } });
  await transcript('denied', '--stop');
});

import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTaskDefinitionFamiliesCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';
import { noCapacity, outOfMemory, task } from './scripts/task-scripts.ts';

let double: Double;
let aws: ReturnType<typeof testAws>;
beforeEach(async () => {
  double = await startDouble();
  aws = testAws(double);
  seedBuilder(double);
});
afterEach(() => double.close());

const run: RunTaskCommandInput = {
  cluster: 'fargate-ci',
  taskDefinition: 'fargate-ci-kaniko',
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1'] } },
};

async function start(input: Partial<RunTaskCommandInput> = {}) {
  const { tasks } = await aws.ecs.send(new RunTaskCommand({ ...run, ...input }));
  return tasks?.[0]?.taskArn ?? '';
}

async function describe1(arn: string) {
  const answer = await aws.ecs.send(new DescribeTasksCommand({ cluster: 'fargate-ci', tasks: [arn] }));
  return answer.tasks?.[0] ?? answer.failures?.[0]?.reason;
}

test('a task goes through its script', async () => {
  double.ecs.tasks.script(outOfMemory({ provisioning: 3_000, pulling: 2_000, running: 10_000 }));
  const arn = await start();
  const seen: string[] = [];
  for (let i = 0; i < 20; i++) {
    const now = await describe1(arn);
    const words =
      typeof now === 'object' ? [now.lastStatus, now.stopCode, now.containers?.[0]?.exitCode].join(' ') : '?';
    if (words !== seen.at(-1)) seen.push(words);
    await double.clock.sleep(2_000);
  }
  expect(seen).toEqual([
    'PROVISIONING  ',
    'PENDING  ',
    'RUNNING  ',
    'DEPROVISIONING EssentialContainerExited 137',
    'STOPPED EssentialContainerExited 137',
  ]);
});

test('DescribeTasks says MISSING at first, and again an hour after the end', async () => {
  double.ecs.tasks.script(task({ missingFor: 3_000, running: 1_000 }));
  const arn = await start();
  expect(await describe1(arn)).toBe('MISSING');
  await double.clock.sleep(3_000);
  expect(await describe1(arn)).toMatchObject({ lastStatus: 'PROVISIONING' });
  await double.clock.sleep(3_700_000);
  expect(await describe1(arn)).toBe('MISSING');
});

test('RunTask without capacity answers failures and no task', async () => {
  double.ecs.tasks.script(noCapacity, task());
  const answer = await aws.ecs.send(new RunTaskCommand(run));
  expect(answer.tasks).toEqual([]);
  expect(answer.failures?.[0]).toMatchObject({ reason: 'RESOURCE:FARGATE' });
  expect(await start()).toContain(':task/fargate-ci/');
});

test('StopTask ends a running task as UserInitiated', async () => {
  double.ecs.tasks.script(task({ stopping: { after: 4_000, exitCode: 137 } }));
  const arn = await start();
  await double.clock.sleep(30_000);
  await aws.ecs.send(new StopTaskCommand({ cluster: 'fargate-ci', task: arn, reason: 'aborted' }));
  expect(await describe1(arn)).toMatchObject({ lastStatus: 'STOPPING', desiredStatus: 'STOPPED' });
  await double.clock.sleep(4_000);
  expect(await describe1(arn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'aborted',
    containers: [{ exitCode: 137 }],
  });
});

test('a client token starts one task; with another request it is a conflict that names it', async () => {
  const arn = await start({ clientToken: 'build-7' });
  expect(await start({ clientToken: 'build-7' })).toBe(arn);
  const other = start({ clientToken: 'build-7', startedBy: 'someone-else' });
  await expect(other).rejects.toMatchObject({ name: 'ConflictException', resourceIds: [arn] });
});

const many = Array.from({ length: 17 }, (_, i) => `subnet-${i}`);
for (const [name, input, error, message] of [
  ['an unknown cluster', { cluster: 'nowhere' }, 'ClusterNotFoundException', /Cluster not found/],
  ['an unknown task definition', { taskDefinition: 'nothing' }, 'ClientException', /TaskDefinition not found/],
  ['a startedBy of 129', { startedBy: 'x'.repeat(129) }, 'InvalidParameterException', /startedBy/],
  [
    '17 subnets',
    { networkConfiguration: { awsvpcConfiguration: { subnets: many } } },
    'InvalidParameterException',
    /16/,
  ],
  ['no network', { networkConfiguration: undefined }, 'InvalidParameterException', /Network Configuration/],
  ['a token of 65', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException', /64/],
  [
    'overrides of more than 8192 characters',
    { overrides: { containerOverrides: [{ name: 'kaniko', command: ['x'.repeat(8192)] }] } },
    'InvalidParameterException',
    /at most 8192/,
  ],
  [
    'a container that is none',
    { overrides: { containerOverrides: [{ name: 'nobody' }] } },
    'InvalidParameterException',
    /nobody/,
  ],
  ['a size that is none', { overrides: { cpu: '256', memory: '8192' } }, 'ClientException', /No Fargate configuration/],
] satisfies [string, Partial<RunTaskCommandInput>, string, RegExp][]) {
  test(`RunTask refuses ${name}`, async () => {
    const refused = await start(input).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: error, message: expect.stringMatching(message) });
    expect(double.ecs.tasks.all).toEqual([]);
  });
}

test('a task definition is deregistered, then deleted', async () => {
  const taskDefinitions = ['fargate-ci-kaniko:1'];
  const families = async () =>
    (await aws.ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'fargate-', status: 'ACTIVE' })))
      .families;
  expect(await families()).toEqual(['fargate-ci-kaniko']);
  const early = await aws.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
  expect(early.failures).toMatchObject([{ arn: 'fargate-ci-kaniko:1' }]);
  await aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'fargate-ci-kaniko:1' }));
  expect(await families()).toEqual([]);
  const { taskDefinitions: deleted } = await aws.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
  expect(deleted).toMatchObject([{ family: 'fargate-ci-kaniko', status: 'DELETE_IN_PROGRESS' }]);
  const eleven = Array.from({ length: 11 }, (_, at) => `fargate-ci-kaniko:${at + 1}`);
  await expect(aws.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: eleven }))).rejects.toThrow(
    'one to ten',
  );
});

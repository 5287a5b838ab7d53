import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';
import {
  exitsWith,
  failsToRollBack,
  failsWithoutRollback,
  hangs,
  rollsBack,
  succeeds,
} from './scripts/rollout-scripts.ts';

const cluster = 'fargate-ci';
const web = {
  family: 'web',
  containerDefinitions: [{ name: 'web', image: 'web:1', portMappings: [{ containerPort: 80 }] }],
};
const network = { awsvpcConfiguration: { subnets: ['subnet-0a1'] } };
let double: Double;
let ecs: ReturnType<typeof testAws>['ecs'];
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  ecs = testAws(double).ecs;
  await ecs.send(new RegisterTaskDefinitionCommand(web));
  await ecs.send(new RegisterTaskDefinitionCommand(web));
});
afterEach(() => double.close());

const seed = () =>
  double.ecs.services.seed({
    cluster,
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount: 2,
    networkConfiguration: network,
  });
const create = (input: Partial<CreateServiceCommandInput> = {}) =>
  ecs.send(
    new CreateServiceCommand({ cluster, serviceName: 'web', taskDefinition: 'web:1', desiredCount: 1, ...input }),
  );
const update = (input: Partial<UpdateServiceCommandInput> = {}) =>
  ecs.send(new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: 'web:2', ...input }));
const rest = (seconds: number) => double.clock.sleep(seconds * 1000);

async function service() {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web'] }));
  if (!services?.[0]) throw new Error('no service');
  return services[0];
}

async function list() {
  const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: 'web' }));
  return listed.serviceDeployments ?? [];
}

async function newest() {
  const [first] = await list();
  const serviceDeploymentArns = [first?.serviceDeploymentArn ?? ''];
  const answer = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return answer.serviceDeployments?.[0];
}

/** One line for each deployment: status, revision, state, running and wanted tasks. */
async function deployments() {
  return (await service()).deployments?.map((one) =>
    [one.status, one.taskDefinition?.split('/')[1], one.rolloutState, `${one.runningCount}/${one.desiredCount}`].join(
      ' ',
    ),
  );
}

test('a service that is seeded stands', async () => {
  seed();
  expect(await service()).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0 });
  expect(await deployments()).toEqual(['PRIMARY web:1 COMPLETED 2/2']);
  expect(await newest()).toMatchObject({ status: 'SUCCESSFUL' });
});

test('a rollout succeeds', async () => {
  seed();
  double.ecs.services.script(succeeds({ after: 60_000 }));
  const answer = await update();
  expect(answer.service?.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' });
  expect(await newest()).toMatchObject({ status: 'PENDING' });
  await rest(35);
  expect(await deployments()).toEqual(['PRIMARY web:2 IN_PROGRESS 1/2', 'ACTIVE web:1 COMPLETED 2/2']);
  await rest(25);
  expect(await deployments()).toEqual(['PRIMARY web:2 COMPLETED 2/2']);
  expect(await newest()).toMatchObject({ status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 2 } });
  expect((await service()).events?.map((one) => one.message)).toEqual([
    expect.stringMatching(/deployment completed/),
    '(service web) has reached a steady state.',
    expect.stringMatching(/deployment completed/),
    '(service web) has reached a steady state.',
  ]);
});

test('UpdateService and CreateService name no service deployment of their own; its revision tells it', async () => {
  const first = await create({ networkConfiguration: network });
  expect(first.service?.currentServiceDeployment).toBeUndefined();
  await rest(100);
  const before = (await service()).currentServiceDeployment;
  double.ecs.services.script(succeeds({ listedAfter: 5_000, staleFor: 9_000 }));
  expect((await update()).service?.currentServiceDeployment).toBe(before);
  expect(await list()).toHaveLength(1);
  await rest(5);
  expect((await service()).currentServiceDeployment).toBe(before);
  const [ours] = await list();
  const serviceRevisionArns = [ours?.targetServiceRevisionArn ?? ''];
  const { serviceRevisions } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  expect(serviceRevisions?.[0]?.taskDefinition).toMatch(/web:2$/);
  await rest(5);
  expect((await service()).currentServiceDeployment).toBe(ours?.serviceDeploymentArn);
});

test('the circuit breaker rolls back: the service then looks stable, on the old revision', async () => {
  seed();
  double.ecs.services.script(rollsBack({ after: 90_000, failures: 3, reason: 'too many died' }));
  await update();
  await rest(31);
  expect(await newest()).toMatchObject({ status: 'IN_PROGRESS', deploymentCircuitBreaker: { failureCount: 1 } });
  await rest(30);
  expect(await newest()).toMatchObject({
    status: 'ROLLBACK_IN_PROGRESS',
    rollback: { reason: 'too many died' },
    deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
  });
  expect(await deployments()).toEqual(['PRIMARY web:1 IN_PROGRESS 2/2', 'ACTIVE web:2 FAILED 0/0']);
  await rest(30);
  expect(await newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  expect(await deployments()).toEqual(['PRIMARY web:1 COMPLETED 2/2']);
  expect(await service()).toMatchObject({ taskDefinition: expect.stringMatching(/web:1$/), runningCount: 2 });
});

test('a rollback can fail', async () => {
  seed();
  double.ecs.services.script(failsToRollBack());
  await update();
  await rest(121);
  expect(await newest()).toMatchObject({ status: 'ROLLBACK_FAILED' });
  expect((await deployments())?.[0]).toBe('PRIMARY web:1 FAILED 2/2');
});

test('without rollback a failure is STOPPED, FAILED in deployments[]', async () => {
  seed();
  double.ecs.services.script(failsWithoutRollback({ reason: 'tasks failed' }));
  await update();
  await rest(61);
  expect(await newest()).toMatchObject({ status: 'STOPPED', statusReason: 'tasks failed' });
  expect((await service()).deployments?.[0]).toMatchObject({
    rolloutState: 'FAILED',
    rolloutStateReason: 'tasks failed',
    failedTasks: 3,
  });
});

test('a newer deployment stops the one under way', async () => {
  seed();
  await update();
  await rest(10);
  const ours = await newest();
  await update({ taskDefinition: 'web:1' });
  const [newer, older] = await list();
  expect(older).toMatchObject({ serviceDeploymentArn: ours?.serviceDeploymentArn, status: 'STOPPED' });
  expect(newer).toMatchObject({ status: 'PENDING' });
  expect(await deployments()).toEqual([
    'PRIMARY web:1 IN_PROGRESS 0/2',
    'ACTIVE web:2 IN_PROGRESS 0/0',
    'ACTIVE web:1 COMPLETED 2/2',
  ]);
});

test("somebody else's deployment can come in between", async () => {
  seed();
  double.on('UpdateService', () => {
    double.clock.after(30_000, () => double.ecs.services.interfere(cluster, 'web', 'web:1'));
  });
  await update();
  await rest(29);
  expect(await newest()).toMatchObject({ status: 'IN_PROGRESS' });
  await rest(2);
  expect((await list()).map((one) => one.status)).toEqual(['IN_PROGRESS', 'STOPPED', 'SUCCESSFUL']);
});

test('StopServiceDeployment rolls back, once', async () => {
  seed();
  double.ecs.services.script(hangs({ stopsAfter: 20_000 }));
  await update();
  await rest(3_000);
  const ours = await newest();
  expect(ours).toMatchObject({ status: 'IN_PROGRESS' });
  const stop = () =>
    ecs.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: ours?.serviceDeploymentArn, stopType: 'ROLLBACK' }),
    );
  await stop();
  expect(await newest()).toMatchObject({ status: 'ROLLBACK_REQUESTED' });
  await rest(20);
  expect(await newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  expect(await deployments()).toEqual(['PRIMARY web:1 COMPLETED 2/2']);
  await expect(stop()).rejects.toMatchObject({ name: 'ConflictException' });
});

test('a first deployment that is stopped is scaled to nothing', async () => {
  double.ecs.services.script(hangs({ failures: 2 }));
  await create({ networkConfiguration: network });
  await rest(120);
  expect((await service()).deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 2 });
  const [ours] = await list();
  await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: ours?.serviceDeploymentArn }));
  await rest(20);
  expect(await service()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  expect(await newest()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    rollback: { reason: expect.stringMatching(/user/) },
  });
});

for (const [name, input, started] of [
  ['desiredCount', { desiredCount: 3 }, 0],
  ['the deployment configuration', { deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 } }, 0],
  ['the same task definition', { taskDefinition: 'web:1' }, 0],
  ['the same network', { networkConfiguration: network }, 0],
  ['another task definition', { taskDefinition: 'web' }, 1],
  ['another network', { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0b2'] } } }, 1],
  ['forceNewDeployment', { forceNewDeployment: true }, 1],
] satisfies [string, Partial<UpdateServiceCommandInput>, number][]) {
  test(`UpdateService with ${name} starts ${started} deployments`, async () => {
    seed();
    const before = (await list()).length;
    await update({ taskDefinition: undefined, ...input });
    expect((await list()).length - before).toBe(started);
  });
}

test('tasks that died are found by the deployment that started them, among others stopped', async () => {
  seed();
  double.ecs.services.script(rollsBack({ tasks: [{ at: 1_000, script: exitsWith(3, 'no database') }], after: 60_000 }));
  const id = (await update()).service?.deployments?.[0]?.id;
  await rest(70);
  const find = async (startedBy?: string) => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, startedBy, desiredStatus: 'STOPPED' }));
    return taskArns ?? [];
  };
  const tasks = await find(id);
  const { tasks: found } = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  expect(found).toMatchObject([{ startedBy: id, stopCode: 'EssentialContainerExited', containers: [{ exitCode: 3 }] }]);
  double.ecs.services.script(succeeds({ after: 10_000 }));
  await update();
  await rest(20);
  const stopped = await ecs.send(new DescribeTasksCommand({ cluster, tasks: await find() }));
  expect(stopped.tasks?.map((one) => one.stoppedReason)).toEqual([
    expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc/),
    'Essential container in task exited',
  ]);
});

test('ListTasks takes startedBy alone, and shows running tasks unless told otherwise', async () => {
  seed();
  const both = ecs.send(new ListTasksCommand({ cluster, startedBy: 'x', serviceName: 'web' }));
  await expect(both).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }))).taskArns).toHaveLength(1);
});

test('no more than a hundred events, the newest first', async () => {
  seed();
  const events = Array.from({ length: 120 }, (_, i) => ({ at: i * 100, message: `event ${i}` }));
  double.ecs.services.script(succeeds({ events }));
  await update();
  await rest(11);
  const shown = (await service()).events ?? [];
  expect(shown).toHaveLength(100);
  expect(shown[0]?.message).toBe('event 110');
  expect(new Set(shown.map((one) => one.id)).size).toBe(100);
});

test('where IAM denies the deployment API, deployments[] remain', async () => {
  seed();
  for (const action of ['ListServiceDeployments', 'DescribeServiceDeployments']) {
    double.fault({ action, times: Number.POSITIVE_INFINITY, fault: { kind: 'access-denied' } });
  }
  await update();
  await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await rest(91);
  expect(await deployments()).toEqual(['PRIMARY web:2 COMPLETED 2/2']);
});

test('a deleted service drains, is INACTIVE, and can be made anew', async () => {
  seed();
  const remove = (force: boolean) => ecs.send(new DeleteServiceCommand({ cluster, service: 'web', force }));
  await expect(remove(false)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await remove(true);
  expect(await service()).toMatchObject({ status: 'DRAINING' });
  await rest(30);
  expect(await service()).toMatchObject({ status: 'INACTIVE', deployments: [] });
  await expect(update()).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
  expect((await create()).service).toMatchObject({ status: 'ACTIVE' });
});

test('unknown services are failures to describe, and errors to update', async () => {
  const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web'] }));
  expect(answer).toMatchObject({ services: [], failures: [{ reason: 'MISSING' }] });
  await expect(update()).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
});

test('a client token makes CreateService idempotent; without it a second one is refused', async () => {
  await create({ clientToken: 'x'.repeat(36) });
  await create({ clientToken: 'x'.repeat(36) });
  expect(double.ecs.services.all).toHaveLength(1);
  await expect(create()).rejects.toMatchObject({ message: 'Creation of service was not idempotent.' });
  await expect(create({ clientToken: 'x'.repeat(37) })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

const targetGroupArn = 'arn:aws:elasticloadbalancing:ap-southeast-2:172173733067:targetgroup/none/0';
for (const [name, input, message] of [
  ['an unknown task definition', { taskDefinition: 'nothing' }, /TaskDefinition not found/],
  ['a grace period without load balancer', { healthCheckGracePeriodSeconds: 60 }, /load balancers/],
  ['a container that is none', { loadBalancers: [{ containerName: 'x', containerPort: 80 }] }, /does not exist/],
  ['a port that is none', { loadBalancers: [{ containerName: 'web', containerPort: 81 }] }, /container port 81/],
  [
    'an unknown target group',
    { loadBalancers: [{ containerName: 'web', containerPort: 80, targetGroupArn }] },
    /target group/,
  ],
  [
    '100 % to 100 %',
    { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } },
    /block deployments/,
  ],
  [
    'rebalancing at 100 %',
    {
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    },
    /availabilityZoneRebalancing/,
  ],
] satisfies [string, Partial<CreateServiceCommandInput>, RegExp][]) {
  test(`CreateService refuses ${name}`, async () => {
    await expect(create(input)).rejects.toThrow(message);
    expect(double.ecs.services.all).toEqual([]);
  });
}

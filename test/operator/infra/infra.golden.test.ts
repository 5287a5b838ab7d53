import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { jest } from '@jest/globals';
import { Failure } from '../../../helper/src/failure.ts';
import { runTaskInput } from '../../../helper/src/task/task-request.ts';
import type { Double } from '../../double/double.ts';
import { seedBuilder } from '../../double/scripts/builder-fixtures.ts';
import { seedNetwork } from '../../double/scripts/network-fixtures.ts';
import { task } from '../../double/scripts/task-scripts.ts';
import { expectGolden } from '../../support/golden.ts';
import { emptyAccount } from '../../support/infra-scene.ts';
import { type OperatorRunOptions, runOperator } from '../../support/operator-host.ts';
import { request } from '../../support/task-scene.ts';
import { testAws } from '../../support/world.ts';

// Each test runs the program several times, which takes some seconds on a busy machine.
jest.setTimeout(60_000);

let double: Double;
beforeEach(async () => {
  double = await emptyAccount();
});
afterEach(() => double.close());

const infra = async (line: string, options?: OperatorRunOptions): Promise<string> =>
  (await runOperator(double, ['infra', ...line.split(' ').filter(Boolean)], options)).transcript;

const LIBRARY = '--library-repository https://github.com/acme/fargate-ci';
const UP = `up --domain example.com ${LIBRARY}`;

test('the life of an installation: up, unchanged, changed, down, and up again with the data that was kept', async () => {
  expectGolden('infra-plan-new', await infra(`plan --domain example.com ${LIBRARY}`));
  expectGolden('infra-up', await infra(UP));
  expectGolden('infra-up-again', await infra('up'));
  expectGolden('infra-status', await infra('status'));
  expectGolden('infra-plan-changed', await infra('plan --memory 4096 --builder-parameters LogDays=30'));
  expectGolden('infra-up-changed', await infra('up --memory 4096 --builder-parameters LogDays=30'));
  expectGolden('infra-service', await infra('service shop --host shop.example.com --port 5001'));
  expectGolden('infra-service-again', await infra('service shop'));
  expectGolden('infra-down-plan', await infra('down --dry-run'));
  expectGolden('infra-down', await infra('down'));
  expectGolden('infra-status-kept', await infra('status'));
  expectGolden('infra-up-kept', await infra(UP));
  double.efs.fileSystems.add('fs-0123456789abcdef0');
  expectGolden('infra-down-data', await infra('down --delete-data'));
});

test('a plan tells that Jenkins will run another image', async () => {
  await infra(UP);
  const dockerfile = 'FROM jenkins/jenkins:2.568.2-lts-jdk21\n';
  expectGolden('infra-plan-image', await infra('plan', { dockerfile }));
  expect(await infra('up', { dockerfile })).toMatch(/building .*jenkins-controller:a08cce359d3e with kaniko/);
  expect(await infra('plan', { dockerfile })).toContain('fargate-ci-jenkins: as it should be');
});

test('an account that never used ECS gets its service-linked role once, before all else', async () => {
  double.iam.deleteRole('AWSServiceRoleForECS');
  expect(await infra('up --only builder')).toMatch(/^\[fargate-ci\] role +AWSServiceRoleForECS is made/);
  const order = double.requests.map(({ action }) => action);
  expect(order.indexOf('CreateServiceLinkedRole')).toBeLessThan(order.indexOf('CreateChangeSet'));
  expect(await infra('up --only builder')).not.toContain('AWSServiceRoleForECS');
});

test('where that role may not be read or made, that is left to ECS', async () => {
  double.iam.deleteRole('AWSServiceRoleForECS');
  double.fault({ action: 'CreateServiceLinkedRole', fault: { kind: 'access-denied' } });
  const text = await infra('up --only builder');
  expect(text).toContain('(exit status 0)');
  expect(text).not.toContain('AWSServiceRoleForECS');
});

test('a builder for a Jenkins that runs elsewhere', async () => {
  expectGolden('infra-up-builder', await infra('up --only builder', { config: 'prefix: fargate-ci\n' }));
});

const REFUSED = {
  resource: 'Service',
  reason: 'Resource handler returned message: "Invalid request provided: The target group does not have a listener"',
};

test('a stack that cannot be created: the first cause is told; the next run removes what is left and goes on', async () => {
  double.cloudFormation.script('fargate-ci-builder', {
    fails: { resource: 'Cluster', reason: 'Resource limit exceeded: 10000 clusters' },
  });
  expectGolden('infra-up-failed', await infra('up --only builder'));
  expectGolden('infra-up-after-failure', await infra('up --only builder'));
});

test('an update that is rolled back', async () => {
  await infra(UP);
  double.cloudFormation.script('fargate-ci-jenkins', { fails: { ...REFUSED, resource: 'ControllerTask' } });
  expectGolden('infra-up-rolled-back', await infra('up --memory 4096'));
});

test('an update whose rollback fails, and what a further run says', async () => {
  await infra(UP);
  double.cloudFormation.script('fargate-ci-jenkins', {
    fails: { ...REFUSED, resource: 'ControllerTask' },
    rollbackFails: { resource: 'ControllerTask', reason: 'The task definition is INACTIVE' },
  });
  expectGolden('infra-up-stuck', await infra('up --memory 4096'));
  expectGolden('infra-up-still-stuck', await infra('up --memory 4096'));
});

test('a change that loses data needs --allow-data-loss', async () => {
  await infra(UP);
  double.cloudFormation.replaces('fargate-ci-jenkins', 'AdminSecret');
  expectGolden('infra-plan-loss', await infra('plan --admin root'));
  expectGolden('infra-up-loss', await infra('up --admin root'));
  expectGolden('infra-up-loss-allowed', await infra('up --admin root --allow-data-loss'));
});

test('a stack that cannot be deleted', async () => {
  await infra('up --only builder');
  double.cloudFormation.script('fargate-ci-builder', {
    fails: { resource: 'CallerPolicy', reason: 'Cannot delete a policy attached to entities.' },
  });
  expectGolden('infra-down-failed', await infra('down'));
  expectGolden('infra-down-after-failure', await infra('down'));
});

test('services that fargateDeploy made are drained before the cluster goes', async () => {
  await infra(UP);
  const [cluster, taskDefinition] = ['fargate-ci', 'fargate-ci-kaniko:1'];
  for (const serviceName of ['jenkins', 'shop', 'billing'])
    double.ecs.services.seed({ cluster, serviceName, taskDefinition, desiredCount: 1 });
  expectGolden('infra-status-running', await infra('status'));
  expectGolden('infra-down-services', await infra('down'));
  expect(double.calls('DeleteService').map(({ input }) => input.service)).toEqual(['billing', 'shop']);
  const order = double.requests.map(({ action }) => action);
  expect(order.indexOf('DeleteStack')).toBeGreaterThan(order.lastIndexOf('DeleteService'));
});

test('builds that run are stopped before the cluster goes, and waited for', async () => {
  await infra('up --only builder');
  double.ecs.tasks.script(task({ running: 24 * 3_600_000, stopping: { after: 30_000, exitCode: 143 } }));
  for (const build of ['shop/1', 'shop/2'])
    await testAws(double).ecs.send(new RunTaskCommand(runTaskInput({ ...request, startedBy: build }, build)));
  expectGolden('infra-down-builds', await infra('down'));
  const deletion = double.requests.findIndex(
    ({ action, input }) => action === 'DeleteStack' && JSON.stringify(input).includes('builder'),
  );
  const gone = double.requests.at(deletion)?.at ?? 0;
  const stops = double.requests.filter(({ action }) => action === 'StopTask');
  expect(stops).toHaveLength(2);
  for (const { at } of stops) expect(gone).toBeGreaterThanOrEqual(at + 30_000);
});

/** A revision with the roles of a prefix, as builds and deployments register it. */
const register = (family: string, prefix: string) =>
  testAws(double).ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      ...{ cpu: '256', memory: '512', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
      executionRoleArn: `arn:aws:iam::172173733067:role/${prefix}/start-apps`,
      containerDefinitions: [{ name: 'app', image: 'app' }],
    }),
  );

test('revisions of builds and deployments are deleted too; those of another prefix or of others stay', async () => {
  await infra('up --only builder');
  for (let count = 0; count < 12; count += 1) await register('fargate-ci-shop', 'fargate-ci');
  await register('fargate-ci-kaniko-0123456789ab', 'fargate-ci');
  await register('fargate-ci-x-shop', 'fargate-ci-x');
  await register('shop', 'fargate-ci');
  double.fault({ action: 'DeregisterTaskDefinition', skip: 3, times: 12, fault: { kind: 'throttle' } });
  expect(await infra('down')).toContain('deleting 13 revisions of task definitions');
  const left = double.ecs.taskDefinitions.list().filter(({ status }) => status === 'ACTIVE');
  expect(left.map(({ family }) => family)).toEqual(['fargate-ci-kaniko', 'fargate-ci-x-shop', 'shop']);
  const states = new Set(double.ecs.taskDefinitions.list().map(({ status }) => status));
  expect(states).toEqual(new Set(['ACTIVE', 'DELETE_IN_PROGRESS']));
});

test('it is no failure where revisions may not be deleted', async () => {
  await infra('up --only builder');
  await register('fargate-ci-shop', 'fargate-ci');
  double.fault({ action: 'DeregisterTaskDefinition', fault: { kind: 'access-denied' } });
  const text = await infra('down');
  expect(text).toMatch(
    /revisions of task definitions fargate-ci-\.\.\. are left, which cost nothing: .*not authorized/,
  );
  expect(text).toContain('(exit status 0)');
});

test('a builder that was deployed by hand keeps its revisions', async () => {
  seedBuilder(double);
  await register('fargate-ci-shop', 'fargate-ci');
  expect(await infra('down')).toContain('There was no stack to delete');
  expect(double.calls('DeregisterTaskDefinition')).toEqual([]);
});

test('a bucket that is not empty: the deletion fails and says what to do; a second run with --delete-data goes on', async () => {
  await infra('up --only builder');
  double.s3.createBucket('fargate-ci-contexts');
  for (let count = 0; count < 3; count += 1)
    double.s3.put('fargate-ci-contexts', `contexts/${count}.tar.gz`, Buffer.from('context'));
  const reason =
    'Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, Status Code: 409)"';
  double.cloudFormation.script('fargate-ci-builder', { fails: { resource: 'ContextBucket', reason } });
  expectGolden('infra-down-not-empty', await infra('down'));
  expectGolden('infra-down-not-empty-data', await infra('down --delete-data'));
  expect(double.calls('DeleteObject')).toHaveLength(3);
});

test('credentials that may plan, but not create what the templates have', async () => {
  double.cloudFormation.script('fargate-ci-builder', {
    fails: {
      resource: 'CallerPolicy',
      reason:
        'Resource handler returned message: "User: arn:aws:sts::172173733067:assumed-role/dev/jo is not authorized to perform: iam:CreatePolicy on resource: policy /fargate-ci/caller because no identity-based policy allows the iam:CreatePolicy action (Service: Iam, Status Code: 403)"',
    },
  });
  expectGolden('infra-up-unauthorized', await infra('up --only builder'));
});

test("infra up waits for the end of somebody else's update, and then goes on", async () => {
  await infra('up --only builder');
  double.cloudFormation.script('fargate-ci-builder', { each: 20_000 });
  const stack = double.cloudFormation.need('fargate-ci-builder');
  const change = { action: 'Modify', id: 'BuildLogGroup', type: 'AWS::Logs::LogGroup', replacement: 'False' } as const;
  double.cloudFormation.begin(stack, 'UPDATE', [{ ...change, policy: undefined, properties: ['RetentionInDays'] }]);
  expectGolden('infra-up-waits', await infra('up --only builder --builder-parameters LogDays=30'));
});

test('somebody changes the stack between plan and change: that is told, and the next run waits for it', async () => {
  await infra('up --only builder');
  double.cloudFormation.script('fargate-ci-builder', { each: 20_000 });
  const stack = double.cloudFormation.need('fargate-ci-builder');
  const change = { action: 'Modify', id: 'Cluster', type: 'AWS::ECS::Cluster', replacement: 'False' } as const;
  let begun = false;
  double.on('DescribeStackEvents', () => {
    if (begun) return;
    begun = true;
    double.cloudFormation.begin(stack, 'UPDATE', [{ ...change, policy: undefined, properties: ['ClusterName'] }]);
  });
  const change30 = 'up --only builder --builder-parameters LogDays=30';
  expectGolden('infra-up-crossed', await infra(change30));
  expect(double.calls('DeleteChangeSet').length).toBeGreaterThan(0);
  expect(await infra(change30)).toMatch(/someone else changes it.*updated fargate-ci-builder/s);
});

test('after an abort AWS goes on with the stack', async () => {
  const controller = new AbortController();
  double.on('ExecuteChangeSet', () =>
    double.clock.after(3_000, () => controller.abort(new Failure('aborted', 'aborted by SIGINT', { signal: 2 }))),
  );
  expectGolden('infra-up-aborted', await infra('up --only builder', { controller }));
  // The network is still being made: the next run waits for it.
  expectGolden('infra-up-after-abort', await infra('up --only builder'));
});

test('a slow stack: the log tells what it waits for', async () => {
  double.cloudFormation.script('fargate-ci-network', { each: 200_000 });
  expectGolden('infra-up-slow', await infra('up --only builder'));
});

test('a certificate that is never validated: the log says what to check, also when time is up', async () => {
  double.cloudFormation.script('fargate-ci-jenkins', { each: 200_000 });
  const text = await infra(`${UP} --timeout 5`);
  expectGolden('infra-up-certificate-waits', text);
  expect(text).toContain('(exit status 13)');
});

test('a stack is followed to its end, though AWS answers with throttling and errors for a while', async () => {
  const begun = (input: Readonly<Record<string, unknown>>) => String(input.StackName).includes('network');
  double.fault({ action: 'DescribeStackEvents', skip: 2, times: 20, where: begun, fault: { kind: 'throttle' } });
  double.fault({ action: 'DescribeStacks', skip: 2, times: 15, where: begun, fault: { kind: 'server-error' } });
  const text = await infra('up --only builder');
  expect(text).toContain('created fargate-ci-network');
  expect(text).toContain('(exit status 0)');
  expect(double.calls('DescribeStackEvents').length).toBeGreaterThan(20);
});

test('planning and waiting go on, though AWS answers with throttling and errors for a while', async () => {
  double.cloudFormation.planningTakes = 30_000;
  double.fault({ action: 'DescribeChangeSet', times: 12, fault: { kind: 'throttle' } });
  expect(await infra('up --only builder')).toContain('(exit status 0)');
  double.cloudFormation.script('fargate-ci-builder', { each: 20_000 });
  const stack = double.cloudFormation.need('fargate-ci-builder');
  const change = { action: 'Modify', id: 'BuildLogGroup', type: 'AWS::Logs::LogGroup', replacement: 'False' } as const;
  double.cloudFormation.begin(stack, 'UPDATE', [{ ...change, policy: undefined, properties: ['RetentionInDays'] }]);
  double.fault({
    action: 'DescribeStacks',
    times: 12,
    where: (input) => input.StackName !== undefined,
    fault: { kind: 'server-error' },
  });
  expect(await infra('up --only builder')).toContain('(exit status 0)');
});

test('a change that CloudFormation never works out', async () => {
  double.cloudFormation.planningTakes = 3_600_000;
  expectGolden('infra-up-never-planned', await infra('up --only builder --timeout 2'));
  expect(await infra('status')).toContain('no stack of the prefix');
});

test('an abort while a change is worked out leaves no change set', async () => {
  const controller = new AbortController();
  double.cloudFormation.planningTakes = 3_600_000;
  double.on('DescribeChangeSet', () => controller.abort(new Failure('aborted', 'aborted by SIGINT', { signal: 2 })));
  expect(await infra('up --only builder', { controller })).toContain('(exit status 130)');
  expect(double.calls('DeleteChangeSet')).toHaveLength(1);
});

test('throttling and lost answers do no harm; a denial ends the command', async () => {
  double.fault({ action: 'DescribeStackEvents', times: 2, fault: { kind: 'throttle' } });
  double.fault({ action: 'CreateChangeSet', fault: { kind: 'reset', effect: true } });
  double.fault({ action: 'ExecuteChangeSet', fault: { kind: 'reset', effect: true } });
  double.fault({ action: 'DescribeChangeSet', skip: 1, fault: { kind: 'access-denied' } });
  expectGolden('infra-up-denied', await infra('up --only builder'));
  expectGolden('infra-up-after-denial', await infra('up --only builder'));
});

for (const [name, line, config] of [
  ['misspelt', 'up --only builder --domian example.com', 'certficate: arn:aws:acm\n'],
  ['no-domain', 'up', ''],
  ['no-library', 'up --domain example.com', ''],
  ['no-zone', 'up --domain example.org', ''],
  [
    'everything',
    'up --domain Example.com --cpu 512 --memory 8192 --vpc vpc-1 --bare --certificate arn:aws:acm:us-east-1:111122223333:certificate/1 --builder-parameters LogDay=30 --builder-parameters Prefix=x',
    '',
  ],
  ['networks', 'plan --only builder --network-parameters VpcCidr=10.0.0.0/16', ''],
  ['no-load-balancer', 'service shop --host shop.example.com', ''],
  ['nothing-to-delete', 'down', ''],
  ['no-action', 'upp', ''],
] as const)
  test(`refused before anything is created: ${name}`, async () => {
    expectGolden(`infra-refused-${name}`, await infra(line, { config }));
    expect(double.calls('CreateChangeSet')).toEqual([]);
  });

test('a builder that was deployed by hand', async () => {
  seedBuilder(double);
  expectGolden('infra-refused-stranger', await infra('up --only builder'));
  expect(double.calls('CreateChangeSet')).toEqual([]);
});

test('a VPC that the operator names: a public subnet in each of two zones is found', async () => {
  seedNetwork(double);
  const vpc = await infra(`plan --domain example.com ${LIBRARY} --vpc vpc-0a1`);
  expectGolden('infra-plan-vpc', vpc);
  await infra(`${UP} --vpc vpc-0a1`);
  for (const one of double.calls('CreateChangeSet'))
    expect(JSON.stringify(one.input)).toContain('subnet-0a1,subnet-0b2');
  expect(double.calls('CreateChangeSet')).toHaveLength(2);
  // Once more with the VPC alone: the subnets stay those of the stacks, even if the VPC has new ones.
  double.ec2.subnets.length = 0;
  expect(await infra(`${UP} --vpc vpc-0a1`)).toContain('fargate-ci-jenkins is as it should be');
});

test('there is a warning where a new VPC has the addresses of another', async () => {
  double.ec2.vpcs.push(
    { vpcId: 'vpc-0old', cidrBlock: '172.16.128.0/20' },
    { vpcId: 'vpc-0far', cidrBlock: '10.0.0.0/8' },
  );
  expectGolden('infra-plan-overlap', await infra('plan --only builder'));
});

test('another prefix that looks like the name of a service stack: its stacks are left alone', async () => {
  await infra('up --only builder');
  await infra('up --only builder --prefix fargate-ci-service-x');
  expect(await infra('down --dry-run')).not.toContain('fargate-ci-service-x');
  expect(await infra('status')).not.toContain('fargate-ci-service-x');
});

test('two services whose stacks would have the same name', async () => {
  await infra(UP);
  await infra('service web_shop --host shop.example.com');
  const before = double.calls('CreateChangeSet').length;
  expect(await infra('service web-shop --host store.example.com')).toContain(
    '"service" web-shop would have the stack of web_shop, fargate-ci-service-web-shop: take another name',
  );
  expect(double.calls('CreateChangeSet')).toHaveLength(before);
});

test('a service whose stack is the builder of another prefix', async () => {
  await infra(UP);
  const Prefix = 'fargate-ci-service-x';
  double.cloudFormation.seed(`${Prefix}-builder`, 'CREATE_COMPLETE', '', { Prefix });
  const before = double.calls('CreateChangeSet').length;
  expect(await infra('service x-builder --host shop.example.com')).toContain(
    '"service" x-builder would have the stack of the prefix fargate-ci-service-x, fargate-ci-service-x-builder: take another name',
  );
  expect(double.calls('CreateChangeSet')).toHaveLength(before);
});

test('a prefix that looks like a service: the address of Jenkins is told once', async () => {
  double.cloudFormation.outputs('my-service-a-jenkins', { Url: 'https://jenkins.example.com/' });
  double.cloudFormation.seed('my-service-a-jenkins', 'CREATE_COMPLETE');
  const status = await infra('status --prefix my-service-a');
  expect(status.split('https://jenkins.example.com/')).toHaveLength(2);
});

test('a host or a priority that is taken already', async () => {
  await infra(UP);
  await infra('service shop --host shop.example.com --port 5001');
  const [listener] = double.elbv2.listeners;
  double.elbv2.rules.push({
    arn: 'arn:rule',
    listener: listener?.arn ?? '',
    priority: '10000',
    hosts: ['shop.example.com'],
    paths: [],
    targetGroup: 'x',
  });
  expectGolden('infra-service-taken', await infra('service store --host shop.example.com'));
  expect(await infra('service store --host shop.example.com --priority 500')).toContain('elsewhere already');
  const taken = await infra('service store --host store.example.com --priority 10000');
  expect(taken).toContain('"priority" 10000 is that of the rule for shop.example.com: leave it out');
  expect(double.calls('CreateChangeSet')).toHaveLength(4);
  expect(await infra('service store --host shop.example.com --path /store --dry-run')).toContain(
    'fargate-ci-service-store',
  );
});

import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';

let double: Double;
let aws: ReturnType<typeof testAws>;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  aws = testAws(double);
});
afterEach(() => double.close());

const describeIt = (abortSignal?: AbortSignal) =>
  aws.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'fargate-ci-kaniko' }),
    abortSignal ? { abortSignal } : {},
  );
const register = () =>
  aws.ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'web', image: 'web' }] }),
  );
const revisions = () => double.ecs.taskDefinitions.list().filter((one) => one.family === 'web').length;

for (const kind of ['throttle', 'server-error', 'reset', 'half'] as const) {
  test(`the SDK gets over ${kind} by itself`, async () => {
    double.fault({ action: 'DescribeTaskDefinition', times: 2, fault: { kind } });
    expect((await describeIt()).taskDefinition?.revision).toBe(1);
    expect(double.calls('DescribeTaskDefinition')).toHaveLength(3);
    expect(double.clock.elapsed()).toBeLessThan(5_000);
  });
}

for (const [fault, attempts, effects] of [
  [{ kind: 'reset' }, 2, 1],
  [{ kind: 'reset', effect: true }, 2, 2],
  [{ kind: 'server-error', effect: true }, 2, 2],
  [{ kind: 'half' }, 2, 2],
] as const) {
  test(`${JSON.stringify(fault)}: ${attempts} attempts take effect ${effects} times`, async () => {
    double.fault({ action: 'RegisterTaskDefinition', fault });
    await register();
    expect(double.calls('RegisterTaskDefinition')).toHaveLength(attempts);
    expect(revisions()).toBe(effects);
  });
}

for (const [fault, name] of [
  [{ kind: 'access-denied' }, 'AccessDeniedException'],
  [{ kind: 'expired-token' }, 'ExpiredTokenException'],
  [{ kind: 'error', code: 'LimitExceededException', message: 'too much' }, 'LimitExceededException'],
] as const) {
  test(`${fault.kind} is ${name}`, async () => {
    double.fault({ action: 'DescribeTaskDefinition', times: Number.POSITIVE_INFINITY, fault });
    await expect(describeIt()).rejects.toMatchObject({ name });
  });
}

test('S3 has its own words', async () => {
  double.fault({ action: 'PutObject', service: 's3', fault: { kind: 'access-denied' } });
  const put = () => aws.s3.send(new PutObjectCommand({ Bucket: 'fargate-ci-contexts', Key: 'k', Body: 'x' }));
  await expect(put()).rejects.toMatchObject({ name: 'AccessDenied' });
  double.fault({ action: 'PutObject', fault: { kind: 'throttle' } });
  await put();
  expect(double.calls('PutObject')).toHaveLength(3);
});

test('a delayed answer takes virtual time, others go on meanwhile', async () => {
  double.fault({ action: 'DescribeTaskDefinition', fault: { kind: 'delay', ms: 5_000 } });
  const order: string[] = [];
  await Promise.all([
    describeIt().then(() => order.push(`answer@${double.clock.elapsed()}`)),
    double.clock.sleep(4_000).then(() => order.push('sleeper')),
  ]);
  expect(order).toEqual(['sleeper', 'answer@5000']);
});

test('a request hangs until the client gives up, and time passes beside it', async () => {
  double.fault({ action: 'DescribeTaskDefinition', fault: { kind: 'hang' } });
  const controller = new AbortController();
  double.on('DescribeTaskDefinition', () => double.clock.after(30_000, () => controller.abort()));
  await expect(describeIt(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  expect(double.clock.elapsed()).toBe(30_000);
});

test('skip and where pick the requests', async () => {
  const where = (input: object) => 'family' in input;
  double.fault({ action: '*', skip: 1, where, fault: { kind: 'error', code: 'ClientException' } });
  await describeIt();
  await register();
  await expect(register()).rejects.toMatchObject({ name: 'ClientException' });
  await register();
  expect(double.requests.map((one) => one.action)).toEqual([
    'DescribeTaskDefinition',
    'RegisterTaskDefinition',
    'RegisterTaskDefinition',
    'RegisterTaskDefinition',
  ]);
});

test('no sleeper wakes between a request and the code that awaits its answer', async () => {
  const order: string[] = [];
  await Promise.all([
    (async () => {
      for (let i = 0; i < 5; i++) {
        await describeIt();
        order.push(`answer@${double.clock.elapsed()}`);
        await double.clock.sleep(10);
      }
    })(),
    (async () => {
      for (let i = 0; i < 5; i++) {
        await double.clock.sleep(10);
        order.push(`sleeper@${double.clock.elapsed()}`);
      }
    })(),
  ]);
  const times = [0, 10, 20, 30, 40];
  expect(order.filter((one) => one.startsWith('answer'))).toEqual(times.map((ms) => `answer@${ms}`));
});

test('an action that the double does not play says so', async () => {
  const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.CreateTaskSet' };
  const answer = await fetch(double.url, { method: 'POST', headers, body: '{}' });
  expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' });
});

test('a stale read is answered as the last one was, until it is not stale any more', async () => {
  const newest = async () =>
    (await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }))).taskDefinition?.revision;
  await register();
  expect(await newest()).toBe(1);
  await register();
  double.fault({ action: 'DescribeTaskDefinition', times: 2, fault: { kind: 'stale' } });
  expect([await newest(), await newest(), await newest()]).toEqual([1, 1, 2]);
});

import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { DescribeTasksCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { singleAttempt } from '../../helper/src/aws/idempotency.ts';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { defaultQuotas, Limits, type Quota } from './limits.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';

const quota = (burst: number, perSecond: number, ...actions: string[]): Quota => ({
  service: 'ecs',
  actions,
  burst,
  perSecond,
});

/** A limit, a number of calls, and how many of them it admits. */
function limits(...quotas: Quota[]) {
  let now = 0;
  const made = new Limits({ now: () => now });
  made.enforce(quotas);
  return {
    pass: (ms: number) => {
      now += ms;
    },
    admitted: (action: string, calls: number) =>
      Array.from({ length: calls }, () => made.admits('ecs', action)).filter(Boolean).length,
  };
}

test('a bucket: the burst at once, then its rate, never more than the burst', () => {
  const { pass, admitted } = limits(quota(10, 2, 'A'));
  expect(admitted('A', 20)).toBe(10);
  pass(1_000);
  expect(admitted('A', 20)).toBe(2);
  pass(250);
  expect(admitted('A', 20)).toBe(0);
  pass(250);
  expect(admitted('A', 20)).toBe(1);
  pass(3_600_000);
  expect(admitted('A', 20)).toBe(10);
});

test('actions share a bucket, and one may count for two', () => {
  const { admitted } = limits(quota(10, 1, 'A', 'B'), quota(3, 1, 'A'));
  expect(admitted('A', 5)).toBe(3);
  expect(admitted('B', 20)).toBe(7);
  expect(admitted('A', 5)).toBe(0);
  expect(admitted('C', 50)).toBe(50);
});

describe('on the wire', () => {
  let double: Double;
  let aws: ReturnType<typeof testAws>;
  beforeEach(async () => {
    double = await startDouble();
    seedBuilder(double);
    aws = testAws(double, undefined, { client: 'one' });
  });
  afterEach(() => double.close());

  const look = () =>
    singleAttempt(new DescribeTasksCommand({ cluster: 'fargate-ci', tasks: ['x'] }), (command) =>
      aws.ecs.send(command),
    );

  test('what is beyond a quota is throttled and told so, by client', async () => {
    double.enforce([quota(2, 1, 'DescribeTasks')]);
    await look();
    await look();
    await expect(look()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await double.clock.sleep(1_000);
    await look();
    expect(double.requests.map(({ client, throttled }) => [client, throttled])).toEqual([
      ['one', undefined],
      ['one', undefined],
      ['one', true],
      ['one', undefined],
    ]);
  });

  test('nothing is limited before', async () => {
    for (let call = 0; call < 120; call += 1) await look();
  });

  for (const [name, error, call] of [
    ['ECR', 'ThrottlingException', () => aws.ecr.send(new DescribeImagesCommand({ repositoryName: 'r' }))],
    ['S3', 'SlowDown', () => aws.s3.send(new PutObjectCommand({ Bucket: 'fargate-ci-contexts', Key: 'k', Body: '' }))],
    [
      'ECS',
      'ThrottlingException',
      () => aws.ecs.send(new RegisterTaskDefinitionCommand({ family: 'f', containerDefinitions: [] })),
    ],
  ] as const) {
    test(`${name} says ${error}`, async () => {
      double.enforce(defaultQuotas().map((one) => ({ ...one, burst: 0, perSecond: 0 })));
      await expect(call()).rejects.toMatchObject({ name: error });
    });
  }
});

import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';
import { task } from './scripts/task-scripts.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
});
afterEach(() => double.close());

const run = new RunTaskCommand({
  cluster: 'fargate-ci',
  taskDefinition: 'fargate-ci-kaniko',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1'] } },
});

/** Two loops and a ticker run at the same time, with faults, as in a build. Returns all requests with their times. */
async function build(on: Double): Promise<string[]> {
  const aws = testAws(on);
  on.ecs.tasks.script(task({ running: 30_000, lines: ['x'.repeat(200_000), 'b', 'c'] }));
  on.fault({ action: 'DescribeTasks', skip: 2, times: 2, fault: { kind: 'throttle' } });
  on.fault({ action: 'GetLogEvents', skip: 4, times: 1, fault: { kind: 'reset' } });
  on.fault({ action: 'GetLogEvents', skip: 6, times: 1, fault: { kind: 'delay', ms: 1_500 } });
  const arn = (await aws.ecs.send(run)).tasks?.[0]?.taskArn ?? '';
  const logStreamName = `build/kaniko/${arn.replace(/.*\//, '')}`;
  let stopped = false;
  const watch = async () => {
    while (!stopped) {
      const { tasks } = await aws.ecs.send(new DescribeTasksCommand({ cluster: 'fargate-ci', tasks: [arn] }));
      stopped = tasks?.[0]?.lastStatus === 'STOPPED';
      await on.clock.sleep(2_000);
    }
  };
  const follow = async () => {
    let nextToken: string | undefined;
    while (!stopped) {
      const get = new GetLogEventsCommand({
        logGroupName: '/fargate-ci/kaniko',
        logStreamName,
        nextToken,
        startFromHead: true,
      });
      nextToken = await aws.logs.send(get).then(
        (page) => page.nextForwardToken,
        () => undefined,
      );
      await on.clock.sleep(1_000);
    }
  };
  const tick = async () => {
    while (!stopped) await on.clock.sleep(250);
  };
  await Promise.all([watch(), follow(), tick()]);
  return on.requests.map((one) => `${one.at} ${one.action} ${JSON.stringify(one.input.nextToken ?? '')}`);
}

/** A busy machine needs more time for three builds than jest allows for one test. */
const PATIENCE_MS = 60_000;

test(
  'the same run makes the same requests at the same times',
  async () => {
    const first = await build(double);
    expect(first.length).toBeGreaterThan(80);
    for (let i = 0; i < 2; i++) {
      const again = await startDouble();
      try {
        seedBuilder(again);
        expect(await build(again)).toEqual(first);
      } finally {
        await again.close();
      }
    }
  },
  PATIENCE_MS,
);

test('time stands still while a file is read and an object is sent', async () => {
  let ticks = 0;
  const controller = new AbortController();
  const ticker = (async () => {
    for (;;) {
      await double.clock.sleep(10, controller.signal);
      ticks += 1;
    }
  })();
  ticker.catch(() => {});
  const file = await open(new URL(import.meta.url));
  const { size } = await file.stat();
  const { s3 } = testAws(double);
  const Body = Readable.from(file.createReadStream({ highWaterMark: 64 }));
  await s3.send(new PutObjectCommand({ Bucket: 'fargate-ci-contexts', Key: 'k', Body, ContentLength: size }));
  controller.abort();
  expect(double.s3.object('fargate-ci-contexts', 'k')?.body.length).toBe(size);
  expect(ticks).toBe(0);
});

test('time stands still while a request is half sent', async () => {
  const slow = request(`${double.url}/fargate-ci-contexts/k`, { method: 'PUT', headers: { 'content-length': '5' } });
  slow.write('he');
  await once(slow, 'socket').then(([socket]) => once(socket, 'connect'));
  const sleeping = double.clock.sleep(1_000);
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(double.clock.elapsed()).toBe(0);
  slow.end('llo');
  const [answer] = await once(slow, 'response');
  expect(answer.statusCode).toBe(200);
  expect(double.clock.elapsed()).toBe(0);
  answer.resume();
  await sleeping;
});

test('an upload that the client gives up in the middle leaves nothing, and time goes on', async () => {
  const { s3 } = testAws(double);
  // The SDK warns that it cannot send a stream a second time.
  const silent = () => {};
  s3.config.logger = { debug: silent, info: silent, warn: silent, error: silent };
  const controller = new AbortController();
  async function* endless() {
    for (let i = 0; ; i++) {
      if (i === 20) controller.abort();
      yield Buffer.alloc(65_536);
    }
  }
  const put = new PutObjectCommand({
    Bucket: 'fargate-ci-contexts',
    Key: 'k',
    Body: Readable.from(endless()),
    ContentLength: 1e9,
  });
  await expect(s3.send(put, { abortSignal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  await double.clock.sleep(1_000);
  expect(double.s3.object('fargate-ci-contexts', 'k')).toBeUndefined();
});

import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';
import { task } from './scripts/task-scripts.ts';

const group = '/fargate-ci/kaniko';
let double: Double;
let aws: ReturnType<typeof testAws>;
beforeEach(async () => {
  double = await startDouble();
  aws = testAws(double);
});
afterEach(() => double.close());

async function page(nextToken?: string, more: { startFromHead?: boolean; limit?: number } = { startFromHead: true }) {
  const stream = { logGroupName: group, logStreamName: 's', ...more };
  const answer = await aws.logs.send(new GetLogEventsCommand({ ...stream, nextToken }));
  const lines = (answer.events ?? []).map((event) => event.message);
  return { lines, next: answer.nextForwardToken, back: answer.nextBackwardToken };
}

function print(...lines: (string | [at: number, text: string])[]) {
  for (const line of lines) {
    const [at, message] = typeof line === 'string' ? [0, line] : line;
    const visibleAt = double.clock.now() + at;
    double.logs.put(group, 's', { visibleAt, timestamp: visibleAt, message });
  }
}

test('a stream is not there before its first line', async () => {
  await expect(page()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  print([5_000, 'first']);
  await expect(page()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await double.clock.sleep(5_000);
  expect((await page()).lines).toEqual(['first']);
});

test('at the end the token that was sent comes back, and is good for what comes later', async () => {
  print('one', 'two', [1_000, 'three']);
  const first = await page();
  expect(first.lines).toEqual(['one', 'two']);
  await double.clock.sleep(500);
  const end = await page(first.next);
  expect(end).toMatchObject({ lines: [], next: first.next });
  await double.clock.sleep(1_000);
  expect((await page(end.next)).lines).toEqual(['three']);
});

test('without startFromHead the newest lines come first, and tokens lead both ways', async () => {
  print('one', 'two', 'three');
  const last = await page(undefined, { limit: 2 });
  expect(last.lines).toEqual(['two', 'three']);
  const before = await page(last.back, { limit: 2 });
  expect(before.lines).toEqual(['one']);
  expect(await page(before.back)).toMatchObject({ lines: [], back: before.back });
  expect((await page(before.next)).lines).toEqual(['two', 'three']);
});

test('pages can be small, and empty in the middle, each with a token of its own', async () => {
  double.logs.script({ pageSize: 2, empty: [{ before: 3, pages: 2 }] });
  print('one', 'two', 'three', 'four');
  const pages: string[] = [];
  const tokens = new Set<string | undefined>();
  let token: string | undefined;
  for (;;) {
    const { lines, next } = await page(token);
    if (next === token) break;
    pages.push(lines.join());
    tokens.add(next);
    token = next;
  }
  expect(pages).toEqual(['one,two', 'three', '', '', 'four']);
  expect(tokens.size).toBe(5);
});

test('a page holds 10,000 lines or a megabyte', async () => {
  print(...Array.from({ length: 10_001 }, (_, i) => `${i}`));
  expect((await page()).lines).toHaveLength(10_000);
  await expect(page(undefined, { limit: 10_001 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  double.logs.cut(group, 's', 0);
  print(...Array.from({ length: 9 }, () => 'x'.repeat(256_000)));
  const first = await page();
  expect(first.lines).toHaveLength(4);
  expect((await page(first.next)).lines).toHaveLength(4);
});

test('page sizes may change from answer to answer', async () => {
  double.logs.script({ pageSize: [1, 3] });
  print('one', 'two', 'three', 'four', 'five');
  const first = await page();
  const second = await page(first.next);
  const third = await page(second.next);
  expect([first.lines, second.lines, third.lines]).toEqual([['one'], ['two', 'three', 'four'], ['five']]);
});

test('an early stream is there before its first line, with a token that is good for what comes', async () => {
  double.logs.script({ early: true });
  double.logs.createGroup(group);
  const empty = await page();
  expect(empty.lines).toEqual([]);
  expect(await page(empty.next)).toMatchObject({ lines: [], next: empty.next });
  print('one');
  expect((await page(empty.next)).lines).toEqual(['one']);
});

test('a token expires', async () => {
  double.logs.script({ tokenLifetime: 60_000 });
  print('one');
  const { next } = await page();
  await double.clock.sleep(60_001);
  await expect(page(next)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test("a task's lines appear in the stream of its container, also after it ended; StopTask cuts them", async () => {
  seedBuilder(double);
  double.ecs.tasks.script(task({ provisioning: 0, pulling: 0, running: 1_000, lines: ['a', 'b', 'c'], lag: 20_000 }));
  const subnets = { awsvpcConfiguration: { subnets: ['subnet-0a1'] } };
  const run = () =>
    aws.ecs.send(
      new RunTaskCommand({ cluster: 'fargate-ci', taskDefinition: 'fargate-ci-kaniko', networkConfiguration: subnets }),
    );
  const read = async (arn = '') => {
    const logStreamName = `build/kaniko/${arn.replace(/.*\//, '')}`;
    const answer = await aws.logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName, startFromHead: true }),
    );
    return answer.events?.map((event) => [event.message, (event.timestamp ?? 0) - started]);
  };
  let started = double.clock.now();
  const first = (await run()).tasks?.[0]?.taskArn;
  await double.clock.sleep(19_999);
  await expect(read(first)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await double.clock.sleep(2_000);
  expect(await read(first)).toEqual([
    ['a', 250],
    ['b', 500],
    ['c', 750],
  ]);
  started = double.clock.now();
  const second = (await run()).tasks?.[0]?.taskArn;
  await double.clock.sleep(300);
  await aws.ecs.send(new StopTaskCommand({ cluster: 'fargate-ci', task: second }));
  await double.clock.sleep(30_000);
  expect(await read(second)).toEqual([['a', 250]]);
});

import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { createAws } from '../../helper/src/aws/clients.ts';
import { singleAttempt } from '../../helper/src/aws/idempotency.ts';
import { type Double, startDouble } from '../double/double.ts';
import type { Fault } from '../double/injected-faults.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { CREDENTIALS, onVirtualTime, testAws } from '../support/world.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
});
afterEach(() => double.close());

const command = () => new DescribeTaskDefinitionCommand({ taskDefinition: 'fargate-ci-kaniko' });
const describeIt = (aws = testAws(double), abortSignal?: AbortSignal) =>
  aws.ecs.send(command(), abortSignal ? { abortSignal } : {});
const attempts = () => double.calls('DescribeTaskDefinition').map(({ at }) => at);
const always = Number.POSITIVE_INFINITY;

/** Trouble for so many ms from now on. */
function troubleFor(ms: number, fault: Fault): void {
  const end = double.clock.now() + ms;
  double.fault({ action: '*', times: always, where: () => double.clock.now() < end, fault });
}

for (const [name, ms, fault] of [
  ['throttling for two minutes', 120_000, { kind: 'throttle' }],
  ['a connection lost for a minute', 60_000, { kind: 'reset' }],
  ['a service that fails for a minute', 60_000, { kind: 'server-error' }],
] as const) {
  test(`${name} does not fail a call, which makes only a few attempts`, async () => {
    troubleFor(ms, fault);
    expect((await describeIt()).taskDefinition?.revision).toBe(1);
    expect(attempts().length).toBeLessThan(25);
  });
}

for (const [kind, from, to] of [
  ['throttle', 270_000, 300_000],
  ['server-error', 75_000, 90_000],
  ['reset', 75_000, 90_000],
] as const) {
  test(`${kind} without end: one error, after ${from / 1000} to ${to / 1000} s`, async () => {
    troubleFor(always, { kind });
    await expect(describeIt()).rejects.toBeInstanceOf(Error);
    expect(double.clock.elapsed()).toBeGreaterThan(from);
    expect(double.clock.elapsed()).toBeLessThanOrEqual(to);
  });
}

test('an error that the next attempt would meet again is not retried', async () => {
  troubleFor(always, { kind: 'access-denied' });
  await expect(describeIt()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(attempts()).toEqual([0]);
});

test('full jitter: each pause is a random part of the longest one, which doubles each time', async () => {
  const draws = [0, 0.999, 0.5, 0.25];
  const aws = onVirtualTime(
    createAws({
      region: double.place.region,
      credentials: CREDENTIALS,
      endpoint: double.url,
      clock: double.clock,
      random: () => draws.shift() ?? 0,
    }),
    double.clock,
  );
  double.fault({ action: '*', times: 4, fault: { kind: 'throttle' } });
  await describeIt(aws);
  expect(attempts()).toEqual([0, 0, 1_998, 3_998, 5_998]);
});

test('an abort ends the wait between two attempts at once', async () => {
  troubleFor(always, { kind: 'throttle' });
  const controller = new AbortController();
  double.clock.after(10_000, () => controller.abort());
  const call = describeIt(testAws(double), controller.signal);
  const ended = call.then(
    () => Number.NaN,
    () => double.clock.elapsed(),
  );
  const beside = double.clock.sleep(10_500);
  expect(await ended).toBe(10_000);
  await beside;
});

test('an abort ends the wait for credentials at once', async () => {
  const controller = new AbortController();
  const never = () => new Promise<never>(() => {});
  const call = describeIt(testAws(double, never), controller.signal);
  setImmediate(() => controller.abort());
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('a call that its caller repeats is sent once, and its error is thrown unchanged', async () => {
  troubleFor(always, { kind: 'throttle' });
  const aws = testAws(double);
  await expect(singleAttempt(command(), (one) => aws.ecs.send(one))).rejects.toMatchObject({
    name: 'ThrottlingException',
  });
  expect(attempts()).toEqual([0]);
});

import { AbortBudget } from '../../helper/src/aws/abort-budget.ts';
import { answerWithin, withDeadline, withGracePeriod } from '../../helper/src/aws/deadline.ts';
import { type Double, startDouble } from '../double/double.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
});
afterEach(() => double.close());

/** A call that answers after `ms`, or ends with its signal. */
const slow = (ms: number) => async (options: { abortSignal: AbortSignal }) => {
  await double.clock.sleep(ms, options.abortSignal);
  return 'answer';
};

test('a call with a deadline ends in a value: its answer, its error, or the one of being cut off', async () => {
  const { clock } = double;
  expect(await withDeadline(clock, 1_000, slow(500))).toEqual({ answer: 'answer' });
  const error = new Error('refused');
  expect(await withDeadline(clock, 1_000, () => Promise.reject(error))).toEqual({ error });
  const began = clock.now();
  expect(await withDeadline(clock, 1_000, slow(5_000))).toMatchObject({ error: { name: 'AbortError' } });
  expect(clock.now() - began).toBe(1_000);
});

test('an abort cuts it off at once; answerWithin throws what it ended with', async () => {
  const { clock } = double;
  const controller = new AbortController();
  clock.after(200, () => controller.abort());
  const began = clock.now();
  expect(await withDeadline(clock, 1_000, slow(5_000), controller.signal)).toMatchObject({ error: expect.anything() });
  expect(clock.now() - began).toBe(200);
  await expect(answerWithin(clock, 100, slow(5_000))).rejects.toMatchObject({ name: 'AbortError' });
  expect(await answerWithin(clock, 100, slow(50))).toBe('answer');
});

describe('a grace period', () => {
  const world = (controller: AbortController) => ({
    clock: double.clock,
    signal: controller.signal,
    abortBudget: new AbortBudget(double.clock, controller.signal),
  });

  test('lets a call finish that an abort finds under way', async () => {
    const controller = new AbortController();
    double.clock.after(100, () => controller.abort());
    expect(await withGracePeriod(world(controller), slow(2_000))).toBe('answer');
  });

  test('is over three seconds after the abort', async () => {
    const controller = new AbortController();
    double.clock.after(100, () => controller.abort());
    const began = double.clock.now();
    await expect(withGracePeriod(world(controller), slow(60_000))).rejects.toMatchObject({ name: 'AbortError' });
    expect(double.clock.now() - began).toBe(3_100);
  });
});

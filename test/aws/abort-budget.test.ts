import { AbortBudget } from '../../helper/src/aws/abort-budget.ts';

/** A budget whose clock is set by hand. */
function budget(signal: AbortSignal) {
  const clock = { ms: 1_000, now: () => clock.ms };
  return { clock, budget: new AbortBudget(clock, signal) };
}

test('without an abort every step has its own time, however long the run takes', () => {
  const { clock, budget: time } = budget(new AbortController().signal);
  clock.ms += 3_600_000;
  expect([time.msFor('stopTask'), time.msFor('endRollout'), time.msFor('answer')]).toEqual([7_500, 8_000, 3_000]);
});

test('after an abort all steps share nine seconds: a later one has what the others have left', () => {
  const controller = new AbortController();
  const { clock, budget: time } = budget(controller.signal);
  controller.abort();
  expect(time.msFor('endRollout')).toBe(8_000);
  clock.ms += 4_000;
  expect([time.msFor('stopTask'), time.msFor('answer')]).toEqual([5_000, 3_000]);
  clock.ms += 4_500;
  expect([time.msFor('stopTask'), time.msFor('answer')]).toEqual([500, 500]);
  clock.ms += 1_000;
  expect(time.msFor('stopTask')).toBe(0);
});

test('a run that was aborted before it began has the whole budget', () => {
  const { budget: time } = budget(AbortSignal.abort());
  expect(time.msFor('stopTask')).toBe(7_500);
});

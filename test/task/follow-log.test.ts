import type { Double } from '../double/double.ts';
import { type LogLine, task } from '../double/scripts/task-scripts.ts';
import fc from '../support/property.ts';
import { reported, run, stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

/** The task ends 20 s after its start, at 46 s, and ECS says so from then on. */
const SHORT = { running: 20_000 };
const END = 46_000;
const at = (ms: number, text: string, printedAt = ms): LogLine => ({ at: ms, text, printedAt });

for (const [name, lines, script] of [
  ['two lines in one millisecond', [at(30_000, 'one'), at(30_000, 'two'), at(30_000, 'three'), at(45_000, 'END')], {}],
  ['two equal lines', [at(30_000, 'same'), at(30_000, 'same'), at(45_000, 'END')], {}],
  [
    'an empty page in the middle',
    [at(30_000, 'one'), at(30_001, 'two'), at(45_000, 'END')],
    { pageSize: 1, empty: [{ before: 1, pages: 3 }] },
  ],
  [
    'more empty pages than one reads at once',
    [at(30_000, 'one'), at(30_001, 'two'), at(45_000, 'END')],
    { empty: [{ before: 1, pages: 30 }] },
  ],
  [
    'an empty page before the very last line',
    [at(30_000, 'one'), at(60_000, 'END', 45_000)],
    { empty: [{ before: 1, pages: 2 }] },
  ],
  ['a stream that begins only after the end', [at(60_000, 'one', 30_000), at(61_000, 'END', 45_000)], {}],
  ['the tail after the end', [at(30_000, 'one'), at(END + 14_000, 'two', 45_000), at(END + 15_000, 'END', 45_500)], {}],
  ['tokens that expire', [at(30_000, 'one'), at(44_000, 'two'), at(45_000, 'END')], { tokenLifetime: 5_000 }],
] as const) {
  test(`${name}: each line arrives once, in order`, async () => {
    double.ecs.tasks.script(task({ ...SHORT, lines }));
    double.logs.script(script);
    const { lines: seen, ended } = await run(world);
    expect(seen).toEqual(lines.map((line) => line.text));
    expect(ended.log.problem).toBeUndefined();
  });
}

test('the last line ends the wait for late lines', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: [at(45_000, 'END')] }));
  await run(world);
  expect(double.clock.elapsed()).toBeLessThan(END + 8_000);
});

test('without the last line we wait 20 s for late lines', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: [at(45_000, 'x')] }));
  await run(world);
  expect(double.clock.elapsed()).toBeGreaterThanOrEqual(END + 20_000);
  expect(double.clock.elapsed()).toBeLessThan(END + 32_000);
});

test('lines after the last line, on later pages, are still read', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: [at(45_000, 'END'), at(45_000, 'stdout, late')] }));
  double.logs.script({ pageSize: 1 });
  expect((await run(world)).lines).toEqual(['END', 'stdout, late']);
});

test('many empty pages do not hide lines after the last line', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: [at(45_000, 'END'), at(45_000, 'stdout, late')] }));
  double.logs.script({ empty: [{ before: 1, pages: 12 }] });
  expect((await run(world)).lines).toEqual(['END', 'stdout, late']);
});

test('a line of 256 KB, invalid UTF-8 and control characters arrive as they are', async () => {
  const texts = ['x'.repeat(262_118), 'caf\ufffd \ud83d\ude00', '\x1b[32mgreen\x1b[0m\r10%\r100%', 'END'];
  double.ecs.tasks.script(task({ ...SHORT, lines: texts }));
  expect((await run(world)).lines).toEqual(texts);
});

test('11,000 lines in a burst are read page after page', async () => {
  const lines = Array.from({ length: 11_000 }, (_, i) => at(30_000, `line ${i}`));
  double.ecs.tasks.script(task({ ...SHORT, lines: [...lines, at(30_000, 'END')] }));
  const { lines: seen } = await run(world);
  expect(seen).toEqual([...lines.map((line) => line.text), 'END']);
  const times = double
    .calls('GetLogEvents')
    .filter(({ at: time }) => time >= 30_000)
    .map(({ at: time }) => time);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(500);
}, 30_000);

test('the log of a quiet build is read some ten times a minute', async () => {
  double.ecs.tasks.script(task({ running: 300_000, lines: [at(30_000, 'one')] }));
  await run(world);
  expect(double.calls('GetLogEvents').length).toBeLessThan(80);
});

for (const kind of ['throttle', 'server-error', 'reset'] as const) {
  test(`reading continues after ${kind} while the task runs and after its end`, async () => {
    double.ecs.tasks.script(task({ ...SHORT, lines: [at(30_000, 'one'), at(45_000, 'END')] }));
    const where = () => double.clock.elapsed() > 31_000 && double.clock.elapsed() < END + 50_000;
    double.fault({ action: 'GetLogEvents', times: 9_999, where, fault: { kind } });
    const { lines, ended } = await run(world);
    expect(lines).toEqual(['one', 'END']);
    expect(ended.log.problem).toBeUndefined();
  });
}

test('where reading the log is denied, the task runs to its end and a warning has the link', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: ['END'] }));
  double.fault({ action: 'GetLogEvents', times: 999, fault: { kind: 'access-denied' } });
  const { lines, ended } = await run(world);
  expect(lines).toEqual([]);
  expect(ended).toMatchObject({ exitCode: 0, log: { problem: expect.stringContaining('AccessDeniedException') } });
  expect(double.calls('GetLogEvents')).toHaveLength(1);
  expect(reported(world, 'warning')).toMatchObject([{ text: expect.stringContaining(ended.log.link) }]);
});

test('where CloudWatch stays out of reach, we wait two minutes and then warn', async () => {
  double.ecs.tasks.script(task({ ...SHORT, lines: ['one', 'END'] }));
  double.fault({ action: 'GetLogEvents', times: 9999, fault: { kind: 'server-error' } });
  const { ended } = await run(world);
  expect(ended).toMatchObject({ exitCode: 0, log: { problem: expect.stringContaining('ServerException') } });
  expect(double.clock.elapsed()).toBeGreaterThan(END + 119_000);
  expect(double.clock.elapsed()).toBeLessThan(END + 180_000);
});

test('any log, in any pages, arrives complete and in order', async () => {
  const plan = fc.record({
    // Gaps between lines in ms: 0 means that two lines share a millisecond.
    gaps: fc.array(fc.constantFrom(0, 0, 1, 200, 3_000), { maxLength: 25 }),
    lag: fc.constantFrom(0, 700, 9_000),
    pageSize: fc.integer({ min: 1, max: 6 }),
    empty: fc.array(fc.record({ before: fc.nat({ max: 25 }), pages: fc.integer({ min: 1, max: 12 }) }), {
      maxLength: 3,
    }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ gaps, lag, pageSize, empty }) => {
      const fresh = await stage();
      let time = 27_000;
      const lines = gaps.map((gap, i) => {
        time = Math.min(time + gap, 45_000);
        return at(time + lag, `line ${i % 4}`, time);
      });
      lines.push(at(45_500 + lag, 'END', 45_500));
      fresh.double.ecs.tasks.script(task({ ...SHORT, lines }));
      fresh.double.logs.script({ pageSize, empty });
      const { lines: seen } = await run(fresh.world);
      await fresh.double.close();
      expect(seen).toEqual(lines.map((line) => line.text));
    }),
    { seed: 20261122, numRuns: 25 },
  );
}, 60_000);

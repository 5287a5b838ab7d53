import type { Fault, FaultRule } from '../double/injected-faults.ts';
import { type LogLine, task } from '../double/scripts/task-scripts.ts';
import type { PageScript } from '../double/state/logs.ts';
import fc from '../support/property.ts';
import { run, stage } from '../support/task-scene.ts';

/** What a container prints as one event of its log: a line, or several lines that the log driver joins. */
interface Printed {
  lines: readonly string[];
  /** Since the event before, and until CloudWatch shows it, in ms. */
  gap: number;
  lag: number;
}

/** A log, how CloudWatch returns it, and the faults on the way. */
interface Plan {
  printed: readonly Printed[];
  /** True where the log's last line is printed; without it the log ends when no more lines come. */
  end: boolean;
  /** From the last event to the container's end, from there to STOPPED; then the last event may be this late. */
  after: number;
  leaving: number;
  late: number;
  script: PageScript;
  faults: readonly FaultRule[];
}

const STARTED = 26_000;
/** The longest time from STOPPED until CloudWatch shows a line. */
const LATEST = 15_000;

/** The event that the log driver sends: it is never empty, so an empty last line keeps its newline. */
const eventOf = (lines: readonly string[]): string => `${lines.join('\n')}${lines.at(-1) === '' ? '\n' : ''}`;

/** Runs a plan. @returns the printed lines, and the delivered ones */
async function carryOut(plan: Plan) {
  const { double, world } = await stage();
  let time = STARTED;
  const events = plan.printed.map(({ lines, gap, lag }) => {
    time += gap;
    return { lines, printedAt: time, at: time + lag };
  });
  if (plan.end) events.push({ lines: ['END'], printedAt: time, at: time });
  const exited = time + plan.after;
  const stopped = exited + plan.leaving;
  let shown = 0;
  const lines = events.map(({ lines: texts, printedAt, at }, index): LogLine => {
    const late = index === events.length - 1 ? plan.late : 0;
    // One log driver sends all lines of a container, in their order.
    shown = Math.min(Math.max(shown, at, late > 0 ? stopped + late : 0), stopped + LATEST);
    return { text: eventOf(texts), printedAt, at: shown };
  });
  const { timeline } = task({ running: exited - STARTED });
  const [leave, stop] = [timeline.at(-2), timeline.at(-1)];
  if (leave && stop) stop.at = leave.at + plan.leaving;
  double.ecs.tasks.script({ timeline, lines });
  double.logs.script(plan.script);
  for (const fault of plan.faults) double.fault({ ...fault });
  try {
    const { lines: seen, ended } = await run(world);
    return { printed: events.flatMap((event) => event.lines), seen, ended, calls: double.calls('GetLogEvents').length };
  } finally {
    await double.close();
  }
}

async function holds(plan: Plan): Promise<void> {
  const { printed, seen, ended } = await carryOut(plan);
  expect(seen).toEqual(printed);
  expect(ended).toMatchObject({ exitCode: 0, timedOut: false, log: { problem: undefined } });
}

const text = fc.oneof(
  {
    arbitrary: fc.constantFrom('same', 'same', '', ' ', 'END of it', '10%\r100%', 'caf\ufffd', '\x1b[32mok\x1b[0m'),
    weight: 8,
  },
  {
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((one) => one.replaceAll('\n', ' ').replaceAll(/\p{Cs}/gu, '\ufffd')),
    weight: 4,
  },
  // The longest event that awslogs sends, and the longest that CloudWatch accepts.
  { arbitrary: fc.constantFrom('x'.repeat(262_118), 'é'.repeat(131_059), 'y'.repeat(1_048_550)), weight: 1 },
);

const printed = fc.record({
  lines: fc.oneof(
    { arbitrary: text.map((one) => [one]), weight: 6 },
    { arbitrary: fc.array(text, { minLength: 2, maxLength: 4 }), weight: 1 },
  ),
  gap: fc.constantFrom(0, 0, 0, 1, 200, 3_000, 40_000),
  lag: fc.constantFrom(0, 0, 700, 5_000, 25_000),
});

const passing: fc.Arbitrary<Fault> = fc.constantFrom(
  { kind: 'throttle' },
  { kind: 'server-error' },
  { kind: 'reset' },
  { kind: 'half' },
  { kind: 'expired-token' },
  { kind: 'error', code: 'ServiceUnavailableException', status: 503 },
  { kind: 'delay', ms: 900 },
  { kind: 'delay', ms: 9_000 },
);
/** One of these is enough for a plan: each takes half a minute. */
const silent: fc.Arbitrary<Fault> = fc.constantFrom({ kind: 'hang' }, { kind: 'delay', ms: 40_000 });
const flapping: Fault = {
  kind: 'error',
  code: 'ResourceNotFoundException',
  message: 'The specified log stream does not exist.',
};

const plan: fc.Arbitrary<Plan> = fc.record({
  printed: fc.array(printed, { maxLength: 20 }),
  end: fc.boolean(),
  after: fc.constantFrom(0, 1_000, 90_000),
  leaving: fc.constantFrom(0, 1_000, 10_000, 45_000),
  late: fc.constantFrom(0, 0, 3_000, LATEST),
  script: fc.record(
    {
      pageSize: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
      empty: fc.array(fc.record({ before: fc.nat({ max: 20 }), pages: fc.integer({ min: 1, max: 30 }) }), {
        maxLength: 3,
      }),
      early: fc.boolean(),
      tokenLifetime: fc.constantFrom(4_000, 30_000),
    },
    { requiredKeys: [] },
  ),
  faults: fc
    .record({
      logs: fc.array(fc.record({ fault: passing, skip: fc.nat({ max: 30 }), times: fc.integer({ min: 1, max: 5 }) }), {
        maxLength: 3,
      }),
      ecs: fc.array(fc.record({ fault: passing, skip: fc.nat({ max: 12 }), times: fc.integer({ min: 1, max: 5 }) }), {
        maxLength: 2,
      }),
      flaps: fc.array(fc.record({ skip: fc.nat({ max: 30 }) }), { maxLength: 1 }),
      silent: fc.option(
        fc.record({
          action: fc.constantFrom('GetLogEvents', 'DescribeTasks'),
          fault: silent,
          skip: fc.nat({ max: 20 }),
        }),
      ),
    })
    .map(({ logs, ecs, flaps, silent: one }) => [
      ...logs.map((rule) => ({ action: 'GetLogEvents', ...rule })),
      ...ecs.map((rule) => ({ action: 'DescribeTasks', ...rule })),
      ...flaps.map((rule) => ({ action: 'GetLogEvents', fault: flapping, ...rule })),
      ...(one === null ? [] : [one]),
    ]),
});

const [seed, runs] = [Number(process.env.LOGS_SEED ?? 20261125), Number(process.env.LOGS_RUNS ?? 8)];

test('with any faults, each line arrives once, complete and in order', async () => {
  await fc.assert(fc.asyncProperty(plan, holds), { seed, numRuns: runs });
}, 600_000);

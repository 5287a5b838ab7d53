import type { Fault, FaultRule } from '../../double/injected-faults.ts';
import { type TaskOptions, type TaskScript, task } from '../../double/scripts/task-scripts.ts';
import { taskTimeline } from '../../double/state/task-view.ts';
import { DIGEST, makeBuildScene, play } from '../../support/build-scene.ts';
import fc from '../../support/property.ts';

// With any faults of the network: never a wrong result, never two tasks for one call, never a task or a part left behind.

const RUNS = Number(process.env.FARGATE_CI_PROPERTY_RUNS ?? 12);
const SHORT: TaskOptions = { provisioning: 3_000, pulling: 1_000, running: 6_000 };
const END = 5_000;

/** How the build itself ends, and the exit status for it. */
const TRUTHS = {
  good: { script: () => play('success', SHORT), pushes: true, status: 0 },
  fails: { script: () => play('run-fails', SHORT), pushes: false, status: 10 },
  forged: { script: () => play('success', SHORT), pushes: false, status: 11 },
  silent: { script: () => task({ ...SHORT, lines: ['compiling'] }), pushes: true, status: 11 },
  killed: { script: () => play('success', { ...SHORT, exitCode: 137 }), pushes: true, status: 12 },
  stopped: {
    script: () => play('success', { ...SHORT, exitCode: null, stopCode: 'UserInitiated' }),
    pushes: true,
    status: 12,
  },
} satisfies Record<string, { script: () => TaskScript; pushes: boolean; status: number }>;

/** The exit status where AWS was out of reach for longer than we wait. */
const UNREACHABLE = 30;

const ACTIONS = [
  ...['GetParametersByPath', 'DescribeTaskDefinition', 'DescribeRepositories', 'HeadObject', 'PutObject'],
  ...['RunTask', 'RunTask', 'DescribeTasks', 'DescribeTasks', 'GetLogEvents', 'DescribeImages', 'StopTask', '*'],
];

const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant<Fault>({ kind: 'throttle' }),
  fc.boolean().map((effect): Fault => ({ kind: 'server-error', effect })),
  fc.boolean().map((effect): Fault => ({ kind: 'reset', effect })),
  fc.constant<Fault>({ kind: 'half' }),
  fc.integer({ min: 100, max: 9_000 }).map((ms): Fault => ({ kind: 'delay', ms })),
);

const rules: fc.Arbitrary<FaultRule[]> = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS),
    fault: faults,
    skip: fc.integer({ min: 0, max: 4 }),
    times: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(Number.POSITIVE_INFINITY)),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Limits faults of the calls that watch the task: if these failed for ever, a build would take minutes to end. */
const bounded = (rule: FaultRule): FaultRule =>
  rule.times === Number.POSITIVE_INFINITY && /^(\*|DescribeTasks|GetLogEvents)$/.test(rule.action)
    ? { ...rule, times: 20 }
    : rule;

async function holds(truth: keyof typeof TRUTHS, wrong: readonly FaultRule[]): Promise<void> {
  const { script, pushes, status: right } = TRUTHS[truth];
  const scene = await makeBuildScene();
  const { double } = scene;
  try {
    double.ecs.tasks.script(script());
    if (pushes)
      double.on('RunTask', () => {
        const pushed = double.ecr.repositories.get('fargate-ci/shop')?.images.length ?? 0;
        // Only a started task pushes: a throttled RunTask call was answered and has started none.
        if (double.ecs.tasks.all.length > 0 && pushed === 0)
          double.clock.after(END, () => double.ecr.push('fargate-ci/shop', '1.4.2', DIGEST));
      });
    for (const rule of wrong) double.fault(bounded(rule));
    const { status, stderr, outcome } = await scene.build();
    const seen = `${status}\n${stderr}`;
    if (status !== UNREACHABLE) expect(seen).toBe(`${right}\n${stderr}`);
    expect(outcome).toMatchObject({ ok: status === 0 });
    expect(double.ecs.tasks.all.length).toBeLessThanOrEqual(1);
    for (const one of double.ecs.tasks.all) {
      const over = taskTimeline(one).some(({ at, stopCode }) => stopCode && one.createdAt + at <= double.clock.now());
      // For a task that could not be stopped a warning names the command that stops it.
      expect(over || /aws ecs (stop-task|list-tasks) /.test(stderr)).toBe(true);
    }
    expect([...double.s3.uploads.values()].filter(({ parts }) => parts.size > 0)).toEqual([]);
  } finally {
    await scene.close();
  }
}

const truths = fc.constantFrom<(keyof typeof TRUTHS)[]>(
  'good',
  'good',
  'fails',
  'forged',
  'silent',
  'killed',
  'stopped',
);

test('with any faults of the network, the result is the true one, or that AWS is out of reach', async () => {
  await fc.assert(fc.asyncProperty(truths, rules, holds), { numRuns: RUNS });
}, 600_000);

import { Failure } from '../../../helper/src/failure.ts';
import type { Fault, FaultRule } from '../../double/injected-faults.ts';
import { rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';
import fc from '../../support/property.ts';
import { dying } from './table/row.ts';

/** Every action that a deployment calls. */
const ACTIONS = [
  'DescribeServices',
  'DescribeTaskDefinition',
  'ListServiceDeployments',
  'RegisterTaskDefinition',
  'CreateService',
  'UpdateService',
  'DescribeServiceRevisions',
  'DescribeServiceDeployments',
  'ListTasks',
  'DescribeTasks',
  'GetLogEvents',
  'DescribeNetworkInterfaces',
] as const;

/** What may go wrong on the network, and for how many requests. A fault of many requests is an outage. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant<Fault>({ kind: 'throttle' }),
  fc.boolean().map((effect): Fault => ({ kind: 'server-error', effect })),
  fc.boolean().map((effect): Fault => ({ kind: 'reset', effect })),
  fc.constant<Fault>({ kind: 'half' }),
  fc.boolean().map((none): Fault => ({ kind: 'cut', none })),
  fc.constant<Fault>({ kind: 'gateway' }),
  fc.integer({ min: 100, max: 20_000 }).map((ms): Fault => ({ kind: 'delay', ms })),
  fc.constant<Fault>({ kind: 'expired-token' }),
  fc.constant<Fault>({ kind: 'stale' }),
);
const write = fc.record({
  action: fc.constantFrom('RegisterTaskDefinition', 'UpdateService', 'CreateService'),
  times: fc.integer({ min: 1, max: 2 }),
  fault,
});
/**
 * Reads may be stale for some seconds, as AWS says of eventual consistency, and not for ever: a registered revision that no read
 * shows cannot be told from a call that was never received.
 */
const endsSoon = ({ kind }: Fault): boolean => kind === 'stale';
const read = fc.array(
  fc
    .record({
      action: fc.constantFrom(...ACTIONS),
      skip: fc.nat(6),
      times: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
        { weight: 1, arbitrary: fc.constant(400) },
      ),
      fault,
    })
    .map((rule) => (endsSoon(rule.fault) ? { ...rule, times: Math.min(rule.times, 3) } : rule)),
  { maxLength: 4 },
);
/** Calls that are not idempotent always meet a fault. */
const faults = fc.tuple(write, read).map(([first, others]): FaultRule[] => [first, ...others]);

/** The deployments of the service that ECS has begun, by the revision's number. */
const rollouts = ({ double }: DeployScene): number[] =>
  (double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? []).map(({ definition }) =>
    Number(/:(\d+)$/.exec(definition.arn)?.[1]),
  );

/** Deploys with these faults, and checks what must be true of any outcome. */
async function check(isFirst: boolean, good: boolean, wire: readonly FaultRule[]): Promise<void> {
  const stage = await makeDeployScene();
  const { double, world } = stage;
  try {
    if (!isFirst) await seedShop(stage);
    double.ecs.services.script(
      good ? succeeds({ after: 40_000 }) : rollsBack({ after: 60_000, tasks: [{ at: 2_000, script: dying }] }),
    );
    const ours = isFirst ? 1 : 2;
    let repeated = 0;
    let acted = false;
    double.on('UpdateService', ({ taskDefinition }) => {
      if (acted && String(taskDefinition).endsWith(`:${ours}`)) repeated += 1;
      acted ||= rollouts(stage).includes(ours);
    });
    for (const one of wire) double.fault(one);
    const given = { image: shop('2'), timeout: 15, ...(isFirst ? { port: 8080 } : {}) };
    const failure = await stage.deploy(given).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) expect({ good }).toEqual({ good: true });
    else {
      expect(failure).toBeInstanceOf(Failure);
      if (!(failure instanceof Failure)) return;
      const { category, message, hint } = failure;
      const categories = good ? ['aws', 'timeout'] : ['aws', 'timeout', 'deploy'];
      expect({ category, message, known: categories.includes(category) }).toMatchObject({ known: true });
      expect(message).not.toBe('');
      expect(hint).not.toBe('');
    }
    const begun = rollouts(stage).filter((revision) => revision === ours).length;
    const revisions = double.ecs.taskDefinitions.find('fargate-ci-shop')?.arn ?? ':0';
    expect({ begun, repeated, newest: Number(/:(\d+)$/.exec(revisions)?.[1]) <= ours }).toEqual({
      repeated: 0,
      begun: begun === 0 && failure !== undefined ? 0 : 1,
      newest: true,
    });
    expect(world.events.filter(({ type }) => type === 'deploy-done')).toHaveLength(failure === undefined ? 1 : 0);
  } finally {
    await double.close();
  }
}

const RUNS = { numRuns: Number(process.env.FAULT_RUNS ?? 6) };

for (const [name, isFirst, good] of [
  ['an update that comes up', false, true],
  ['an update that is rolled back', false, false],
  ['a first deployment that comes up', true, true],
] as const) {
  test(`${name}: whatever happens on the wire, the colour is true or AWS is named, and it is deployed once`, async () => {
    await fc.assert(
      fc.asyncProperty(faults, (wire) => check(isFirst, good, wire)),
      RUNS,
    );
  }, 120_000);
}

import { Failure } from '../../helper/src/failure.ts';
import { succeeds } from '../aws/scripts/rollouts.ts';
import { type Scene, scene, seedShop, shop } from './scene.ts';

/** All that a deployment calls, in both ways. */
const ACTIONS = [
  'DescribeImages',
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
  'DescribeNetworkInterfaces',
] as const;

/** Deploys, and aborts when the `nth` call arrives; undefined where the deployment was done before. */
async function abortAt(stage: Scene, nth: number, given: Record<string, unknown>): Promise<Failure | undefined> {
  const { double, world } = stage;
  let calls = 0;
  let began = 0;
  for (const action of ACTIONS) {
    double.on(action, () => {
      calls += 1;
      if (calls !== nth) return;
      began = double.clock.elapsed();
      world.controller.abort(new Failure('aborted', 'aborted by SIGTERM', { signal: 15 }));
    });
  }
  try {
    await stage.deploy(given);
    return undefined;
  } catch (error) {
    expect(double.clock.elapsed() - began).toBeLessThanOrEqual(10_000);
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** What the message says is left, and what must be true then. */
const STATES: readonly [RegExp, (stage: Scene) => void][] = [
  [/: nothing was changed$/, ({ writes }) => expect(writes()).toEqual({})],
  [/: service shop was not changed$/, ({ writes }) => expect(writes()).toEqual({ RegisterTaskDefinition: 1 })],
  [
    /: ECS rolls service shop back to fargate-ci-shop:1 \(sha256:1{12}\)$/,
    ({ writes }) => expect(writes()).toMatchObject({ UpdateService: 1, StopServiceDeployment: 1 }),
  ],
  [
    /: service shop goes back to fargate-ci-shop:1 \(sha256:1{12}\)$/,
    ({ writes }) => expect(writes()).toMatchObject({ UpdateService: 2 }),
  ],
  [
    /: service shop has nothing to go back to and is scaled to 0 tasks$/,
    ({ double }) => expect(double.ecs.services.find('fargate-ci', 'shop')?.desiredCount).toBe(0),
  ],
  [
    /: service shop has fargate-ci-shop:\d; only its address was not found out yet$/,
    ({ double }) => expect(double.ecs.services.find('fargate-ci', 'shop')?.desiredCount).toBe(1),
  ],
];

for (const [name, seed, given] of [
  ['an update', true, { image: shop('2') }],
  ['a first deployment', false, { image: shop('1'), port: 8080 }],
] as const) {
  test(`${name}, aborted at each of its calls, says what it leaves, and that is so`, async () => {
    const seen = new Set<string>();
    for (let nth = 1; ; nth++) {
      const stage = await scene();
      if (seed) await seedShop(stage);
      stage.double.ecs.services.script(succeeds({ after: 4_000 }));
      const failure = await abortAt(stage, nth, given);
      const { message = '' } = failure ?? {};
      if (failure) {
        expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
        const [pattern, holds] = STATES.find(([one]) => one.test(message)) ?? [];
        expect({ nth, message, known: pattern !== undefined }).toEqual({ nth, message, known: true });
        holds?.(stage);
        seen.add(String(pattern));
      }
      await stage.double.close();
      if (failure === undefined) break;
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
  }, 60_000);
}

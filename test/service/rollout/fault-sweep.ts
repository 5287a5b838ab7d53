import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import { Failure } from '../../../helper/src/failure.ts';
import type { World } from '../../../helper/src/world.ts';
import { succeeds } from '../../double/scripts/rollout-scripts.ts';
import { digest, parameters, type Scene, scene, seedShop, settings, shop } from '../../support/deploy-scene.ts';
import { denied } from './table/row.ts';

/** All that a deployment calls, in every way that it can go. */
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

/** A deployment to be aborted: what there is before, what is asked for, which revision it brings. */
export interface Case {
  name: string;
  given: Readonly<Record<string, unknown>>;
  set(stage: Scene): Promise<unknown>;
  /** Number of the revision that it deploys, and of the one that ran before. */
  ours: number;
  before: number | undefined;
}

/** Its tasks are checked, so that nothing is watched after ECS' success. */
const checked = (stage: Scene) => seedShop(stage, {}, { healthCheck: { command: ['CMD', 'true'] } });

export const cases: readonly Case[] = [
  { name: 'an update', given: { image: shop('2') }, set: seedShop, ours: 2, before: 1 },
  { name: 'an update of a checked service', given: { image: shop('2') }, set: checked, ours: 2, before: 1 },
  { name: 'an update, to be left', given: { image: shop('2'), onAbort: 'leave' }, set: checked, ours: 2, before: 1 },
  {
    name: 'an update without the right to service deployments',
    given: { image: shop('2') },
    set: async (stage) => {
      await checked(stage);
      denied(stage);
    },
    ours: 2,
    before: 1,
  },
  {
    name: 'a first deployment',
    given: { image: shop('1'), port: 8080 },
    set: async () => {},
    ours: 1,
    before: undefined,
  },
  {
    name: 'a rollback',
    given: { rollbackTo: 'previous' },
    set: async (stage) => {
      for (const digit of ['1', '2']) stage.double.ecr.push('fargate-ci/shop', `v${digit}`, digest(digit));
      await checked(stage);
      await stage.deploy({ image: shop('2') });
    },
    ours: 1,
    before: 2,
  },
];

/** No deployment, but tasks that start: an abort sets the count back. */
export const raised: Case = {
  name: 'a count that is raised',
  given: { image: shop('1'), count: 1 },
  set: (stage) => seedShop(stage, { desiredCount: 0 }),
  ours: 1,
  before: 1,
};

/** When the abort comes (`never`: the case sees to it): as the nth call is answered, while it hangs (heard or not), or in the nth sleep. */
export type Moment = 'never' | 'answered' | 'hanging, heard' | 'hanging, not heard' | 'asleep';

/** What became of an aborted deployment; `failure` is missing where it was done before the nth of its moments came. */
export interface Aborted {
  stage: Scene;
  failure: Failure | undefined;
  /** Virtual ms from the abort to the end. */
  took: number;
  /** So many deployments of the revision were started. */
  deployed: number;
}

/**
 * Deploys and aborts at one moment.
 * @param trouble what goes wrong from the abort on
 */
export async function abortAt(
  one: Case,
  moment: Moment,
  nth: number,
  trouble: (stage: Scene) => void = () => {},
): Promise<Aborted> {
  const stage = await scene();
  const { double, world } = stage;
  double.ecs.services.script(succeeds({ after: 4_000 }));
  await one.set(stage);
  double.requests.length = 0;
  const were = rolloutsOf(one, stage);
  let began: number | undefined;
  world.signal.addEventListener('abort', () => {
    began = double.clock.elapsed();
    trouble(stage);
  });
  const abort = (): void => {
    for (const signal of [15, 2]) world.controller.abort(new Failure('aborted', 'aborted by SIGTERM', { signal }));
  };
  let count = 0;
  const next = (): boolean => ++count === nth;
  if (moment === 'answered') for (const action of ACTIONS) double.on(action, () => void (next() && abort()));
  if (moment.startsWith('hanging')) {
    double.fault({ action: '*', skip: nth - 1, fault: { kind: 'hang', effect: moment === 'hanging, heard' } });
    for (const action of ACTIONS) double.on(action, () => void (next() && double.clock.after(1_000, abort)));
  }
  const sleep: World['clock']['sleep'] = (ms, signal) => {
    // What is longer only guards a deadline.
    if (moment === 'asleep' && ms < 10_000 && next()) double.clock.after(ms / 2, abort);
    return double.clock.sleep(ms, signal);
  };
  const clock = { now: () => double.clock.now(), sleep };
  try {
    await deployService({ ...world, clock }, parameters(one.given), settings, '/nowhere');
    return { stage, failure: undefined, took: 0, deployed: rolloutsOf(one, stage) - were };
  } catch (error) {
    if (error instanceof Failure && began !== undefined) {
      return {
        stage,
        failure: error,
        took: double.clock.elapsed() - began,
        deployed: rolloutsOf(one, stage) - were,
      };
    }
    await double.close();
    throw error;
  }
}

/** How often the case's revision was deployed. */
const rolloutsOf = ({ ours }: Case, { double }: Scene): number =>
  (double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? []).filter(({ definition }) =>
    definition.arn.endsWith(`:${ours}`),
  ).length;

/** The service as ECS has it in the end. */
function remains({ double }: Scene) {
  const service = double.ecs.services.find('fargate-ci', 'shop');
  const last = service?.rollouts.at(-1);
  return {
    count: service?.desiredCount,
    runs: Number(/:(\d+)$/.exec(last?.definition.arn ?? '')?.[1]),
    stopped: last?.stoppedAt !== undefined,
    rollouts: service?.rollouts.length ?? 0,
  };
}

/** What a message says is left, and whether that is so. */
const STATES: readonly [RegExp, (one: Case, stage: Scene) => boolean][] = [
  [/: nothing was changed$/, (_, { writes }) => Object.keys(writes()).length === 0],
  [
    /: service shop was not changed$/,
    (one, { writes }) => Object.keys(writes()).join() === (one === raised ? '' : 'RegisterTaskDefinition'),
  ],
  [
    / gave no answer; nothing of it shows yet$/,
    (one, stage) => (one === raised ? remains(stage).count === 0 : remains(stage).runs !== one.ours),
  ],
  [/: ECS rolls service shop back to fargate-ci-shop:\d \(\S+\)$/, (_, stage) => remains(stage).stopped],
  [/: service shop goes back to fargate-ci-shop:\d \(\S+\)$/, (one, stage) => remains(stage).runs === one.before],
  [
    /: service shop has nothing to go back to and is scaled to 0 tasks$/,
    (one, stage) => remains(stage).count === 0 && one.before === undefined,
  ],
  [
    /: ECS calls the deployment of fargate-ci-shop:\d successful, and service shop is left with it$/,
    (one, stage) => remains(stage).runs === one.ours && !remains(stage).stopped && one.given.onAbort === 'leave',
  ],
  [
    /: service shop is scaled to 0 tasks again, as before$/,
    (one, stage) => remains(stage).count === 0 && one.given.count !== undefined,
  ],
  [
    /: the rollout of fargate-ci-shop:\d is left as it is in ECS$/,
    (one, stage) => remains(stage).runs === one.ours && !remains(stage).stopped && one.given.onAbort === 'leave',
  ],
  [
    /: the rollout could not be ended \(.*\) and goes on in ECS$/,
    (one, stage) => remains(stage).runs === one.ours && !remains(stage).stopped,
  ],
];

/** Which state a message tells; fails where it is none, or is not so. */
export function stateOf(one: Case, aborted: Aborted, at: string): string {
  const { stage, failure, took } = aborted;
  const message = failure?.message ?? '';
  const [pattern, holds] = STATES.find(([known]) => known.test(message)) ?? [];
  const so = holds?.(one, stage);
  const once = aborted.deployed <= 1 && stage.double.calls('CreateService').length <= 2;
  const seen = {
    at,
    message,
    so,
    once,
    inTime: took <= 10_000,
    category: failure?.category,
    status: failure?.exitStatus,
  };
  expect(seen).toEqual({ at, message, so: true, once: true, inTime: true, category: 'aborted', status: 143 });
  return String(pattern);
}

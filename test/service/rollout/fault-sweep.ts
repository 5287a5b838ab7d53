import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import { Failure } from '../../../helper/src/failure.ts';
import type { World } from '../../../helper/src/world.ts';
import { succeeds } from '../../double/scripts/rollout-scripts.ts';
import {
  type DeployScene,
  digest,
  makeDeployScene,
  parameters,
  seedShop,
  settings,
  shop,
} from '../../support/deploy-scene.ts';
import { denied } from './table/row.ts';

/** All actions that a deployment may call. */
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

/** A deployment to abort: the service before it, its parameters, and its revision. */
export interface SweepCase {
  name: string;
  given: Readonly<Record<string, unknown>>;
  set(stage: DeployScene): Promise<unknown>;
  /** Number of the revision that it deploys, and of the one that ran before. */
  ours: number;
  before: number | undefined;
}

/** A service with a health check: its tasks are not watched any longer after ECS' success. */
const checked = (stage: DeployScene) => seedShop(stage, {}, { healthCheck: { command: ['CMD', 'true'] } });

export const sweepCases: readonly SweepCase[] = [
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

/** A raised count starts tasks but no deployment. An abort sets it back. */
export const raised: SweepCase = {
  name: 'a count that is raised',
  given: { image: shop('1'), count: 1 },
  set: (stage) => seedShop(stage, { desiredCount: 0 }),
  ours: 1,
  before: 1,
};

/**
 * When the abort comes: as the nth call is answered; while the nth call hangs, and took effect or not; in the nth sleep;
 * `never`: the case aborts by itself.
 */
export type Moment = 'never' | 'answered' | 'hanging, heard' | 'hanging, not heard' | 'asleep';

/** How an aborted deployment ended. Without a failure, the deployment was done before the nth moment came. */
export interface Aborted {
  stage: DeployScene;
  failure: Failure | undefined;
  /** Milliseconds of the double's clock from the abort to the end. */
  took: number;
  /** How many deployments of the revision were started. */
  deployed: number;
}

/**
 * Deploys, and aborts at one moment.
 * @param trouble sets the faults that begin with the abort
 */
export async function abortAt(
  one: SweepCase,
  moment: Moment,
  nth: number,
  trouble: (stage: DeployScene) => void = () => {},
): Promise<Aborted> {
  const stage = await makeDeployScene();
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
    // Longer sleeps are deadlines of calls, not pauses.
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
const rolloutsOf = ({ ours }: SweepCase, { double }: DeployScene): number =>
  (double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? []).filter(({ definition }) =>
    definition.arn.endsWith(`:${ours}`),
  ).length;

/** The service as ECS has it at the end. */
function finalState({ double }: DeployScene) {
  const service = double.ecs.services.find('fargate-ci', 'shop');
  const last = service?.rollouts.at(-1);
  return {
    count: service?.desiredCount,
    runs: Number(/:(\d+)$/.exec(last?.definition.arn ?? '')?.[1]),
    stopped: last?.stoppedAt !== undefined,
    rollouts: service?.rollouts.length ?? 0,
  };
}

/** Each state that a message may tell, and a check whether it is true. */
const STATES: readonly [RegExp, (one: SweepCase, stage: DeployScene) => boolean][] = [
  [/: nothing was changed$/, (_, { writes }) => Object.keys(writes()).length === 0],
  [
    /: service shop was not changed$/,
    (one, { writes }) => Object.keys(writes()).join() === (one === raised ? '' : 'RegisterTaskDefinition'),
  ],
  [
    / gave no answer; nothing of it shows yet$/,
    (one, stage) => (one === raised ? finalState(stage).count === 0 : finalState(stage).runs !== one.ours),
  ],
  [/: ECS rolls service shop back to fargate-ci-shop:\d \(\S+\)$/, (_, stage) => finalState(stage).stopped],
  [/: service shop goes back to fargate-ci-shop:\d \(\S+\)$/, (one, stage) => finalState(stage).runs === one.before],
  [
    /: service shop has nothing to go back to and is scaled to 0 tasks$/,
    (one, stage) => finalState(stage).count === 0 && one.before === undefined,
  ],
  [
    /: ECS calls the deployment of fargate-ci-shop:\d successful, and service shop is left with it$/,
    (one, stage) => finalState(stage).runs === one.ours && !finalState(stage).stopped && one.given.onAbort === 'leave',
  ],
  [
    /: service shop is scaled to 0 tasks again, as before$/,
    (one, stage) => finalState(stage).count === 0 && one.given.count !== undefined,
  ],
  [
    /: the rollout of fargate-ci-shop:\d is left as it is in ECS$/,
    (one, stage) => finalState(stage).runs === one.ours && !finalState(stage).stopped && one.given.onAbort === 'leave',
  ],
  [
    /: the rollout could not be ended \(.*\) and goes on in ECS$/,
    (one, stage) => finalState(stage).runs === one.ours && !finalState(stage).stopped,
  ],
];

/** The pattern of the state that a message tells. Fails where it tells none, or a wrong one. */
export function stateOf(one: SweepCase, aborted: Aborted, at: string): string {
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

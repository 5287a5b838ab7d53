import { DeleteServiceCommand, DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { hangs, rollsBack, succeeds } from '../../../double/scripts/rollout-scripts.ts';
import { type DeployScene, shop } from '../../../support/deploy-scene.ts';
import { afterUpdate, denied, dying, type Row, scale, through } from './row.ts';

const crashing = { ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: 2_000 + index * 30_000, script: dying })) };
const provider = [{ capacityProvider: 'FARGATE_SPOT', weight: 3, base: 1 }];
const first = { seed: false, flags: ['--port', '8080'] } as const;
const remove = ({ world }: DeployScene) =>
  world.aws.ecs.send(new DeleteServiceCommand({ cluster: 'fargate-ci', service: 'shop', force: true }));
const deathsTold = (_: DeployScene, { stderr }: { stderr: string }): void =>
  expect(stderr).toMatch(/died: container shop exited with 1[\s\S]*KeyError: 'DATABASE_URL'/);

/** Tasks that die some seconds after their health checks, like an application that loses its database. */
const looping = [0, 1, 2, 3].map((index) => ({ at: 80_000 + index * 20_000, script: dying }));
const deregister = ({ world }: DeployScene) =>
  world.aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'fargate-ci-shop:1' }));
const underWay = (stage: DeployScene) => stage.deploy({ image: shop('2'), wait: false });

/** Situations beyond ECS' own states: kinds of services, other people's actions, missing permissions. */
export const circumstances: readonly Row[] = [
  { ...first, name: 'first deployment, comes up', script: succeeds(), status: 0, category: '' },
  {
    ...first,
    name: 'first deployment, its tasks die',
    script: crashing,
    status: 20,
    category: 'deploy',
    also: deathsTold,
  },
  {
    ...first,
    name: 'first deployment, circuit breaker `TRIGGERED`, nothing to go back to',
    script: through(
      { at: 0, status: 'IN_PROGRESS', pending: 1 },
      { at: 30_000, status: 'IN_PROGRESS', circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 } },
    ),
    status: 20,
    category: 'deploy',
    also: deathsTold,
  },
  {
    ...first,
    name: 'first deployment, never ends',
    script: hangs(),
    flags: [...first.flags, '--timeout', '2'],
    status: 13,
    category: 'timeout',
  },
  {
    ...first,
    name: 'first deployment, its tasks die; `rollback: false`',
    script: crashing,
    flags: [...first.flags, '--no-rollback'],
    status: 20,
    category: 'deploy',
  },
  {
    name: 'another pipeline deploys the service meanwhile',
    script: hangs(),
    set: afterUpdate(20_000, ({ double }) => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1')),
    status: 21,
    category: 'superseded',
  },
  {
    name: 'we deploy while another deployment is on its way, and fail',
    script: [hangs(), rollsBack({ tasks: [{ at: 2_000, script: dying }] })],
    set: async (stage) => {
      await stage.deploy({ image: 'docker.io/acme/other:1', wait: false });
      await stage.double.clock.sleep(20_000);
    },
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the service is deleted meanwhile',
    script: hangs(),
    set: afterUpdate(20_000, remove),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the service is being deleted already (`DRAINING`)',
    script: succeeds(),
    set: remove,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the service was deleted before (`INACTIVE`): created anew',
    script: succeeds(),
    set: async (stage) => {
      await remove(stage);
      await stage.double.clock.sleep(60_000);
    },
    flags: ['--port', '8080'],
    status: 0,
    category: '',
  },
  {
    name: 'the service is scaled to 0 before a task of ours ran',
    script: succeeds(),
    set: afterUpdate(20_000, scale(0)),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the service is scaled to 0 after a task of ours ran',
    script: succeeds(),
    set: afterUpdate(60_000, scale(0)),
    status: 0,
    category: '',
  },
  {
    name: 'the service was at 0 tasks all the time',
    seed: { desiredCount: 0 },
    script: succeeds(),
    status: 0,
    category: '',
  },
  {
    name: 'autoscaling changes the number of tasks meanwhile',
    script: succeeds(),
    set: afterUpdate(20_000, scale(3)),
    status: 0,
    category: '',
    also: ({ double }) => {
      expect(double.ecs.services.find('fargate-ci', 'shop')?.desiredCount).toBe(3);
      expect(double.calls('UpdateService')[0]?.input).not.toHaveProperty('desiredCount');
    },
  },
  {
    name: 'a task passes its health checks, and dies at the moment of success; the next one stays up',
    script: { ...succeeds(), tasks: [{ at: 74_000, script: dying }] },
    status: 0,
    category: '',
    also: deathsTold,
  },
  {
    name: 'tasks pass their health checks, and die one after the other from then on',
    script: { ...succeeds(), tasks: looping },
    status: 20,
    category: 'deploy',
    also: (stage, seen) => {
      deathsTold(stage, seen);
      expect(stage.writes()).toMatchObject({ UpdateService: 2 });
    },
  },
  {
    name: 'the same; `rollback: false`',
    script: { ...succeeds(), tasks: looping },
    flags: ['--no-rollback'],
    status: 20,
    category: 'deploy',
  },
  {
    ...first,
    name: 'the same, on a first deployment',
    script: { ...succeeds(), tasks: looping },
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the same, and another pipeline has deployed since',
    script: { ...succeeds(), tasks: looping },
    set: afterUpdate(110_000, ({ double }) => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1')),
    status: 21,
    category: 'superseded',
  },
  {
    name: 'a task dies minutes after the success: nobody watches any more',
    script: { ...succeeds(), tasks: [{ at: 400_000, script: dying }] },
    status: 0,
    category: '',
  },
  {
    name: 'the revision that ran before was deregistered, ECS rolls back',
    script: rollsBack({ tasks: [{ at: 2_000, script: dying }] }),
    set: deregister,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'the revision that ran before was deregistered, and ECS may not be told to roll back',
    script: hangs(),
    set: async (stage) => {
      await deregister(stage);
      denied(stage);
    },
    flags: ['--timeout', '2'],
    status: 13,
    category: 'timeout',
    also: ({ double }) => expect(double.calls('UpdateService').at(-1)?.input.taskDefinition).toMatch(/:3$/),
  },
  {
    name: 'ECS goes back already, and another pipeline deploys the service',
    script: through(
      { at: 1_000, status: 'IN_PROGRESS', pending: 1 },
      {
        at: 20_000,
        status: 'ROLLBACK_IN_PROGRESS',
        circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
      },
    ),
    set: afterUpdate(40_000, ({ double }) => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1')),
    status: 20,
    category: 'deploy',
    also: deathsTold,
  },
  {
    name: 'the very revision is being deployed by another already: watched, and it comes up',
    script: succeeds(),
    set: underWay,
    status: 0,
    category: '',
    also: ({ writes }) => expect(writes()).toEqual({}),
  },
  {
    name: 'the very revision is being deployed by another already: watched, and it is rolled back',
    script: rollsBack(),
    set: underWay,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'a blue/green service of ECS itself: its strategy is kept',
    seed: {
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 5,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    },
    script: succeeds(),
    status: 0,
    category: '',
    also: ({ double }) => expect(double.calls('UpdateService')[0]?.input).not.toHaveProperty('deploymentConfiguration'),
  },
  {
    name: 'a canary service whose steps and bake time are no shorter than `timeout`: nothing is begun',
    seed: {
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 5,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    },
    script: succeeds(),
    flags: ['--timeout', '15'],
    status: 2,
    category: 'usage',
    also: ({ double }) => expect(double.calls('RegisterTaskDefinition')).toHaveLength(0),
  },
  {
    name: 'a service whose owner turned the circuit breaker off: it stays off',
    seed: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
    script: succeeds(),
    status: 0,
    category: '',
    also: ({ double }) => expect(double.calls('UpdateService')[0]?.input).not.toHaveProperty('deploymentConfiguration'),
  },
  {
    name: 'a service on a capacity provider: kept as it is',
    seed: { capacityProviderStrategy: provider },
    script: succeeds(),
    status: 0,
    category: '',
    also: ({ double }) => {
      const [update] = double.calls('UpdateService');
      expect(Object.keys(update?.input ?? {})).not.toContain('capacityProviderStrategy');
      expect(double.ecs.services.find('fargate-ci', 'shop')?.settings.capacityProviderStrategy).toEqual(provider);
    },
  },
  ...[
    ['a `DAEMON` service', { schedulingStrategy: 'DAEMON' }],
    ['deployment controller `CODE_DEPLOY`', { deploymentController: { type: 'CODE_DEPLOY' } }],
    ['deployment controller `EXTERNAL`', { deploymentController: { type: 'EXTERNAL' } }],
  ].map(
    ([name, seed]): Row => ({
      name: String(name),
      seed: Object(seed),
      script: succeeds(),
      status: 2,
      category: 'usage',
      also: ({ writes }) => expect(writes()).toEqual({}),
    }),
  ),
];

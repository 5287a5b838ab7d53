import { runsUntilStopped, succeeds } from '../../../double/scripts/rollout-scripts.ts';
import { neverStarts } from '../../../double/scripts/task-scripts.ts';
import type { DeployScene } from '../../../support/deploy-scene.ts';
import { afterUpdate, denied, dying, type Row, scale } from './row.ts';

const count = ({ double }: DeployScene) => double.ecs.services.find('fargate-ci', 'shop')?.desiredCount;
const leaves = (tasks: number) => (stage: DeployScene) => {
  expect(count(stage)).toBe(tasks);
  expect(stage.writes()).not.toHaveProperty('RegisterTaskDefinition');
};

/** ECS starts a new task each time one dies. */
const crashing = [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: dying }));
/** A task for which Fargate has no room. */
const unplaced = [{ at: 3_600_000, script: runsUntilStopped }];
const up = { same: true, seed: { desiredCount: 0 }, flags: ['--count', '1'], script: succeeds() } as const;
const more = { same: true, flags: ['--count', '3'], script: succeeds() } as const;

/** Repeats a step whose first deployment failed and was scaled to 0 tasks. */
const replay = async (stage: DeployScene) => {
  await stage.fail({ image: 'shop:1.4.2', port: 8080 });
  await stage.double.clock.sleep(600_000);
  stage.world.events.length = 0;
};

/** Only the count changes, and ECS starts no deployment. */
const alone: readonly Row[] = [
  { ...up, name: 'count alone, 0 -> 1: the task comes up', status: 0, category: '', also: leaves(1) },
  {
    ...up,
    name: 'count alone, 0 -> 1: its tasks die',
    scale: crashing,
    status: 20,
    category: 'deploy',
    also: leaves(0),
  },
  {
    ...up,
    name: 'count alone, 0 -> 1: its tasks die; `rollback: false`',
    scale: crashing,
    flags: ['--count', '1', '--no-rollback'],
    seed: { desiredCount: 0, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } },
    status: 20,
    category: 'deploy',
    also: leaves(1),
  },
  {
    ...up,
    name: 'count alone, 0 -> 1: one task dies, the next one stays up',
    scale: [
      { at: 0, script: dying },
      { at: 30_000, script: runsUntilStopped },
    ],
    status: 0,
    category: '',
    also: leaves(1),
  },
  {
    ...up,
    name: 'count alone, 0 -> 1: no task is started in time',
    scale: unplaced,
    flags: ['--count', '1', '--timeout', '2'],
    status: 13,
    category: 'timeout',
    also: leaves(0),
  },
  {
    ...up,
    name: "count alone, 0 -> 1: no task is started in time; `onAbort: 'leave'`",
    scale: unplaced,
    flags: ['--count', '1', '--timeout', '2', '--on-abort', 'leave'],
    status: 13,
    category: 'timeout',
    also: leaves(1),
  },
  {
    ...up,
    name: 'count alone, 0 -> 1: the image cannot be pulled, and time is up',
    scale: [{ at: 0, script: neverStarts('CannotPullContainerError: not found', 10_000) }],
    flags: ['--count', '1', '--timeout', '2'],
    status: 20,
    category: 'deploy',
    also: leaves(0),
  },
  {
    seed: false,
    same: true,
    name: 'a first deployment failed and left 0 tasks; the same again, and its tasks die again',
    // With 0 of 0 tasks, ECS calls the first deployment a success.
    script: { ...succeeds({ after: 400_000 }), tasks: crashing },
    scale: crashing,
    set: replay,
    flags: ['--port', '8080'],
    status: 20,
    category: 'deploy',
    also: leaves(0),
  },
  { ...more, name: 'count alone, 1 -> 3: all come up', status: 0, category: '', also: leaves(3) },
  {
    ...more,
    name: 'count alone, 1 -> 3: the new tasks die',
    scale: crashing,
    status: 20,
    category: 'deploy',
    also: leaves(1),
  },
  {
    ...more,
    name: 'count alone, 1 -> 3: autoscaling makes it 4 meanwhile',
    set: afterUpdate(10_000, scale(4)),
    status: 0,
    category: '',
    also: leaves(4),
  },
  {
    ...more,
    name: 'count alone, 1 -> 3: another pipeline deploys the service meanwhile',
    scale: unplaced,
    set: afterUpdate(20_000, ({ double }) => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1')),
    status: 21,
    category: 'superseded',
  },
  {
    ...more,
    name: 'count alone, 0 -> 3: scaled to 0 before a new task ran',
    seed: { desiredCount: 0 },
    scale: unplaced,
    set: afterUpdate(20_000, scale(0)),
    status: 20,
    category: 'deploy',
    also: leaves(0),
  },
  {
    ...more,
    name: 'count alone, 3 -> 1: nothing is started, nothing is watched',
    seed: { desiredCount: 3 },
    flags: ['--count', '1'],
    status: 0,
    category: '',
    also: leaves(1),
  },
];

/** Each row twice: with the service deployments API, and with that API denied. */
export const counts: readonly Row[] = [
  ...alone,
  ...alone.map(
    (row): Row => ({
      ...row,
      name: `denied; ${row.name}`,
      set: async (stage) => {
        denied(stage);
        await row.set?.(stage);
      },
    }),
  ),
];

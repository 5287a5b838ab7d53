import { describeRunning, previousRevisionClause } from '../../../helper/src/service/rollout/describe-running.ts';

const arn = (revision: string) => `arn:aws:ecs:ap-southeast-2:172173733067:task-definition/${revision}`;
const ours = { service: 'shop', taskDefinition: arn('shop:13'), previous: arn('shop:1') };

/** A service whose deployments run one task each. */
const running = (...revisions: string[]) =>
  describeRunning(
    {
      status: 'ACTIVE',
      desiredCount: 1,
      deployments: revisions.map((revision) => ({ taskDefinition: arn(revision), runningCount: 1 })),
    },
    ours,
  );

for (const [name, revisions, expected] of [
  ['the previous revision still runs', ['shop:13', 'shop:1'], ''],
  ['it runs no longer', ['shop:13'], '; before it ran shop:1'],
  ['a revision runs whose name begins with its name', ['shop:13', 'shop:12'], '; before it ran shop:1'],
] as const) {
  test(`the clause about the previous revision: ${name}`, () => {
    expect(previousRevisionClause(running(...revisions), ours)).toBe(expected);
  });
}

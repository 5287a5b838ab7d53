import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../../../double/json-values.ts';
import { exits, type RolloutScript, type RolloutStep } from '../../../double/scripts/rollout-scripts.ts';
import type { Scene } from '../../../support/deploy-scene.ts';
import type { Seen } from '../../../support/host.ts';

/** One state that a deployment can meet, and what the command must make of it. */
export interface Row {
  /** What ECS shows, or what happens meanwhile; Markdown. */
  name: string;
  /** The service as it stands before; false: there is none. */
  seed?: JsonObject | false;
  /** What becomes of our rollout. */
  script: RolloutScript | readonly RolloutScript[];
  /** The image that runs is asked for again, so that no deployment is started. */
  same?: true;
  /** The tasks that a raise of the count starts; all stay up where there are none. */
  scale?: NonNullable<RolloutScript['tasks']>;
  /** What else is so, or happens. */
  set?: (stage: Scene) => unknown;
  flags?: readonly string[];
  status: number;
  /** Of the failure; empty for a success. */
  category: string;
  /** What must be true beside it. */
  also?: (stage: Scene, seen: Seen) => void;
}

/** Dies in any of these rows, and says why. */
export const dying = exits(1, "KeyError: 'DATABASE_URL'");

/** A rollout that goes through these states and stays in the last one, with one task that dies. */
export function through(...steps: readonly RolloutStep[]): RolloutScript {
  return { tasks: [{ at: 2_000, script: dying }], timeline: steps };
}

/** Does something `ms` after our call. */
export function afterUpdate(ms: number, work: (stage: Scene) => unknown, action = 'UpdateService') {
  return (stage: Scene): void => {
    let first = true;
    stage.double.on(action, () => {
      if (first) stage.double.clock.after(ms, () => void work(stage));
      first = false;
    });
  };
}

/** Somebody else sets the number of tasks. */
export const scale = (desiredCount: number) => (stage: Scene) =>
  stage.world.aws.ecs.send(new UpdateServiceCommand({ cluster: 'fargate-ci', service: 'shop', desiredCount }));

/** IAM refuses all that tells of service deployments. */
export function denied({ double }: Scene): void {
  for (const action of ['ListServiceDeployments', 'DescribeServiceDeployments', 'StopServiceDeployment'])
    double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } });
}

import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../../../double/json-values.ts';
import { exitsWith, type RolloutScript, type RolloutStep } from '../../../double/scripts/rollout-scripts.ts';
import type { DeployScene } from '../../../support/deploy-scene.ts';
import type { Seen } from '../../../support/host.ts';

/** A row of docs/rollouts.md: a situation that a deployment can meet, and how the command must end. */
export interface Row {
  /** The situation: what ECS shows, or what happens meanwhile. In Markdown. */
  name: string;
  /** The service before the deployment; false where there is none. */
  seed?: JsonObject | false;
  /** How our rollout goes. */
  script: RolloutScript | readonly RolloutScript[];
  /** The deployment asks for the image that runs already, so ECS starts no deployment. */
  same?: true;
  /** The tasks that a raised count starts; left out where all of them stay up. */
  scale?: NonNullable<RolloutScript['tasks']>;
  /** Prepares everything else: faults, and events during the rollout. */
  set?: (stage: DeployScene) => unknown;
  flags?: readonly string[];
  status: number;
  /** The failure's category; empty for a success. */
  category: string;
  /** Further expectations. */
  also?: (stage: DeployScene, seen: Seen) => void;
}

/** A task that dies, and says why in its log. */
export const dying = exitsWith(1, "KeyError: 'DATABASE_URL'");

/** A rollout with these states, of which the last one stays, and with one task that dies. */
export function through(...steps: readonly RolloutStep[]): RolloutScript {
  return { tasks: [{ at: 2_000, script: dying }], timeline: steps };
}

/** Does something `ms` milliseconds after our call. */
export function afterUpdate(ms: number, work: (stage: DeployScene) => unknown, action = 'UpdateService') {
  return (stage: DeployScene): void => {
    let first = true;
    stage.double.on(action, () => {
      if (first) stage.double.clock.after(ms, () => void work(stage));
      first = false;
    });
  };
}

/** Sets the service's count, as somebody else would. */
export const scale = (desiredCount: number) => (stage: DeployScene) =>
  stage.world.aws.ecs.send(new UpdateServiceCommand({ cluster: 'fargate-ci', service: 'shop', desiredCount }));

/** Denies the calls that read or stop service deployments. */
export function denied({ double }: DeployScene): void {
  for (const action of ['ListServiceDeployments', 'DescribeServiceDeployments', 'StopServiceDeployment'])
    double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } });
}

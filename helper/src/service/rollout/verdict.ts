import type { Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';

/** The state of a rollout at one moment. */
export interface RolloutSnapshot {
  /** Undefined where ECS says that there is no such service. */
  service: Service | undefined;
  /** Our own service deployment; undefined where the API is unavailable. */
  own: ServiceDeployment | undefined;
  /** Service deployments that began after ours. */
  newer: readonly ServiceDeploymentBrief[];
  /** Number of our tasks that died so far. */
  deaths: number;
  /** A task of ours was seen running, now or earlier. */
  ran: boolean;
  /** After a raised count: all tasks run, and are healthy where anything checks them. */
  healthy?: boolean | undefined;
}

/** Why ECS ended a deployment. */
export interface EndReasons {
  /** In words: ECS' own, and facts from its answer. */
  why: readonly string[];
  /** Names of the alarms that went off. */
  alarms?: readonly string[];
}

/** How a rollout stands. `why` is in words. */
export type RolloutVerdict =
  | { kind: 'going' }
  /** All tasks run. A success only where it is seen twice. */
  | { kind: 'steady' }
  /** It failed, and ECS is still rolling it back to `runs`. */
  | ({ kind: 'rolling-back'; runs: string | undefined } & EndReasons)
  | { kind: 'succeeded' }
  /** `complete`: `runs` runs again. `failed`: ECS could not roll back either. Neither: it was not waited for any longer. */
  | ({ kind: 'rolled-back'; complete: boolean; failed: boolean; runs: string | undefined } & EndReasons)
  /** `by`: a newer deployment has taken over since, and decides what runs. */
  | ({ kind: 'failed'; by?: string | undefined } & EndReasons)
  /** Its tasks died one after the other, although ECS calls it a success or has no opinion (a raised count). */
  | { kind: 'dying'; why: readonly string[] }
  | { kind: 'superseded'; by: string }
  /** Somebody stopped the deployment. */
  | ({ kind: 'stopped' } & EndReasons)
  /** Somebody scaled the service to 0 before one of our tasks ran, so nothing shows that it would run. */
  | { kind: 'emptied' }
  | { kind: 'deleted'; status: string };

/** Nothing is decided yet. */
export const GOING: RolloutVerdict = { kind: 'going' };

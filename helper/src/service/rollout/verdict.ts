import type { Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';

/** One look at a rollout. */
export interface RolloutSnapshot {
  /** Undefined where ECS says that there is none. */
  service: Service | undefined;
  /** Our own service deployment; undefined where the API has no answer. */
  own: ServiceDeployment | undefined;
  /** Service deployments that began after ours. */
  newer: readonly ServiceDeploymentBrief[];
  /** Tasks of ours that died so far. */
  deaths: number;
  /** A task of ours was seen running, now or before. */
  ran: boolean;
  /** After a change of the count: all tasks that run are well, as far as somebody checks them. */
  healthy?: boolean | undefined;
}

/** How a rollout stands. `steady` must be seen twice before it is a success. */
export type RolloutVerdict =
  | { kind: 'going' }
  | { kind: 'steady' }
  /** It failed, and ECS is still going back; where that is not waited for, it is a rollback that is not complete. */
  | { kind: 'rolling-back'; why: readonly string[]; runs: string | undefined }
  | { kind: 'succeeded' }
  /** `failed`: ECS could not go back either. */
  | { kind: 'rolled-back'; complete: boolean; failed: boolean; why: readonly string[]; runs: string | undefined }
  /** `by`: a newer deployment has taken over since, and decides what runs. */
  | { kind: 'failed'; why: readonly string[]; by?: string | undefined }
  /** Its tasks died, one after the other, although ECS called it successful, or has no opinion (a change of the count). */
  | { kind: 'dying'; why: readonly string[] }
  | { kind: 'superseded'; by: string }
  | { kind: 'stopped'; why: readonly string[] }
  /** Scaled to 0 tasks before one of ours ran: nothing shows that it would. */
  | { kind: 'emptied' }
  | { kind: 'deleted'; status: string };

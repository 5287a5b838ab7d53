import type {
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { Definition } from '../definition/merge-definition.ts';

/** A change of the count alone that starts tasks. ECS has no deployment for it, and so nobody who calls it good or bad. */
export interface Scaled {
  from: number;
  to: number;
}

/** Settings that belong to a service's revision, as UpdateService takes them back. */
export type SettingsBefore = Pick<
  UpdateServiceCommandInput,
  'networkConfiguration' | 'loadBalancers' | 'capacityProviderStrategy' | 'forceNewDeployment'
>;

/** The deployment that is watched. */
export interface Ours {
  cluster: string;
  service: string;
  /** ARN of the revision. */
  taskDefinition: string;
  /** `ecs-svc/...`; undefined until it is known. */
  id: string | undefined;
  /** When it was created, by AWS' clock. */
  createdAt: Date | undefined;
  /** No deployment ever succeeded: then ECS' circuit breaker has nothing to go back to, and stalls. */
  first: boolean;
  /** ARN of the revision that ECS goes back to: the last that was up, not one that was merely on its way. */
  previous: string | undefined;
  /** Its image. */
  previousImage?: string | undefined;
  /** ARNs of the target groups that its tasks are in. */
  targetGroups?: readonly string[] | undefined;
  /** Settings of the service that our call changed, as they were. */
  settingsBefore?: SettingsBefore | undefined;
  /** Its content, where it was deregistered: ECS still goes back to it, but nobody else can. */
  previousGone?: Definition | undefined;
  /** ECS' circuit breaker rolls a failure back; never on the first deployment. */
  rollsBack: boolean;
  /** Our call started it; else it was there, and is only watched. */
  started: boolean;
  /** Our call started no deployment, but more tasks of what runs: the count before it and after it. */
  scaled?: Scaled | undefined;
  /** Tasks that the service was to have when it began. */
  count: number;
  /** A load balancer or a health check of a container says whether its tasks are well; else ECS asks only that they run. */
  checked: boolean;
}

/** One look at a rollout. */
export interface Look {
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
  well?: boolean | undefined;
}

/** How a rollout stands. `steady` must be seen twice before it is a success. */
export type Verdict =
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

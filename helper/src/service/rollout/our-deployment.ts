import type { ScaleUp, SettingsBefore } from '../plan/deployment-plan.ts';
import type { Definition } from '../revision.ts';

/** The deployment that is watched. */
export interface OurDeployment {
  cluster: string;
  service: string;
  /** ARN of the revision that is deployed. */
  taskDefinition: string;
  /** The deployment's id within the service, `ecs-svc/...`; undefined until it is known. */
  id: string | undefined;
  /** When the deployment was created, by AWS' clock. */
  createdAt: Date | undefined;
  /** No deployment ever succeeded. So ECS' circuit breaker has nothing to go back to, and the deployment stalls. */
  first: boolean;
  /** ARN of the revision that ECS goes back to: the last one that was up, not one that was still being rolled out. */
  previous: string | undefined;
  /** The image of that revision. */
  previousImage?: string | undefined;
  /** The copy of that revision to register, where it was deregistered: ECS can still go back to it, a caller of ECS cannot. */
  copyOfPrevious?: Definition | undefined;
  /** ARNs of the target groups in which its tasks are registered. */
  targetGroups?: readonly string[] | undefined;
  /** Settings of the service that our call changed, as they were. */
  settingsBefore?: SettingsBefore | undefined;
  /** ECS' circuit breaker rolls a failure back. Never true for the first deployment. */
  rollsBack: boolean;
  /** Our call started the deployment. Else it was there before, and is only watched. */
  started: boolean;
  /** Our call started no deployment, but more tasks of the present one. */
  scaleUp?: ScaleUp | undefined;
  /** The service's desired count when the deployment began. */
  count: number;
  /** A load balancer or a container's health check decides whether a task is well. Else ECS only asks that it runs. */
  checked: boolean;
}

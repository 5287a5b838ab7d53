import type { CreateServiceCommandInput, Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { ContainersLeftBehind } from '../definition/merge-definition.ts';
import type { Definition, Revision } from '../revision.ts';

/** The state of a service, and of its task definition's family, before a deployment. */
export interface ObservedService {
  /** The service, where it is ACTIVE. */
  service: Service | undefined;
  /** The revision that the service is set to. */
  present: Revision | undefined;
  /** The revision that the service goes back to when a deployment fails: the last one that was up. */
  lastUp: Revision | undefined;
  /** The newest active revision of the family in which a new revision would be registered. */
  latest: Revision | undefined;
  /** Whether any deployment of the service ever succeeded; undefined where that is not known. */
  everSucceeded: boolean | undefined;
}

/** An update that only raises the count. ECS starts tasks, but no deployment, so it reports no success or failure. */
export interface ScaleUp {
  /** Desired counts, before and after the update. */
  from: number;
  to: number;
}

/** The service's network, load balancers and capacity providers as they were: UpdateService sets them back to these values. */
export type SettingsBefore = Pick<
  UpdateServiceCommandInput,
  'networkConfiguration' | 'loadBalancers' | 'capacityProviderStrategy' | 'forceNewDeployment'
>;

/** What is done to the service. */
export type ServiceStep =
  | { kind: 'create'; request: CreateServiceCommandInput }
  | {
      kind: 'update';
      request: UpdateServiceCommandInput;
      /** ECS starts a deployment for it. */
      deploys: boolean;
      /** ECS starts no deployment, but more tasks. */
      scaleUp?: ScaleUp | undefined;
      /** Settings that the update changes, as they were. */
      before?: SettingsBefore | undefined;
    }
  /** Nothing is changed, but a rollout of the wanted revision is under way. */
  | { kind: 'follow'; present: Service }
  | { kind: 'none'; present: Service };

/** All decisions about a deployment. Plain data, which a dry run shows and a deployment carries out. */
export interface DeploymentPlan {
  /** The definition to register; undefined where `taskDefinition` has this content already. */
  register: Definition | undefined;
  /** ARN of the revision that is deployed; undefined where it is still to be registered. */
  taskDefinition: string | undefined;
  /** Content of the revision that is deployed. */
  definition: Definition;
  /** ARN of the revision that the service is set to now. */
  previous: string | undefined;
  /** The revision that runs again when the deployment fails. */
  fallback: Revision | undefined;
  /** No deployment of the service ever succeeded, so ECS has nothing to go back to. */
  first: boolean;
  /** Whether a failed deployment is undone. */
  undoesFailures: boolean;
  service: ServiceStep;
  /** For people: what differs between the present revision and the new one. */
  changes: readonly string[];
  /** For people: what else changes about the service. */
  serviceChanges: readonly string[];
  /** Content of the revision that is replaced. */
  presentDefinition?: Definition | undefined;
  /** Containers that have the image which is replaced, and keep it. */
  leftBehind?: ContainersLeftBehind | undefined;
  /** What is wrong with the parameters; while there is any complaint, nothing may be changed. */
  complaints: readonly string[];
}

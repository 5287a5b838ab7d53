/** The stacks of one prefix in the order in which they are made. Each needs the stacks before it. */
export const STACK_ORDER = ['network', 'builder', 'jenkins'] as const;

export type MainStack = (typeof STACK_ORDER)[number];

/** A stack's name, as `fargate-ci-builder`. */
export const stackName = (prefix: string, kind: MainStack): string => `${prefix}-${kind}`;

/** The beginning of the names of services' stacks. */
export const serviceStackPrefix = (prefix: string): string => `${prefix}-service-`;

/** The name of a service's stack, as `fargate-ci-service-shop`. CloudFormation allows no underscore in it. */
export const serviceStackName = (prefix: string, service: string): string =>
  `${serviceStackPrefix(prefix)}${service.replace(/_/g, '-')}`;

/** The types of resources that hold data of people, and which data. */
const DATA: Readonly<Record<string, string>> = {
  'AWS::EFS::FileSystem': 'the file system of Jenkins: jobs, builds, credentials',
  'AWS::S3::Bucket': 'the bucket of build contexts',
  'AWS::ECR::Repository': 'a repository of images',
  'AWS::SecretsManager::Secret': 'a secret',
};

/** The data that would be lost with a resource of a type; undefined where there is none. */
export const dataHeldBy = (type: string): string | undefined => DATA[type];

/** A stack as CloudFormation describes it. */
export interface ObservedStack {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Time of its last change, in milliseconds since the epoch. */
  readonly changed: number;
}

/** What can be done with a stack, by its status. */
type StackCondition =
  /** It can be changed. */
  | 'settled'
  /** An operation on it is under way. */
  | 'busy'
  /** A failed first attempt left it. It must be deleted before its name can be used. */
  | 'leftover'
  /** A change set was made for it and never carried out, so it has no resources. */
  | 'empty'
  /** A rollback failed. CloudFormation allows nothing but to continue it. */
  | 'stuck';

/** Reads a stack's status. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export function conditionOf(status: string): StackCondition {
  if (status === 'REVIEW_IN_PROGRESS') return 'empty';
  if (status.endsWith('_IN_PROGRESS')) return 'busy';
  if (/^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(status)) return 'leftover';
  if (/^(UPDATE_ROLLBACK_FAILED|IMPORT_ROLLBACK_FAILED)$/.test(status)) return 'stuck';
  // So is UPDATE_FAILED, the state after an update whose rollback is disabled: a next update goes on from it.
  return 'settled';
}

/** Whether a status is that of an operation that succeeded. */
export const operationSucceeded = (status: string): boolean => /^(CREATE|UPDATE|IMPORT|DELETE)_COMPLETE$/.test(status);

/** The page of a stack in the AWS console. */
export const stackLink = (region: string, id: string): string =>
  `https://${region}.console.aws.amazon.com/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${encodeURIComponent(id)}`;

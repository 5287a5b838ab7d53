/** The stacks of one prefix in the order in which they are made; each needs those before it. */
export const STACK_ORDER = ['network', 'builder', 'jenkins'] as const;

export type MainStack = (typeof STACK_ORDER)[number];

/** A stack's name: `fargate-ci-builder`; of a service: `fargate-ci-service-shop`. */
export const stackName = (prefix: string, kind: MainStack): string => `${prefix}-${kind}`;

/** How the names of services' stacks begin. */
export const serviceStackPrefix = (prefix: string): string => `${prefix}-service-`;

/** What an underscore becomes, which no stack's name may have. */
export const serviceStackName = (prefix: string, service: string): string =>
  `${serviceStackPrefix(prefix)}${service.replace(/_/g, '-')}`;

/** Resources whose loss or replacement loses what people keep in them. */
const DATA: Readonly<Record<string, string>> = {
  'AWS::EFS::FileSystem': 'the file system of Jenkins: jobs, builds, credentials',
  'AWS::S3::Bucket': 'the bucket of build contexts',
  'AWS::ECR::Repository': 'a repository of images',
  'AWS::SecretsManager::Secret': 'a secret',
};

/** What a type of resource holds that would be lost with it; undefined where that is nothing. */
export const dataHeldBy = (type: string): string | undefined => DATA[type];

/** A stack as CloudFormation has it. */
export interface ObservedStack {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** When it was last changed, in milliseconds since the epoch. */
  readonly changed: number;
}

/** What can be done with a stack in its state. */
export type StackCondition =
  /** It can be changed. */
  | 'settled'
  /** Somebody's operation is under way. */
  | 'busy'
  /** What a failed first attempt left; holds nothing, must go before the name can be used. */
  | 'leftover'
  /** A change set was made for it and never executed: it has no resources. */
  | 'empty'
  /** A rollback failed; CloudFormation takes nothing but its continuation. */
  | 'stuck';

/** Reads a stack's status. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export function conditionOf(status: string): StackCondition {
  if (status === 'REVIEW_IN_PROGRESS') return 'empty';
  if (status.endsWith('_IN_PROGRESS')) return 'busy';
  if (/^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(status)) return 'leftover';
  if (/^(UPDATE_ROLLBACK_FAILED|IMPORT_ROLLBACK_FAILED)$/.test(status)) return 'stuck';
  // UPDATE_FAILED is what a disabled rollback leaves: a next update goes on from it.
  return 'settled';
}

/** True where an operation came to a good end. */
export const operationSucceeded = (status: string): boolean => /^(CREATE|UPDATE|IMPORT|DELETE)_COMPLETE$/.test(status);

/** Where a person looks at a stack. */
export const stackLink = (region: string, id: string): string =>
  `https://${region}.console.aws.amazon.com/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${encodeURIComponent(id)}`;

/** The names from which the ARNs of resources are made. */
export interface ResourceNames {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly prefix: string;
  /** The name of the cluster, not its ARN. */
  readonly cluster: string;
  readonly bucket: string;
  readonly builderFamily: string;
  /** Log group of builds; undefined where it is not known. */
  readonly buildLogGroup: string | undefined;
  /** The beginning of the repositories' names in ECR; undefined where the registry is not this account's ECR. */
  readonly namespace: string | undefined;
  /** ARNs of the roles that tasks get. */
  readonly roles: readonly string[];
}

/** Actions that a policy allows or refuses together: on the same kind of resource, under the same conditions. */
interface NeededPermission {
  readonly actions: readonly string[];
  /** What builds or deployments need it for. */
  readonly purpose: string;
  /** ARNs of examples that the actions act on. Without any, the permission is not needed here. */
  resources(names: ResourceNames): readonly string[];
  /** Condition keys that policies may look at, with the values of a real request. */
  context?(names: ResourceNames): Readonly<Record<string, string>>;
}

const ecsArn = (names: ResourceNames, resource: string): string =>
  `arn:${names.partition}:ecs:${names.region}:${names.account}:${resource}`;
const inCluster = (names: ResourceNames) => ({ 'ecs:cluster': ecsArn(names, `cluster/${names.cluster}`) });
/** Only the form of a name counts in a simulation: nothing of this name needs to exist. */
const EXAMPLE_ID = '0123456789abcdef0123456789abcdef';

/**
 * All actions that builds and deployments call. The builder stack's caller policy grants the same ones (a test compares the
 * two). The Service Authorization Reference lists which resources each action has.
 */
export const NEEDED_PERMISSIONS: readonly NeededPermission[] = [
  {
    actions: ['ssm:GetParametersByPath'],
    purpose: 'read the settings',
    resources: ({ partition, region, account, prefix }) => [
      `arn:${partition}:ssm:${region}:${account}:parameter/${prefix}`,
    ],
  },
  {
    actions: [
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ],
    purpose: 'send the build context, and go on from an earlier one',
    resources: ({ partition, bucket }) => [`arn:${partition}:s3:::${bucket}/contexts/${EXAMPLE_ID}.tar.gz`],
  },
  {
    actions: ['s3:ListBucketMultipartUploads'],
    purpose: 'find an upload whose beginning got no answer, and end it',
    resources: ({ partition, bucket }) => [`arn:${partition}:s3:::${bucket}`],
    context: () => ({ 's3:prefix': `contexts/${EXAMPLE_ID}${EXAMPLE_ID}.tar.gz` }),
  },
  {
    actions: ['ecs:RunTask'],
    purpose: 'start a build',
    resources: (names) => [ecsArn(names, `task-definition/${names.builderFamily}:1`)],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeTasks', 'ecs:StopTask'],
    purpose: 'follow a build, and stop it',
    resources: (names) => [ecsArn(names, `task/${names.cluster}/${EXAMPLE_ID}`)],
    context: inCluster,
  },
  {
    actions: ['ecs:ListTasks'],
    purpose: "find a service's tasks",
    resources: () => ['*'],
    context: inCluster,
  },
  {
    actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
    purpose: 'register revisions of services, and of builds with secrets',
    resources: (names) => [ecsArn(names, `task-definition/${names.prefix}-shop:1`)],
  },
  {
    actions: ['ecs:CreateService', 'ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
    purpose: 'deploy a service',
    resources: (names) => [ecsArn(names, `service/${names.cluster}/shop`)],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
    purpose: 'follow a deployment, and roll it back',
    resources: (names) => [
      ecsArn(names, `service/${names.cluster}/shop`),
      ecsArn(names, `service-deployment/${names.cluster}/shop/0123456789abcdef`),
    ],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeServiceRevisions'],
    purpose: 'tell whose deployment is under way',
    resources: (names) => [ecsArn(names, `service-revision/${names.cluster}/shop/1234567890123456`)],
    context: inCluster,
  },
  {
    actions: [
      'ec2:DescribeNetworkInterfaces',
      'ecs:DescribeTaskDefinition',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    purpose: 'read task definitions, and where a service answers and how',
    resources: () => ['*'],
  },
  {
    actions: ['iam:PassRole'],
    purpose: 'give tasks their roles',
    resources: ({ roles }) => roles,
    context: () => ({ 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
  },
  {
    actions: ['logs:GetLogEvents'],
    purpose: 'show the log of a build',
    resources: ({ partition, region, account, buildLogGroup }) =>
      buildLogGroup === undefined
        ? []
        : [
            `arn:${partition}:logs:${region}:${account}:log-group:${buildLogGroup}:log-stream:build/kaniko/${EXAMPLE_ID}`,
          ],
  },
  {
    actions: ['ecr:CreateRepository', 'ecr:DescribeImages', 'ecr:DescribeRepositories'],
    purpose: 'prove what was pushed, and make repositories',
    resources: ({ partition, region, account, namespace }) =>
      namespace === undefined ? [] : [`arn:${partition}:ecr:${region}:${account}:repository/${namespace}/shop`],
  },
  {
    actions: ['secretsmanager:DescribeSecret'],
    purpose: 'find secrets by their names',
    resources: ({ partition, region, account, prefix }) => [
      `arn:${partition}:secretsmanager:${region}:${account}:secret:${prefix}/build/example-AbCdEf`,
    ],
  },
  {
    actions: ['secretsmanager:GetSecretValue'],
    purpose: "hide the values of builds' secrets in the log",
    resources: ({ partition, region, account, prefix }) => [
      `arn:${partition}:secretsmanager:${region}:${account}:secret:${prefix}/build/example-AbCdEf`,
    ],
  },
  {
    actions: ['ssm:GetParameters'],
    purpose: "hide the values of builds' secrets in the log",
    resources: ({ partition, region, account, prefix }) => [
      `arn:${partition}:ssm:${region}:${account}:parameter/${prefix}/build/example`,
    ],
  },
];

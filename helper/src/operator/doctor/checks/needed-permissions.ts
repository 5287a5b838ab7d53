/** The names that the resources of permissions are made of. */
export interface ResourceNames {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly prefix: string;
  /** Its name, not its ARN. */
  readonly cluster: string;
  readonly bucket: string;
  readonly builderFamily: string;
  /** Log group of builds; undefined where it is not known. */
  readonly buildLogGroup: string | undefined;
  /** Below which images are kept in ECR; undefined where the registry is not this account's ECR. */
  readonly namespace: string | undefined;
  /** ARNs of the roles that tasks get. */
  readonly roles: readonly string[];
}

/** Actions that are allowed or refused together: the same kind of resource, under the same conditions. */
export interface NeededPermission {
  readonly actions: readonly string[];
  /** What does not work without it. */
  readonly purpose: string;
  /** Examples of what they act on; none: the permission is not needed here. */
  resources(place: ResourceNames): readonly string[];
  /** Keys that policies may look at, as the real request has them. */
  context?(place: ResourceNames): Readonly<Record<string, string>>;
}

const ecs = (place: ResourceNames, resource: string): string =>
  `arn:${place.partition}:ecs:${place.region}:${place.account}:${resource}`;
const inCluster = (place: ResourceNames) => ({ 'ecs:cluster': ecs(place, `cluster/${place.cluster}`) });
/** Only the form of the names counts: nothing of this name needs to exist. */
const EXAMPLE_ID = '0123456789abcdef0123456789abcdef';

/**
 * Everything that a build and a deployment call: the same actions that the builder stack's caller policy grants (a test
 * compares the two). Resources are as the Service Authorization Reference has them.
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
    resources: (place) => [ecs(place, `task-definition/${place.builderFamily}:1`)],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeTasks', 'ecs:StopTask'],
    purpose: 'follow a build, and stop it',
    resources: (place) => [ecs(place, `task/${place.cluster}/${EXAMPLE_ID}`)],
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
    resources: (place) => [ecs(place, `task-definition/${place.prefix}-shop:1`)],
  },
  {
    actions: ['ecs:CreateService', 'ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
    purpose: 'deploy a service',
    resources: (place) => [ecs(place, `service/${place.cluster}/shop`)],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
    purpose: 'follow a deployment, and roll it back',
    resources: (place) => [
      ecs(place, `service/${place.cluster}/shop`),
      ecs(place, `service-deployment/${place.cluster}/shop/0123456789abcdef`),
    ],
    context: inCluster,
  },
  {
    actions: ['ecs:DescribeServiceRevisions'],
    purpose: 'tell whose deployment is under way',
    resources: (place) => [ecs(place, `service-revision/${place.cluster}/shop/1234567890123456`)],
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

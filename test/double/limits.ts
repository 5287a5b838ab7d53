import type { ServiceName } from './action.ts';
import type { FakeClock } from './clock.ts';

/** A token bucket that some actions of a service share, within an account and region. */
export interface Quota {
  service: ServiceName;
  actions: readonly string[];
  /** How many calls the full bucket allows at once, and how many it regains in a second. */
  burst: number;
  perSecond: number;
}

const ecs = (burst: number, perSecond: number, ...actions: string[]): Quota => ({
  service: 'ecs',
  actions,
  burst,
  perSecond,
});

/**
 * AWS' defaults, as its documentation has them:
 * - ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html. RunTask counts twice: Fargate has a
 *   rate of its own, 20 a second without any burst (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html).
 * - CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html. GetLogEvents has 25 a second
 *   in most regions, but 10 in us-west-2, eu-west-1, eu-central-1 and some more; it cannot be raised.
 * - SSM: GetParameter, GetParameters and GetParametersByPath share 40 a second
 *   (https://docs.aws.amazon.com/general/latest/gr/ssm.html).
 * - EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html. ELB:
 *   https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-api-throttling.html.
 * - S3: 3,500 writes and 5,500 reads a second for each prefix; here for all together
 *   (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
 * - ECR publishes GetAuthorizationToken's alone (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html): what is said
 *   of the others here is a cautious guess.
 */
export function defaultQuotas(getLogEventsPerSecond = 25): Quota[] {
  return [
    ecs(50, 20, 'DescribeClusters', 'ListClusters'),
    ecs(20, 1, 'RegisterTaskDefinition', 'DeregisterTaskDefinition'),
    ecs(50, 20, 'DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'),
    ecs(5, 1, 'DeleteTaskDefinitions'),
    ecs(20, 10, 'TagResource', 'UntagResource'),
    ecs(100, 40, 'RunTask', 'StopTask'),
    ecs(20, 20, 'RunTask'),
    ecs(100, 20, 'DescribeTasks', 'ListTasks'),
    ecs(50, 5, 'CreateService', 'UpdateService', 'DeleteService'),
    ecs(100, 20, 'DescribeServices', 'ListServices'),
    ecs(50, 20, 'DescribeServiceDeployments', 'ListServiceDeployments'),
    ecs(50, 20, 'DescribeServiceRevisions'),
    { service: 'logs', actions: ['GetLogEvents'], burst: getLogEventsPerSecond, perSecond: getLogEventsPerSecond },
    { service: 'logs', actions: ['DescribeLogStreams'], burst: 25, perSecond: 25 },
    { service: 'logs', actions: ['DescribeLogGroups'], burst: 10, perSecond: 10 },
    { service: 'logs', actions: ['FilterLogEvents'], burst: 5, perSecond: 5 },
    { service: 'ssm', actions: ['GetParameter', 'GetParameters', 'GetParametersByPath'], burst: 40, perSecond: 40 },
    { service: 'ecr', actions: ['GetAuthorizationToken'], burst: 500, perSecond: 500 },
    { service: 'ecr', actions: ['DescribeImages'], burst: 20, perSecond: 10 },
    { service: 'ecr', actions: ['DescribeRepositories'], burst: 20, perSecond: 10 },
    { service: 'ecr', actions: ['CreateRepository'], burst: 10, perSecond: 5 },
    { service: 'ec2', actions: ['DescribeNetworkInterfaces'], burst: 100, perSecond: 20 },
    {
      service: 'elbv2',
      actions: [
        'DescribeLoadBalancers',
        'DescribeListeners',
        'DescribeRules',
        'DescribeTargetGroups',
        'DescribeTargetHealth',
      ],
      burst: 40,
      perSecond: 10,
    },
    { service: 's3', actions: ['PutObject', 'UploadPart', 'CreateMultipartUpload'], burst: 3_500, perSecond: 3_500 },
    { service: 's3', actions: ['GetObject', 'HeadObject', 'ListObjectsV2'], burst: 5_500, perSecond: 5_500 },
  ];
}

interface Bucket {
  quota: Quota;
  tokens: number;
  at: number;
}

/** The quotas in force. There are none before `enforce`. A refused call takes no token. */
export class Limits {
  #buckets: Bucket[] = [];

  constructor(private readonly clock: Pick<FakeClock, 'now'>) {}

  enforce(quotas: readonly Quota[]): void {
    this.#buckets = quotas.map((quota) => ({ quota, tokens: quota.burst, at: this.clock.now() }));
  }

  /** True if none of the quotas that count this call refuses it. */
  admits(service: ServiceName, action: string): boolean {
    const now = this.clock.now();
    const concerned = this.#buckets.filter(({ quota }) => quota.service === service && quota.actions.includes(action));
    for (const bucket of concerned) {
      const refilled = bucket.tokens + ((now - bucket.at) / 1_000) * bucket.quota.perSecond;
      [bucket.tokens, bucket.at] = [Math.min(bucket.quota.burst, refilled), now];
    }
    if (concerned.some(({ tokens }) => tokens < 1)) return false;
    for (const bucket of concerned) bucket.tokens -= 1;
    return true;
  }
}

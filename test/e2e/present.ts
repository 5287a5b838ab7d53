import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListClustersCommand, ListTaskDefinitionFamiliesCommand } from '@aws-sdk/client-ecs';
import { DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListHostedZonesCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { localConfig } from '../../local/cloud/aws-clients.ts';
import { listEc2 } from '../../local/cloud/ec2-lists.ts';
import { aws, cloud } from './cloud.ts';
import { PREFIX } from './platform.ts';

const config = localConfig(cloud.endpoint);
const efs = new EFSClient(config);
const iam = new IAMClient(config);
const logs = new CloudWatchLogsClient(config);
const route53 = new Route53Client(config);
const s3 = new S3Client({ ...config, forcePathStyle: true });
const secretsManager = new SecretsManagerClient(config);
afterAll(() => {
  for (const client of [efs, iam, logs, route53, s3, secretsManager]) client.destroy();
});

type Names = readonly (string | undefined)[];

/** Names of everything that is there of this prefix or domain, each behind its kind. */
export async function present(domain: string): Promise<string[]> {
  const { Stacks = [] } = await aws.cloudFormation.send(new DescribeStacksCommand());
  const { LoadBalancers = [] } = await aws.loadBalancing.send(new DescribeLoadBalancersCommand());
  const { TargetGroups = [] } = await aws.loadBalancing.send(new DescribeTargetGroupsCommand());
  const { Roles = [] } = await iam.send(new ListRolesCommand());
  const { Policies = [] } = await iam.send(new ListPoliciesCommand());
  const { clusterArns = [] } = await aws.ecs.send(new ListClustersCommand());
  const active = new ListTaskDefinitionFamiliesCommand({ familyPrefix: PREFIX, status: 'ACTIVE' });
  const { families = [] } = await aws.ecs.send(active);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const { FileSystems = [] } = await efs.send(new DescribeFileSystemsCommand());
  const { repositories = [] } = await aws.ecr.send(new DescribeRepositoriesCommand());
  const { SecretList = [] } = await secretsManager.send(new ListSecretsCommand());
  const below = new GetParametersByPathCommand({ Path: `/${PREFIX}`, Recursive: true });
  const { Parameters = [] } = await aws.ssm.send(below);
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand());
  const found: readonly (readonly [kind: string, names: Names])[] = [
    ['stack', Stacks.map((one) => one.StackName)],
    ['load balancer', LoadBalancers.map((one) => one.LoadBalancerName)],
    ['target group', TargetGroups.map((one) => one.TargetGroupName)],
    ['security group', await listEc2(cloud.endpoint, 'DescribeSecurityGroups', 'groupName')],
    ['VPC', await listEc2(cloud.endpoint, 'DescribeVpcs', 'value')], // of its tags
    ['role', Roles.map((one) => one.RoleName)],
    ['policy', Policies.map((one) => one.PolicyName)],
    ['cluster', clusterArns],
    ['task definition', families],
    ['bucket', Buckets.map((one) => one.Name)],
    // They have no names, and nothing else here makes any.
    ['file system', FileSystems.map((one) => `${one.FileSystemId} of ${PREFIX}`)],
    ['repository', repositories.map((one) => one.repositoryName)],
    ['secret', SecretList.map((one) => one.Name)],
    ['parameter', Parameters.map((one) => one.Name)],
    ['log group', logGroups.map((one) => one.logGroupName)],
    ['record', (await recordNames()).filter((name) => name !== `${domain}.`)],
  ];
  return found.flatMap(([kind, names]) =>
    names.flatMap((name = '') => (name.includes(PREFIX) || name.includes(domain) ? [`${kind} ${name}`] : [])),
  );
}

/** The names of all DNS records. */
async function recordNames(): Promise<Names> {
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand());
  const lists = await Promise.all(
    HostedZones.map(({ Id }) => route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }))),
  );
  return lists.flatMap(({ ResourceRecordSets = [] }) => ResourceRecordSets.map((one) => one.Name));
}

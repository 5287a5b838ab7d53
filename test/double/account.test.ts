import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from '../../helper/src/aws/ec2-commands.ts';
import { CREDENTIALS, testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedNetwork } from './scripts/network-fixtures.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
});
afterEach(() => double.close());

const config = () => ({
  region: double.place.region,
  endpoint: double.url,
  credentials: CREDENTIALS,
  maxAttempts: 1,
});

test('a role has the path that it was made with; others do not exist', async () => {
  const iam = new IAMClient(config());
  double.iam.createRole('builder', '/teams/a/');
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'builder' }));
  expect(Role).toMatchObject({ Arn: 'arn:aws:iam::172173733067:role/teams/a/builder', Path: '/teams/a/' });
  await expect(iam.send(new GetRoleCommand({ RoleName: 'x' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test("a service's own role is made once", async () => {
  const iam = new IAMClient(config());
  const make = () => iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }));
  expect((await make()).Role?.RoleName).toBe('AWSServiceRoleForECS');
  await expect(make()).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('a simulation decides of each resource by itself', async () => {
  const iam = new IAMClient(config());
  const PolicySourceArn = double.iam.createRole('ci');
  double.iam.refuse('iam:PassRole', { on: 'b', decision: 'explicitDeny', missing: ['aws:SourceIp'] });
  const input = { PolicySourceArn, ActionNames: ['iam:PassRole', 'ecs:RunTask'] };
  const { EvaluationResults: several = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ ...input, ResourceArns: ['role/a', 'role/b'] }),
  );
  expect(several.map((one) => one.EvalDecision)).toEqual(['allowed', 'allowed']);
  const decisions = several.map((one) => one.ResourceSpecificResults?.map((part) => part.EvalResourceDecision));
  expect(decisions).toEqual([
    ['allowed', 'explicitDeny'],
    ['allowed', 'allowed'],
  ]);
  const { EvaluationResults: single = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({ ...input, ResourceArns: ['role/b'] }),
  );
  expect(single[0]).toMatchObject({
    EvalResourceName: 'role/b',
    EvalDecision: 'explicitDeny',
    MissingContextValues: ['aws:SourceIp'],
  });
  await expect(
    iam.send(new SimulatePrincipalPolicyCommand({ ...input, PolicySourceArn: `${PolicySourceArn}x` })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test("a quota is the account's own, else AWS' default", async () => {
  const quotas = new ServiceQuotasClient(config());
  const key = { ServiceCode: 'fargate', QuotaCode: 'L-3032A538' };
  await expect(quotas.send(new GetServiceQuotaCommand(key))).rejects.toMatchObject({ name: 'NoSuchResourceException' });
  expect((await quotas.send(new GetAWSDefaultServiceQuotaCommand(key))).Quota?.Value).toBe(6);
  double.quotas.values.set('L-3032A538', 64);
  expect((await quotas.send(new GetServiceQuotaCommand(key))).Quota?.Value).toBe(64);
});

test('networks by one filter', async () => {
  seedNetwork(double);
  const { ec2 } = testAws(double);
  const bySubnet = { Filter: [{ Name: 'subnet-id', Value: ['subnet-0b2'] }] };
  const { subnetSet } = await ec2.send(new DescribeSubnetsCommand(bySubnet));
  expect(subnetSet).toMatchObject([{ subnetId: 'subnet-0b2' }]);
  const byVpc = { Filter: [{ Name: 'vpc-id', Value: ['vpc-0'] }] };
  expect((await ec2.send(new DescribeRouteTablesCommand(byVpc))).routeTableSet).toEqual([]);
  expect((await ec2.send(new DescribeVpcEndpointsCommand({}))).vpcEndpointSet).toEqual([]);
  const { securityGroupInfo = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const ranges = securityGroupInfo.flatMap(({ ipPermissionsEgress = [] }) => ipPermissionsEgress);
  expect(ranges).toContainEqual(expect.objectContaining({ ipRanges: [{ cidrIp: '0.0.0.0/0' }] }));
});

test('log groups by prefix, with their retention; a bucket of another region', async () => {
  const { logs, s3 } = testAws(double);
  for (const name of ['/b', '/a/2', '/a']) double.logs.createGroup(name);
  double.logs.retention.set('/a', 90);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/a' }));
  expect(logGroups?.map((one) => [one.logGroupName, one.retentionInDays])).toEqual([
    ['/a', 90],
    ['/a/2', undefined],
  ]);
  double.s3.createBucket('far', 'eu-west-1');
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'far' }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 301 },
  });
});

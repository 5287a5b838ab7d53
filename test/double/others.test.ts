import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetRegistryScanningConfigurationCommand,
} from '@aws-sdk/client-ecr';
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { DescribeNetworkInterfacesCommand } from '../../helper/src/aws/ec2-commands.ts';
import { CREDENTIALS, testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';
import { seedBuilder } from './scripts/builder-fixtures.ts';
import { digestOfText } from './state/ecr.ts';

let double: Double;
let aws: ReturnType<typeof testAws>;
beforeEach(async () => {
  double = await startDouble();
  aws = testAws(double);
});
afterEach(() => double.close());

test('ECR: a repository is missing, made once, and found', async () => {
  const repositoryName = 'fargate-ci/shop';
  const find = () => aws.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  const make = () => aws.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  await expect(find()).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  const uri = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/shop';
  expect((await make()).repository?.repositoryUri).toBe(uri);
  await expect(make()).rejects.toMatchObject({ name: 'RepositoryAlreadyExistsException' });
  expect((await find()).repositories).toMatchObject([{ repositoryUri: uri }]);
  const bad = aws.ecr.send(new CreateRepositoryCommand({ repositoryName: 'Shop' }));
  await expect(bad).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('ECR: a tag names the image pushed last; the older one keeps its digest', async () => {
  const describe1 = async (imageId: { imageTag?: string; imageDigest?: string }) => {
    const command = new DescribeImagesCommand({ repositoryName: 'shop', imageIds: [imageId] });
    return (await aws.ecr.send(command)).imageDetails?.[0];
  };
  const absent = describe1({ imageTag: '1' });
  await expect(absent).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  const first = double.ecr.push('shop', '1');
  expect(await describe1({ imageTag: '1' })).toMatchObject({ imageDigest: first, imageTags: ['1'] });
  double.ecr.push('shop', '1', digestOfText('another'));
  expect(await describe1({ imageTag: '1' })).toMatchObject({ imageDigest: digestOfText('another') });
  expect((await describe1({ imageDigest: first }))?.imageTags).toBeUndefined();
  await expect(describe1({ imageTag: '2' })).rejects.toMatchObject({ name: 'ImageNotFoundException' });
});

test('ECR: the registry scans what it is told to, at first nothing', async () => {
  const read = async () => (await aws.ecr.send(new GetRegistryScanningConfigurationCommand({}))).scanningConfiguration;
  expect(await read()).toEqual({ scanType: 'BASIC', rules: [] });
  double.ecr.scanning = { scanType: 'ENHANCED', rules: [] };
  expect(await read()).toMatchObject({ scanType: 'ENHANCED' });
});

test("Secrets Manager: a secret's ARN ends in characters of its own", async () => {
  const arn = double.secrets.put('fargate-ci/build/npm');
  const find = (SecretId: string) => aws.secretsManager.send(new DescribeSecretCommand({ SecretId }));
  expect(arn).toMatch(/:secret:fargate-ci\/build\/npm-\w{6}$/);
  for (const id of ['fargate-ci/build/npm', arn, arn.slice(0, -7)]) expect((await find(id)).ARN).toBe(arn);
  await expect(find('nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('ELBv2: from a target group to its host and load balancer', async () => {
  const { arn } = double.elbv2.expose({ name: 'web', protocol: 'HTTPS', hosts: ['web.example.org'] });
  const { TargetGroups } = await aws.elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const LoadBalancerArn = TargetGroups?.[0]?.LoadBalancerArns?.[0];
  const balancers = await aws.elbv2.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn ?? ''] }),
  );
  expect(balancers.LoadBalancers?.[0]).toMatchObject({ DNSName: expect.stringMatching(/^web-.*amazonaws\.com$/) });
  const { Listeners } = await aws.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  expect(Listeners).toMatchObject([{ Protocol: 'HTTPS', Port: 443, DefaultActions: [{ Type: 'fixed-response' }] }]);
  const { Rules } = await aws.elbv2.send(new DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
  expect(Rules).toMatchObject([
    {
      IsDefault: false,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['web.example.org'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: arn }],
    },
    { IsDefault: true },
  ]);
  const unknown = aws.elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [`${arn}0`] }));
  await expect(unknown).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
});

test('ELBv2: the health of targets is what the test says', async () => {
  const group = double.elbv2.expose({ name: 'web' });
  group.health.set('172.16.0.11', { state: 'unhealthy', reason: 'Target.ResponseCodeMismatch' });
  const { TargetHealthDescriptions } = await aws.elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group.arn }),
  );
  expect(TargetHealthDescriptions).toMatchObject([
    { Target: { Id: '172.16.0.11' }, TargetHealth: { State: 'unhealthy', Reason: 'Target.ResponseCodeMismatch' } },
  ]);
});

test('EC2: the interface of a task that runs has its addresses', async () => {
  seedBuilder(double);
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-0a1'] } };
  const run = { cluster: 'fargate-ci', taskDefinition: 'fargate-ci-kaniko', networkConfiguration };
  const { tasks } = await aws.ecs.send(new RunTaskCommand(run));
  const id = tasks?.[0]?.attachments?.[0]?.details?.find((one) => one.name === 'networkInterfaceId')?.value ?? '';
  const ask = () => aws.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceId: [id] }));
  await expect(ask()).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
  await double.clock.sleep(30_000);
  expect((await ask()).networkInterfaceSet).toEqual([
    { networkInterfaceId: id, association: { publicIp: '203.0.113.11' } },
  ]);
  double.ec2.publicAddresses = false;
  expect((await ask()).networkInterfaceSet).toEqual([{ networkInterfaceId: id }]);
});

test('STS: a role is assumed, with credentials that end by virtual time', async () => {
  const provider = (RoleArn: string) =>
    fromTemporaryCredentials({
      masterCredentials: CREDENTIALS,
      params: { RoleArn, RoleSessionName: 'build-7' },
      clientConfig: { region: 'ap-southeast-2', endpoint: double.url },
    })();
  expect(await provider('arn:aws:iam::172173733067:role/ci')).toMatchObject({
    accessKeyId: 'ASIAEXAMPLE1',
    expiration: new Date(double.clock.now() + 3_600_000),
  });
  await expect(provider('ci')).rejects.toThrow('ci is invalid');
});

test('the wire names errors as the services do', async () => {
  const fault = { kind: 'access-denied' } as const;
  double.fault({ action: 'DescribeLoadBalancers', fault });
  await expect(aws.elbv2.send(new DescribeLoadBalancersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  double.fault({ action: 'DescribeNetworkInterfaces', fault });
  const refused = aws.ec2.send(new DescribeNetworkInterfacesCommand({}));
  await expect(refused).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
});

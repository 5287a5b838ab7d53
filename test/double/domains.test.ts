import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { DescribeVpcsCommand } from '../../helper/src/aws/ec2-commands.ts';
import { CREDENTIALS, testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';

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

test('a hosted zone by its id; others do not exist', async () => {
  double.route53.zones.push({ id: 'Z0INSIDE', name: 'inside.example', isPrivate: true });
  const route53 = new Route53Client(config());
  const { HostedZone } = await route53.send(new GetHostedZoneCommand({ Id: 'Z0INSIDE' }));
  expect(HostedZone).toMatchObject({
    Id: '/hostedzone/Z0INSIDE',
    Name: 'inside.example.',
    Config: { PrivateZone: true },
  });
  await expect(route53.send(new GetHostedZoneCommand({ Id: 'Z0' }))).rejects.toMatchObject({
    name: 'NoSuchHostedZone',
  });
});

test('a certificate as it was put; others do not exist', async () => {
  const acm = new ACMClient(config());
  const CertificateArn = 'arn:aws:acm:ap-southeast-2:172173733067:certificate/1';
  double.acm.certificates.set(CertificateArn, { Status: 'ISSUED', DomainName: '*.example.com' });
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
  expect(Certificate).toEqual({ CertificateArn, Status: 'ISSUED', DomainName: '*.example.com' });
  await expect(
    acm.send(new DescribeCertificateCommand({ CertificateArn: `${CertificateArn}2` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test("a policy's text is encoded", async () => {
  const iam = new IAMClient(config());
  const PolicyArn = 'arn:aws:iam::172173733067:policy/ci';
  double.iam.policies.set(PolicyArn, '{"Version": "2012-10-17"}');
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(version));
  expect(PolicyVersion?.Document).toBe('%7B%22Version%22%3A%20%222012-10-17%22%7D');
  await expect(iam.send(new GetPolicyCommand({ PolicyArn: `${PolicyArn}x` }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('the VPCs, with their ranges', async () => {
  double.ec2.vpcs.push({ vpcId: 'vpc-0a', cidrBlock: '172.16.0.0/16' });
  expect(await testAws(double).ec2.send(new DescribeVpcsCommand({}))).toMatchObject({
    vpcSet: [{ vpcId: 'vpc-0a', cidrBlock: '172.16.0.0/16' }],
  });
});

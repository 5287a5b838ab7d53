import type { Double } from '../../double/double.ts';
import { defaultRoute, endpoint, routeTable, securityGroup } from '../../double/scripts/network-fixtures.ts';
import {
  bothSubnets,
  changedContainer,
  registerBuilder,
  setMainRoutes,
  testBrokenSetups,
} from '../../support/broken-setups.ts';
import { healthyAccount, runDoctorOn, textOfCheck, unhealthyChecks } from '../../support/doctor-scene.ts';

let double: Double;
beforeEach(async () => {
  double = await healthyAccount();
});
afterEach(() => double.close());

testBrokenSetups({
  'subnets that do not exist': {
    surroundings: { env: { FARGATE_CI_SUBNETS: 'subnet-0a1,subnet-0dd' } },
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /subnet-0dd does not exist/],
    exit: 30,
  },
  'subnets of two VPCs': {
    breaks: (d) => d.ec2.subnets.splice(1, 1, { ...d.ec2.subnets[1], vpcId: 'vpc-0ff' }),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /different VPCs: vpc-0a1, vpc-0ff/],
    exit: 30,
  },
  'a full subnet': {
    breaks: (d) => d.ec2.subnets.splice(1, 1, { ...d.ec2.subnets[1], availableIpAddressCount: 0 }),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /1 subnet of 2 will not do/, /subnet-0b2: no address is free/],
    exit: 30,
  },
  'public subnets without public addresses': {
    surroundings: { env: { FARGATE_CI_PUBLIC_IP: 'DISABLED' } },
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /2 subnets of 2 will not do/, /igw-0a1, but tasks get no public address/, /PublicIp/],
    exit: 30,
  },
  'a default route to nowhere': {
    breaks: (d) => setMainRoutes(d, defaultRoute('natGatewayId', 'nat-0a1', 'blackhole')),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /leads to nat-0a1, which is gone/],
    exit: 30,
  },
  'a way out whose end the doctor cannot see': {
    breaks: (d) => setMainRoutes(d, defaultRoute('transitGatewayId', 'tgw-0a1')),
    unhealthy: bothSubnets('warning'),
    says: ['build subnets', /the default route leads to tgw-0a1/],
    exit: 0,
  },
  'no way out': {
    breaks: (d) => setMainRoutes(d),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /no default route, and no endpoint for s3, ecr\.api, ecr\.dkr, logs/],
    exit: 30,
  },
  'a main route table that leads nowhere, whatever another one does': {
    breaks: (d) =>
      d.ec2.routeTables.splice(
        0,
        1,
        routeTable([defaultRoute('gatewayId', 'igw-0a1')], ['subnet-0other']),
        routeTable([]),
      ),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /2 subnets of 2/, /no default route/],
    exit: 30,
  },
  'one subnet with a route table of its own': {
    breaks: (d) => d.ec2.routeTables.push(routeTable([], ['subnet-0b2'])),
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /1 subnet of 2/, /subnet-0b2: no way out/],
    exit: 30,
  },
  "endpoints, but kaniko's image beyond them": {
    breaks: (d) => {
      setMainRoutes(d);
      d.ec2.endpoints.push(
        ...['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one)),
      );
    },
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /reaches ECR only, and ghcr\.io\/osscontainertools\/kaniko:v1\.28\.3 is not there/],
    exit: 30,
  },
  'endpoints without those of secrets': {
    breaks: (d) => {
      setMainRoutes(d);
      registerBuilder(
        d,
        changedContainer({ image: '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/kaniko:1' }),
      );
      d.ec2.endpoints.push(...['s3', 'ecr.api', 'ecr.dkr', 'logs'].map((one) => endpoint(one)));
    },
    unhealthy: bothSubnets('warning'),
    says: ['build subnets', /no endpoint for secretsmanager, ssm: tasks with secrets/],
    exit: 0,
  },
  'an endpoint without private DNS': {
    breaks: (d) => {
      setMainRoutes(d);
      const all = ['s3', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one));
      d.ec2.endpoints.push(...all, { ...endpoint('ecr.api'), privateDnsEnabled: false });
    },
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /no endpoint for ecr\.api/],
    exit: 30,
  },
  "a gateway to S3 in another subnet's route table": {
    breaks: (d) => {
      setMainRoutes(d);
      const others = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one));
      d.ec2.endpoints.push(...others, { ...endpoint('s3'), routeTableIdSet: ['rtb-0other'] });
    },
    unhealthy: bothSubnets('problem'),
    says: ['build subnets', /no endpoint for s3$/m],
    exit: 30,
  },
  'networks that may not be looked at': {
    breaks: (d) => d.fault({ action: 'DescribeRouteTables', times: 2, fault: { kind: 'access-denied' } }),
    unhealthy: bothSubnets('unknown'),
    says: ['build subnets', /ec2:DescribeRouteTables/, /UnauthorizedOperation/],
    exit: 0,
  },
  'a security group that does not exist': {
    surroundings: { env: { FARGATE_CI_BUILDER_SECURITY_GROUPS: 'sg-0gone' } },
    unhealthy: { 'build groups': 'problem' },
    says: ['build groups', /sg-0gone does not exist/],
    exit: 30,
  },
  'a security group of another VPC': {
    breaks: (d) => d.ec2.securityGroups.splice(0, 1, { ...securityGroup('sg-0builder'), vpcId: 'vpc-0ff' }),
    unhealthy: { 'build groups': 'problem' },
    says: ['build groups', /sg-0builder is not of the subnets' VPC vpc-0a1/],
    exit: 30,
  },
  'a security group that lets nothing out': {
    breaks: (d) => d.ec2.securityGroups.splice(0, 1, { ...securityGroup('sg-0builder'), ipPermissionsEgress: [] }),
    unhealthy: { 'build groups': 'problem' },
    says: ['build groups', /let nothing out on port 443/],
    exit: 30,
  },
  'a security group that lets something out': {
    breaks: (d) =>
      d.ec2.securityGroups.splice(0, 1, {
        ...securityGroup('sg-0builder'),
        ipPermissionsEgress: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: [{ cidrIp: '10.0.0.0/8' }] }],
      }),
    unhealthy: { 'build groups': 'warning' },
    says: ['build groups', /some addresses only/, /10\.0\.0\.0\/8/],
    exit: 0,
  },
  'builds that let connections in': {
    surroundings: { env: { FARGATE_CI_BUILDER_SECURITY_GROUPS: 'sg-0apps' } },
    unhealthy: { 'build groups': 'warning' },
    says: ['build groups', /sg-0apps lets connections in to builds/],
    exit: 0,
  },
});

test('services with other subnets than builds are checked on their own', async () => {
  double.ec2.routeTables.push(routeTable([], ['subnet-0b2']));
  const report = await runDoctorOn(double, {
    env: { FARGATE_CI_SUBNETS: 'subnet-0a1', FARGATE_CI_APP_SUBNETS: 'subnet-0b2' },
  });
  expect(unhealthyChecks(report)).toEqual({ 'service subnets': 'problem' });
  expect(textOfCheck(report, 'service subnets')).toMatch(/subnet-0b2: no way out/);
});

test('with a NAT gateway tasks need no public addresses', async () => {
  setMainRoutes(double, defaultRoute('natGatewayId', 'nat-0a1'));
  const report = await runDoctorOn(double, { env: { FARGATE_CI_PUBLIC_IP: 'DISABLED' } });
  expect(unhealthyChecks(report)).toEqual({});
  expect(textOfCheck(report, 'build subnets')).toMatch(/out by a NAT gateway/);
});

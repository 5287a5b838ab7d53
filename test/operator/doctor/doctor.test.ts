import type { Double } from '../../double/double.ts';
import { kanikoDefinition } from '../../double/scripts/builder.ts';
import { defaultRoute, endpoint, routeTable, securityGroup } from '../../double/scripts/network.ts';
import { examine, ills, makeClinic, type Surroundings, said } from '../../support/doctor-scene.ts';
import { recorded } from '../../support/recorded-logs.ts';

let double: Double;
beforeEach(async () => {
  double = await makeClinic();
});
afterEach(() => double.close());

const READS = /^(Describe|Get|Head|Simulate|List)/;

test('all is well, and nothing was changed', async () => {
  const report = await examine(double);
  expect(ills(report)).toEqual({});
  expect(report.exitStatus).toBe(0);
  expect(report.settings).toContainEqual({
    name: 'bucket',
    value: 'fargate-ci-contexts',
    origin: 'SSM /fargate-ci/bucket',
  });
  expect(double.requests.length).toBeGreaterThan(20);
  expect(double.requests.filter(({ action }) => !READS.test(action))).toEqual([]);
});

/** What is broken, what is then not well, which words say it, and the exit status. */
interface Ailment {
  breaks?: (double: Double) => void;
  around?: Surroundings;
  ills: Record<string, string>;
  says: readonly [check: string, words: RegExp, ...more: RegExp[]];
  exit: number;
}

const register = (d: Double, change: (definition: Record<string, unknown>) => void): void => {
  const definition = structuredClone({ ...kanikoDefinition() });
  change(definition);
  d.ecs.taskDefinitions.register(JSON.parse(JSON.stringify(definition)));
};
const containerWith = (changes: Record<string, unknown>) => (definition: Record<string, unknown>) => {
  const [container] = JSON.parse(JSON.stringify(definition.containerDefinitions));
  definition.containerDefinitions = [{ ...container, ...changes }];
};
const routes = (d: Double, ...defaults: Parameters<typeof routeTable>[0]): void => {
  d.ec2.routeTables.splice(0, 1, routeTable(defaults));
};
/** Those of services are the same: what is wrong is told once. */
const bothSubnets = (state: string): Record<string, string> => ({
  'build subnets': state,
  ...(state === 'warning' ? {} : { 'service subnets': 'skipped' }),
});

const ailments: Record<string, Ailment> = {
  'an old node': {
    around: { nodeVersion: 'v18.20.0' },
    ills: { node: 'problem' },
    says: ['node', /v18\.20\.0 is too old/, /install Node 20/],
    exit: 2,
  },
  'an availability zone for a region': {
    around: { env: { AWS_REGION: 'ap-southeast-2a' } },
    ills: expect.objectContaining({ region: 'problem', identity: 'skipped', bucket: 'skipped' }),
    says: ['region', /ap-southeast-2a \(environment AWS_REGION\).* is no region's name/],
    exit: 2,
  },
  'a clock that is off by minutes': {
    around: { skew: 150_000 },
    ills: { clock: 'warning' },
    says: ['clock', /3 minutes ahead of AWS'/, /timedatectl/],
    exit: 0,
  },
  'a clock that is far off, while AWS bears it': {
    around: { skew: -1_200_000 },
    ills: { clock: 'problem' },
    says: ['clock', /20 minutes behind AWS'; AWS refuses/],
    exit: 2,
  },
  'a clock that is far off, and signatures refused': {
    around: { skew: 1_200_000 },
    breaks: (d) =>
      d.fault({
        action: 'GetCallerIdentity',
        times: Number.POSITIVE_INFINITY,
        fault: { kind: 'error', code: 'SignatureDoesNotMatch', message: 'Signature expired', status: 403 },
      }),
    ills: expect.objectContaining({ clock: 'problem', identity: 'skipped', settings: 'skipped' }),
    says: ['settings', /^because of: clock/],
    exit: 2,
  },
  'expired credentials': {
    breaks: (d) => d.fault({ action: 'GetCallerIdentity', fault: { kind: 'expired-token' } }),
    ills: expect.objectContaining({ identity: 'problem', settings: 'skipped', 'ECS role': 'skipped' }),
    says: ['identity', /does not accept/, /ExpiredToken/, /renew them/],
    exit: 30,
  },
  'a role that cannot be assumed': {
    breaks: (d) =>
      d.fault({
        action: 'AssumeRole',
        fault: {
          kind: 'access-denied',
          message: 'User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole',
        },
      }),
    around: { options: { role: 'arn:aws:iam::172173733067:role/deployer' } },
    ills: expect.objectContaining({ identity: 'problem', cluster: 'skipped' }),
    says: ['identity', /the role arn:aws:iam::172173733067:role\/deployer cannot be assumed/, /trust policy/],
    exit: 30,
  },
  'the root user': {
    breaks: (d) => {
      d.sts.caller = 'arn:aws:iam::172173733067:root';
    },
    ills: { identity: 'warning' },
    says: ['identity', /root user/, /delete the root access keys/],
    exit: 0,
  },
  'settings that are nowhere': {
    around: { env: { FARGATE_CI_PREFIX: 'team-b' } },
    ills: expect.objectContaining({ settings: 'problem', cluster: 'skipped', 'task definition': 'skipped' }),
    says: ['settings', /missing \(prefix team-b\)/, /FARGATE_CI_BUCKET/, /Prefix=team-b/],
    exit: 2,
  },
  'one setting that is missing': {
    breaks: (d) => d.ssm.parameters.delete('/fargate-ci/bucket'),
    ills: { settings: 'problem', bucket: 'skipped', permissions: 'skipped' },
    says: ['settings', /1 is missing/, /SSM parameter \/fargate-ci\/bucket/],
    exit: 2,
  },
  'a setting that cannot be': {
    breaks: (d) => d.ssm.put('/fargate-ci/public-ip', 'yes'),
    ills: { settings: 'problem', ...bothSubnets('skipped') },
    says: ['settings', /2 cannot be/, /publicIp must be ENABLED or DISABLED, not "yes"/],
    exit: 2,
  },
  'too many subnets': {
    around: { env: { FARGATE_CI_SUBNETS: Array.from({ length: 17 }, (_, i) => `subnet-${i}`).join(',') } },
    ills: expect.objectContaining({ settings: 'problem', 'build subnets': 'skipped' }),
    says: ['settings', /subnets has 17 entries; ECS takes at most 16/],
    exit: 2,
  },
  'settings that may not be read': {
    breaks: (d) => d.fault({ action: 'GetParametersByPath', fault: { kind: 'access-denied' } }),
    ills: expect.objectContaining({ settings: 'problem', cluster: 'skipped' }),
    says: ['settings', /missing/, /allow ssm:GetParametersByPath on parameter\/fargate-ci/],
    exit: 30,
  },
  'an SSM that fails': {
    breaks: (d) => d.fault({ action: 'GetParametersByPath', times: 9, fault: { kind: 'server-error' } }),
    ills: expect.objectContaining({ settings: 'problem', cluster: 'skipped' }),
    says: ['settings', /could not read the settings in SSM/, /HTTP 500/],
    exit: 30,
  },
  'no defaults for new services': {
    breaks: (d) => d.ssm.parameters.delete('/fargate-ci/app-execution-role'),
    ills: { settings: 'warning' },
    says: ['settings', /without appExecutionRole each new service must name its own/],
    exit: 0,
  },
  "another account's settings": {
    around: { env: { FARGATE_CI_APP_EXECUTION_ROLE: 'arn:aws:iam::999999999999:role/x' } },
    ills: { account: 'problem' },
    says: ['account', /another account than 172173733067/, /is of account 999999999999/],
    exit: 2,
  },
  "another account's registry": {
    around: { env: { FARGATE_CI_REGISTRY: '999999999999.dkr.ecr.ap-southeast-2.amazonaws.com/x' } },
    ills: { account: 'warning' },
    says: ['account', /images go to the registry of account 999999999999/],
    exit: 0,
  },
  'a cluster that is not there': {
    around: { options: { cluster: 'other' } },
    ills: { cluster: 'problem' },
    says: ['cluster', /there is no cluster other/],
    exit: 30,
  },
  'a cluster that is going': {
    breaks: (d) => d.ecs.clusterFields.set('fargate-ci', { status: 'DEPROVISIONING' }),
    ills: { cluster: 'problem' },
    says: ['cluster', /is DEPROVISIONING/],
    exit: 30,
  },
  'a cluster without Spot': {
    breaks: (d) => d.ecs.clusterFields.set('fargate-ci', { capacityProviders: [] }),
    ills: { cluster: 'warning' },
    says: ['cluster', /no capacity provider FARGATE_SPOT/, /--capacity-providers FARGATE FARGATE_SPOT /],
    exit: 0,
  },
  'no task definition': {
    around: { env: { FARGATE_CI_BUILDER_FAMILY: 'nobody' } },
    ills: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /no active task definition nobody/],
    exit: 30,
  },
  'a task definition of something else': {
    breaks: (d) => register(d, containerWith({ name: 'web' })),
    ills: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /fargate-ci-kaniko:2 has no container named kaniko, only web/],
    exit: 30,
  },
  'a log that nobody can follow': {
    breaks: (d) => register(d, containerWith({ logConfiguration: { logDriver: 'splunk' } })),
    ills: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /its log driver is splunk, not awslogs/, /no awslogs-group/],
    exit: 30,
  },
  'a log that may lose lines, an image of any version': {
    breaks: (d) =>
      register(
        d,
        containerWith({
          image: 'gcr.io/kaniko-project/executor:latest',
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/fargate-ci/kaniko',
              'awslogs-region': 'ap-southeast-2',
              'awslogs-stream-prefix': 'build',
            },
          },
        }),
      ),
    ills: { 'task definition': 'warning' },
    says: ['task definition', /not mode: blocking/, /given up in 2025/, /no fixed version/],
    exit: 0,
  },
  'a kaniko that does not know the flags of its cache, and a flag that is off': {
    breaks: (d) =>
      register(
        d,
        containerWith({
          image: 'ghcr.io/osscontainertools/kaniko:v1.27.0',
          environment: [
            { name: 'FF_KANIKO_ROLLING_CACHE_KEY', value: 'false' },
            { name: 'FF_KANIKO_COPY_AS_ROOT', value: 'false' },
          ],
        }),
      ),
    ills: { 'task definition': 'warning' },
    says: [
      'task definition',
      /kaniko:v1\.27\.0 is older than 1\.28/,
      /it does not set FF_KANIKO_ROLLING_CACHE_KEY to true: builds do/,
    ],
    exit: 0,
  },
  'a newest build without the fixes of its cache': {
    breaks: (d) => {
      const put = (stream: string, lines: readonly string[], timestamp: number) => {
        for (const message of lines)
          d.logs.put('/fargate-ci/kaniko', `build/kaniko/${stream}`, { visibleAt: 0, timestamp, message });
      };
      put('new', recorded('stale-heredoc').lines, 2);
      put('old', recorded('stages-cached').lines, 1);
      d.logs.script({ empty: [{ before: 0, pages: 2 }] });
    },
    ills: { 'build log': 'warning' },
    says: ['build log', /the newest build, build\/kaniko\/new, had not all fixes/, /RESOLVE_CACHE_KEY/],
    exit: 0,
  },
  'permissions that are missing': {
    breaks: (d) => {
      d.iam.refuse('ecs:RunTask');
      d.iam.refuse('iam:PassRole', { on: 'kaniko-task' });
      d.iam.refuse('s3:GetObject', { decision: 'explicitDeny' });
      d.iam.refuse('ecs:StopTask', { byOrganization: true });
      d.iam.refuse('ecs:UpdateService', { byBoundary: true });
    },
    ills: { permissions: 'problem' },
    says: [
      'permissions',
      /role\/ci lacks 5 of \d+ permissions/,
      /ecs:RunTask on arn:aws:ecs:ap-southeast-2:172173733067:task-definition\/fargate-ci-kaniko:1: no policy allows it \(to start a build\)/,
      /iam:PassRole on arn:aws:iam::172173733067:role\/fargate-ci-kaniko-task: no policy/,
      /s3:GetObject on .*: a policy denies it/,
      /ecs:StopTask on .*service control policies/,
      /ecs:UpdateService on .*permissions boundary/,
      /CallerPolicyArn/,
    ],
    exit: 30,
  },
  'permissions that hang on conditions': {
    breaks: (d) => d.iam.refuse('logs:GetLogEvents', { missing: ['aws:SourceIp'] }),
    ills: { permissions: 'warning' },
    says: ['permissions', /1 of \d+ permissions hang on conditions/, /depends on aws:SourceIp/],
    exit: 0,
  },
  'a simulation that is not allowed': {
    breaks: (d) => d.fault({ action: 'SimulatePrincipalPolicy', fault: { kind: 'access-denied' } }),
    ills: { permissions: 'unknown' },
    says: ['permissions', /iam:SimulatePrincipalPolicy is refused/, /builds and deployments do not need it/],
    exit: 0,
  },
  'a caller that IAM does not know': {
    breaks: (d) => d.iam.deleteRole('ci'),
    ills: { permissions: 'unknown' },
    says: ['permissions', /IAM knows no role named ci|cannot be found/],
    exit: 0,
  },
  'a principal that does not exist': {
    around: { options: { principal: 'arn:aws:iam::172173733067:role/nobody' } },
    ills: { permissions: 'unknown' },
    says: ['permissions', /IAM knows no arn:aws:iam::172173733067:role\/nobody/],
    exit: 0,
  },
  'a bucket that is not there': {
    around: { env: { FARGATE_CI_BUCKET: 'gone' } },
    ills: { bucket: 'problem' },
    says: ['bucket', /there is no bucket gone/],
    exit: 30,
  },
  'a bucket of another region': {
    breaks: (d) => d.s3.createBucket('fargate-ci-contexts', 'eu-west-1'),
    ills: { bucket: 'problem' },
    says: ['bucket', /is in eu-west-1, not in ap-southeast-2/],
    exit: 30,
  },
  'a bucket that may not be looked at': {
    breaks: (d) => d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } }),
    ills: {},
    says: ['bucket', /^fargate-ci-contexts is there; contexts can be written$/m],
    exit: 0,
  },
  "a bucket that may not be looked at with another's eyes": {
    breaks: (d) => d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } }),
    around: { options: { principal: 'arn:aws:iam::172173733067:role/ci' } },
    ills: { bucket: 'unknown' },
    says: ['bucket', /may not see whether fargate-ci-contexts is there/, /allow s3:ListBucket on/],
    exit: 0,
  },
  'a bucket that lets these credentials do nothing, whatever IAM says': {
    breaks(d) {
      d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } });
      d.fault({ action: 'AbortMultipartUpload', fault: { kind: 'access-denied' } });
    },
    ills: { bucket: 'problem' },
    says: ['bucket', /may not send contexts to it/, /another account's, or its policy refuses/],
    exit: 30,
  },
  'a cluster that is gone, and may not be described': {
    breaks(d) {
      d.fault({ action: 'DescribeClusters', fault: { kind: 'access-denied' } });
      d.fault({ action: 'ListTasks', fault: { kind: 'error', code: 'ClusterNotFoundException', message: 'none' } });
    },
    ills: { cluster: 'problem' },
    says: ['cluster', /there is no cluster fargate-ci in this account/],
    exit: 30,
  },
  'a log group that is gone, and may not be described': {
    breaks: (d) => d.fault({ action: 'DescribeLogGroups', times: 2, fault: { kind: 'access-denied' } }),
    around: { env: { FARGATE_CI_APP_LOG_GROUP: '/fargate-ci/app' } },
    ills: { 'service log': 'problem' },
    says: ['service log', /there is no log group \/fargate-ci\/app/],
    exit: 30,
  },
  'a bucket that cannot be written to': {
    breaks: (d) => d.iam.refuse('s3:PutObject'),
    ills: { permissions: 'problem', bucket: 'problem' },
    says: ['bucket', /s3:PutObject on fargate-ci-contexts\/contexts\/\* is refused/],
    exit: 30,
  },
  'a log group that is gone': {
    around: { env: { FARGATE_CI_APP_LOG_GROUP: '/fargate-ci/app' } },
    ills: { 'service log': 'problem' },
    says: ['service log', /there is no log group \/fargate-ci\/app:/],
    exit: 30,
  },
  'a log group that never forgets': {
    breaks: (d) => d.logs.retention.delete('/fargate-ci/kaniko'),
    ills: { 'build log': 'warning' },
    says: ['build log', /for ever/, /put-retention-policy/],
    exit: 0,
  },
  'subnets that do not exist': {
    around: { env: { FARGATE_CI_SUBNETS: 'subnet-0a1,subnet-0dd' } },
    ills: bothSubnets('problem'),
    says: ['build subnets', /subnet-0dd does not exist/],
    exit: 30,
  },
  'subnets of two VPCs': {
    breaks: (d) => d.ec2.subnets.splice(1, 1, { ...d.ec2.subnets[1], vpcId: 'vpc-0ff' }),
    ills: bothSubnets('problem'),
    says: ['build subnets', /different VPCs: vpc-0a1, vpc-0ff/],
    exit: 30,
  },
  'a full subnet': {
    breaks: (d) => d.ec2.subnets.splice(1, 1, { ...d.ec2.subnets[1], availableIpAddressCount: 0 }),
    ills: bothSubnets('problem'),
    says: ['build subnets', /1 subnet of 2 will not do/, /subnet-0b2: no address is free/],
    exit: 30,
  },
  'public subnets without public addresses': {
    around: { env: { FARGATE_CI_PUBLIC_IP: 'DISABLED' } },
    ills: bothSubnets('problem'),
    says: ['build subnets', /2 subnets of 2 will not do/, /igw-0a1, but tasks get no public address/, /PublicIp/],
    exit: 30,
  },
  'a default route to nowhere': {
    breaks: (d) => routes(d, defaultRoute('natGatewayId', 'nat-0a1', 'blackhole')),
    ills: bothSubnets('problem'),
    says: ['build subnets', /leads to nat-0a1, which is gone/],
    exit: 30,
  },
  'a way out that cannot be seen': {
    breaks: (d) => routes(d, defaultRoute('transitGatewayId', 'tgw-0a1')),
    ills: bothSubnets('warning'),
    says: ['build subnets', /the default route leads to tgw-0a1/],
    exit: 0,
  },
  'no way out': {
    breaks: (d) => routes(d),
    ills: bothSubnets('problem'),
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
    ills: bothSubnets('problem'),
    says: ['build subnets', /2 subnets of 2/, /no default route/],
    exit: 30,
  },
  'one subnet with a route table of its own': {
    breaks: (d) => d.ec2.routeTables.push(routeTable([], ['subnet-0b2'])),
    ills: bothSubnets('problem'),
    says: ['build subnets', /1 subnet of 2/, /subnet-0b2: no way out/],
    exit: 30,
  },
  "endpoints, but kaniko's image beyond them": {
    breaks: (d) => {
      routes(d);
      d.ec2.endpoints.push(
        ...['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one)),
      );
    },
    ills: bothSubnets('problem'),
    says: ['build subnets', /reaches ECR only, and ghcr\.io\/osscontainertools\/kaniko:v1\.28\.3 is not there/],
    exit: 30,
  },
  'endpoints without those of secrets': {
    breaks: (d) => {
      routes(d);
      register(d, containerWith({ image: '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/kaniko:1' }));
      d.ec2.endpoints.push(...['s3', 'ecr.api', 'ecr.dkr', 'logs'].map((one) => endpoint(one)));
    },
    ills: bothSubnets('warning'),
    says: ['build subnets', /no endpoint for secretsmanager, ssm: tasks with secrets/],
    exit: 0,
  },
  'an endpoint without private DNS': {
    breaks: (d) => {
      routes(d);
      const all = ['s3', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one));
      d.ec2.endpoints.push(...all, { ...endpoint('ecr.api'), privateDnsEnabled: false });
    },
    ills: bothSubnets('problem'),
    says: ['build subnets', /no endpoint for ecr\.api/],
    exit: 30,
  },
  "a gateway to S3 in another subnet's route table": {
    breaks: (d) => {
      routes(d);
      const others = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm'].map((one) => endpoint(one));
      d.ec2.endpoints.push(...others, { ...endpoint('s3'), routeTableIdSet: ['rtb-0other'] });
    },
    ills: bothSubnets('problem'),
    says: ['build subnets', /no endpoint for s3$/m],
    exit: 30,
  },
  'networks that may not be looked at': {
    breaks: (d) => d.fault({ action: 'DescribeRouteTables', times: 2, fault: { kind: 'access-denied' } }),
    ills: bothSubnets('unknown'),
    says: ['build subnets', /ec2:DescribeRouteTables/, /UnauthorizedOperation/],
    exit: 0,
  },
  'a security group that does not exist': {
    around: { env: { FARGATE_CI_BUILDER_SECURITY_GROUPS: 'sg-0gone' } },
    ills: { 'build groups': 'problem' },
    says: ['build groups', /sg-0gone does not exist/],
    exit: 30,
  },
  'a security group of another VPC': {
    breaks: (d) => d.ec2.securityGroups.splice(0, 1, { ...securityGroup('sg-0builder'), vpcId: 'vpc-0ff' }),
    ills: { 'build groups': 'problem' },
    says: ['build groups', /sg-0builder is not of the subnets' VPC vpc-0a1/],
    exit: 30,
  },
  'a security group that lets nothing out': {
    breaks: (d) => d.ec2.securityGroups.splice(0, 1, { ...securityGroup('sg-0builder'), ipPermissionsEgress: [] }),
    ills: { 'build groups': 'problem' },
    says: ['build groups', /let nothing out on port 443/],
    exit: 30,
  },
  'a security group that lets something out': {
    breaks: (d) =>
      d.ec2.securityGroups.splice(0, 1, {
        ...securityGroup('sg-0builder'),
        ipPermissionsEgress: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: [{ cidrIp: '10.0.0.0/8' }] }],
      }),
    ills: { 'build groups': 'warning' },
    says: ['build groups', /some addresses only/, /10\.0\.0\.0\/8/],
    exit: 0,
  },
  'builds that let connections in': {
    around: { env: { FARGATE_CI_BUILDER_SECURITY_GROUPS: 'sg-0apps' } },
    ills: { 'build groups': 'warning' },
    says: ['build groups', /sg-0apps lets connections in to builds/],
    exit: 0,
  },
  'an ECR that may not be asked': {
    breaks: (d) => d.fault({ action: 'DescribeRepositories', fault: { kind: 'access-denied' } }),
    ills: { registry: 'unknown' },
    says: ['registry', /ecr:DescribeRepositories is refused/],
    exit: 0,
  },
  'Docker Hub without credentials': {
    around: { env: { FARGATE_CI_REGISTRY: 'docker.io/acme' } },
    ills: { registry: 'warning' },
    says: ['registry', /images go to docker\.io, and no credentials/, /--registry-credentials docker\.io=SECRET/],
    exit: 0,
  },
  'Docker Hub with a secret that is not there': {
    around: {
      env: { FARGATE_CI_REGISTRY: 'docker.io/acme' },
      options: { registryCredentials: { 'docker.io': 'fargate-ci/build/hub' } },
    },
    ills: { registry: 'problem' },
    says: ['registry', /there is no secret fargate-ci\/build\/hub for docker\.io/],
    exit: 30,
  },
  'no vCPU for a build': {
    breaks: (d) => d.quotas.values.set('L-3032A538', 1),
    ills: { 'vCPU quota': 'problem' },
    says: ['vCPU quota', /1 vCPU on demand, 6 on Spot; a build takes 2/, /at most 1024/, /L-3032A538/],
    exit: 30,
  },
  'vCPUs for one build': {
    breaks: (d) => d.quotas.values.set('L-3032A538', 2),
    ills: { 'vCPU quota': 'warning' },
    says: ['vCPU quota', /one build at a time/],
    exit: 0,
  },
  'no Spot': {
    breaks: (d) => d.quotas.values.set('L-36FBB829', 0),
    ills: { 'vCPU quota': 'warning' },
    says: ['vCPU quota', /no build with spot: true/, /L-36FBB829/],
    exit: 0,
  },
  'quotas that may not be read': {
    breaks: (d) => d.fault({ action: 'GetServiceQuota', fault: { kind: 'access-denied' } }),
    ills: { 'vCPU quota': 'unknown' },
    says: ['vCPU quota', /servicequotas:GetServiceQuota/],
    exit: 0,
  },
  'an account that never used ECS': {
    breaks: (d) => d.iam.deleteRole('AWSServiceRoleForECS'),
    ills: { 'ECS role': 'problem' },
    says: ['ECS role', /no role AWSServiceRoleForECS/, /create-service-linked-role/],
    exit: 30,
  },
};

test.each(Object.entries(ailments))('%s', async (_name, { breaks, around, says: [check, ...words], ...expected }) => {
  breaks?.(double);
  const report = await examine(double, around);
  for (const one of words) expect(said(report, check)).toMatch(one);
  expect(ills(report)).toEqual(expected.ills);
  expect(report.exitStatus).toBe(expected.exit);
});

test('a secret for Docker Hub that is there is not read', async () => {
  double.secrets.put('fargate-ci/build/hub');
  const report = await examine(double, {
    env: { FARGATE_CI_REGISTRY: 'docker.io/acme' },
    options: { registryCredentials: { 'docker.io': 'fargate-ci/build/hub' } },
  });
  expect(said(report, 'registry')).toMatch(/the secret fargate-ci\/build\/hub for docker.io is there/);
  expect(double.calls('GetSecretValue')).toEqual([]);
});

test('a registry of its own for caches is looked at too', async () => {
  const report = await examine(double, { env: { FARGATE_CI_CACHE_REGISTRY: 'quay.io/acme' } });
  expect(ills(report)).toEqual({ 'cache registry': 'warning' });
});

test('subnets of services that are others are looked at by themselves', async () => {
  double.ec2.routeTables.push(routeTable([], ['subnet-0b2']));
  const report = await examine(double, {
    env: { FARGATE_CI_SUBNETS: 'subnet-0a1', FARGATE_CI_APP_SUBNETS: 'subnet-0b2' },
  });
  expect(ills(report)).toEqual({ 'service subnets': 'problem' });
  expect(said(report, 'service subnets')).toMatch(/subnet-0b2: no way out/);
});

test('a NAT gateway is a way out without public addresses', async () => {
  routes(double, defaultRoute('natGatewayId', 'nat-0a1'));
  const report = await examine(double, { env: { FARGATE_CI_PUBLIC_IP: 'DISABLED' } });
  expect(ills(report)).toEqual({});
  expect(said(report, 'build subnets')).toMatch(/out by a NAT gateway/);
});

test.each([
  ['a user', 'arn:aws:iam::172173733067:user/teams/ann', 'arn:aws:iam::172173733067:user/teams/ann'],
  [
    'a role with a path',
    'arn:aws:sts::172173733067:assumed-role/builder/i-0a1',
    'arn:aws:iam::172173733067:role/teams/a/builder',
  ],
  [
    'a role of IAM Identity Center',
    'arn:aws:sts::172173733067:assumed-role/AWSReservedSSO_Admin_0a1b/ann@example.com',
    'arn:aws:iam::172173733067:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0a1b',
  ],
])('%s is simulated as what it is', async (_name, caller, simulated) => {
  double.iam.createRole('builder', '/teams/a/');
  double.iam.createRole('AWSReservedSSO_Admin_0a1b', '/aws-reserved/sso.amazonaws.com/eu-west-1/');
  double.sts.caller = caller;
  expect(ills(await examine(double))).toEqual({});
  const sources = double.calls('SimulatePrincipalPolicy').map(({ input }) => input.PolicySourceArn);
  expect([...new Set(sources)]).toEqual([simulated]);
});

test('a session is taken for its role where a principal is named', async () => {
  double.iam.createRole('jenkins', '/teams/');
  const principal = 'arn:aws:sts::172173733067:assumed-role/jenkins/i-0a1';
  expect(said(await examine(double, { options: { principal } }), 'permissions')).toMatch(/role\/teams\/jenkins/);
  const role = 'arn:aws:iam::172173733067:role/teams/jenkins';
  expect(said(await examine(double, { options: { principal: role } }), 'permissions')).toMatch(/allowed to .*jenkins/);
});

test.each([
  [
    'a plain role is guessed without iam:GetRole',
    'assumed-role/ci/session',
    'ok',
    /allowed to arn:aws:iam::172173733067:role\/ci/,
  ],
  [
    'an SSO role is not',
    'assumed-role/AWSReservedSSO_Admin_0a1b/ann',
    'unknown',
    /--principal arn:aws:iam::172173733067:role\/aws-reserved/,
  ],
  ['a federated user has no ARN for IAM', 'federated-user/ann', 'unknown', /name the user or role to be judged/],
])('%s', async (_name, caller, state, words) => {
  double.sts.caller = `arn:aws:sts::172173733067:${caller}`;
  double.fault({ action: 'GetRole', times: 2, fault: { kind: 'access-denied' } });
  const report = await examine(double);
  expect(report.findings.find(({ name }) => name === 'permissions')?.state).toBe(state);
  expect(said(report, 'permissions')).toMatch(words);
});

test('PassRole is asked for as ECS makes it, RunTask in its cluster', async () => {
  await examine(double);
  const asked = (action: string) =>
    double.calls('SimulatePrincipalPolicy').find(({ input }) => JSON.stringify(input.ActionNames).includes(action))
      ?.input;
  expect(asked('iam:PassRole')).toMatchObject({
    ContextEntries: [{ ContextKeyName: 'iam:PassedToService', ContextKeyValues: ['ecs-tasks.amazonaws.com'] }],
    ResourceArns: [
      'arn:aws:iam::172173733067:role/fargate-ci-kaniko-task',
      'arn:aws:iam::172173733067:role/fargate-ci-kaniko-execution',
      'arn:aws:iam::172173733067:role/fargate-ci-app-execution',
    ],
  });
  expect(asked('ecs:RunTask')).toMatchObject({
    ContextEntries: [
      {
        ContextKeyName: 'ecs:cluster',
        ContextKeyValues: ['arn:aws:ecs:ap-southeast-2:172173733067:cluster/fargate-ci'],
      },
    ],
  });
});

test('an abort ends it', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  double.on('GetParametersByPath', () => controller.abort(reason));
  await expect(examine(double, { controller })).rejects.toBe(reason);
});

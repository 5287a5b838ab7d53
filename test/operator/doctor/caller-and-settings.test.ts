import { bothSubnets, testBrokenSetups } from '../../support/broken-setups.ts';

testBrokenSetups({
  'an old node': {
    surroundings: { nodeVersion: 'v18.20.0' },
    unhealthy: { node: 'problem' },
    says: ['node', /v18\.20\.0 is too old/, /install Node 20/],
    exit: 2,
  },
  'an availability zone for a region': {
    surroundings: { env: { AWS_REGION: 'ap-southeast-2a' } },
    unhealthy: expect.objectContaining({ region: 'problem', identity: 'skipped', bucket: 'skipped' }),
    says: ['region', /ap-southeast-2a \(environment AWS_REGION\).* is no region's name/],
    exit: 2,
  },
  'a clock that is off by minutes': {
    surroundings: { skew: 150_000 },
    unhealthy: { clock: 'warning' },
    says: ['clock', /3 minutes ahead of AWS'/, /timedatectl/],
    exit: 0,
  },
  'a clock that is far off, while AWS still accepts it': {
    surroundings: { skew: -1_200_000 },
    unhealthy: { clock: 'problem' },
    says: ['clock', /20 minutes behind AWS'; AWS refuses/],
    exit: 2,
  },
  'a clock that is far off, and signatures refused': {
    surroundings: { skew: 1_200_000 },
    breaks: (d) =>
      d.fault({
        action: 'GetCallerIdentity',
        times: Number.POSITIVE_INFINITY,
        fault: { kind: 'error', code: 'SignatureDoesNotMatch', message: 'Signature expired', status: 403 },
      }),
    unhealthy: expect.objectContaining({ clock: 'problem', identity: 'skipped', settings: 'skipped' }),
    says: ['settings', /^because of: clock/],
    exit: 2,
  },
  'expired credentials': {
    breaks: (d) => d.fault({ action: 'GetCallerIdentity', fault: { kind: 'expired-token' } }),
    unhealthy: expect.objectContaining({ identity: 'problem', settings: 'skipped', 'ECS role': 'skipped' }),
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
    surroundings: { options: { role: 'arn:aws:iam::172173733067:role/deployer' } },
    unhealthy: expect.objectContaining({ identity: 'problem', cluster: 'skipped' }),
    says: ['identity', /the role arn:aws:iam::172173733067:role\/deployer cannot be assumed/, /trust policy/],
    exit: 30,
  },
  'the root user': {
    breaks: (d) => {
      d.sts.caller = 'arn:aws:iam::172173733067:root';
    },
    unhealthy: { identity: 'warning' },
    says: ['identity', /root user/, /delete the root access keys/],
    exit: 0,
  },
  'no settings at all': {
    surroundings: { env: { FARGATE_CI_PREFIX: 'team-b' } },
    unhealthy: expect.objectContaining({ settings: 'problem', cluster: 'skipped', 'task definition': 'skipped' }),
    says: ['settings', /missing \(prefix team-b\)/, /FARGATE_CI_BUCKET/, /Prefix=team-b/],
    exit: 2,
  },
  'one setting that is missing': {
    breaks: (d) => d.ssm.parameters.delete('/fargate-ci/bucket'),
    unhealthy: { settings: 'problem', bucket: 'skipped', permissions: 'skipped' },
    says: ['settings', /1 is missing/, /SSM parameter \/fargate-ci\/bucket/],
    exit: 2,
  },
  'a setting with a bad value': {
    breaks: (d) => d.ssm.put('/fargate-ci/public-ip', 'yes'),
    unhealthy: { settings: 'problem', ...bothSubnets('skipped') },
    says: ['settings', /2 cannot be/, /publicIp must be ENABLED or DISABLED, not "yes"/],
    exit: 2,
  },
  'too many subnets': {
    surroundings: { env: { FARGATE_CI_SUBNETS: Array.from({ length: 17 }, (_, i) => `subnet-${i}`).join(',') } },
    unhealthy: expect.objectContaining({ settings: 'problem', 'build subnets': 'skipped' }),
    says: ['settings', /subnets has 17 entries; ECS takes at most 16/],
    exit: 2,
  },
  'settings that may not be read': {
    breaks: (d) => d.fault({ action: 'GetParametersByPath', fault: { kind: 'access-denied' } }),
    unhealthy: expect.objectContaining({ settings: 'problem', cluster: 'skipped' }),
    says: ['settings', /missing/, /allow ssm:GetParametersByPath on parameter\/fargate-ci/],
    exit: 30,
  },
  'an SSM that answers with errors': {
    breaks: (d) => d.fault({ action: 'GetParametersByPath', times: 9, fault: { kind: 'server-error' } }),
    unhealthy: expect.objectContaining({ settings: 'problem', cluster: 'skipped' }),
    says: ['settings', /could not read the settings in SSM/, /HTTP 500/],
    exit: 30,
  },
  'no defaults for new services': {
    breaks: (d) => d.ssm.parameters.delete('/fargate-ci/app-execution-role'),
    unhealthy: { settings: 'warning' },
    says: ['settings', /without appExecutionRole each new service must name its own/],
    exit: 0,
  },
  "another account's settings": {
    surroundings: { env: { FARGATE_CI_APP_EXECUTION_ROLE: 'arn:aws:iam::999999999999:role/x' } },
    unhealthy: { account: 'problem' },
    says: ['account', /another account than 172173733067/, /is of account 999999999999/],
    exit: 2,
  },
  "another account's registry": {
    surroundings: { env: { FARGATE_CI_REGISTRY: '999999999999.dkr.ecr.ap-southeast-2.amazonaws.com/x' } },
    unhealthy: { account: 'warning' },
    says: ['account', /images go to the registry of account 999999999999/],
    exit: 0,
  },
});

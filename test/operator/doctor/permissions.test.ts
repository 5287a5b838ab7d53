import type { Double } from '../../double/double.ts';
import { testBrokenSetups } from '../../support/broken-setups.ts';
import { healthyAccount, runDoctorOn, textOfCheck, unhealthyChecks } from '../../support/doctor-scene.ts';

let double: Double;
beforeEach(async () => {
  double = await healthyAccount();
});
afterEach(() => double.close());

testBrokenSetups({
  'permissions that are missing': {
    breaks: (d) => {
      d.iam.refuse('ecs:RunTask');
      d.iam.refuse('iam:PassRole', { on: 'kaniko-task' });
      d.iam.refuse('s3:GetObject', { decision: 'explicitDeny' });
      d.iam.refuse('ecs:StopTask', { byOrganization: true });
      d.iam.refuse('ecs:UpdateService', { byBoundary: true });
    },
    unhealthy: { permissions: 'problem' },
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
  'permissions that depend on conditions': {
    breaks: (d) => d.iam.refuse('logs:GetLogEvents', { missing: ['aws:SourceIp'] }),
    unhealthy: { permissions: 'warning' },
    says: ['permissions', /1 of \d+ permissions hang on conditions/, /depends on aws:SourceIp/],
    exit: 0,
  },
  'a simulation that is not allowed': {
    breaks: (d) => d.fault({ action: 'SimulatePrincipalPolicy', fault: { kind: 'access-denied' } }),
    unhealthy: { permissions: 'unknown' },
    says: ['permissions', /iam:SimulatePrincipalPolicy is refused/, /builds and deployments do not need it/],
    exit: 0,
  },
  'a caller that IAM does not know': {
    breaks: (d) => d.iam.deleteRole('ci'),
    unhealthy: { permissions: 'unknown' },
    says: ['permissions', /IAM knows no role named ci|cannot be found/],
    exit: 0,
  },
  'a principal that does not exist': {
    surroundings: { options: { principal: 'arn:aws:iam::172173733067:role/nobody' } },
    unhealthy: { permissions: 'unknown' },
    says: ['permissions', /IAM knows no arn:aws:iam::172173733067:role\/nobody/],
    exit: 0,
  },
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
  expect(unhealthyChecks(await runDoctorOn(double))).toEqual({});
  const sources = double.calls('SimulatePrincipalPolicy').map(({ input }) => input.PolicySourceArn);
  expect([...new Set(sources)]).toEqual([simulated]);
});

test('the ARN of a session names its role', async () => {
  double.iam.createRole('jenkins', '/teams/');
  const principal = 'arn:aws:sts::172173733067:assumed-role/jenkins/i-0a1';
  expect(textOfCheck(await runDoctorOn(double, { options: { principal } }), 'permissions')).toMatch(
    /role\/teams\/jenkins/,
  );
  const role = 'arn:aws:iam::172173733067:role/teams/jenkins';
  expect(textOfCheck(await runDoctorOn(double, { options: { principal: role } }), 'permissions')).toMatch(
    /allowed to .*jenkins/,
  );
});

test.each([
  [
    'without iam:GetRole, the ARN of a role is guessed',
    'assumed-role/ci/session',
    'ok',
    /allowed to arn:aws:iam::172173733067:role\/ci/,
  ],
  [
    'without iam:GetRole, the ARN of an SSO role is unknown',
    'assumed-role/AWSReservedSSO_Admin_0a1b/ann',
    'unknown',
    /--principal arn:aws:iam::172173733067:role\/aws-reserved/,
  ],
  ['a federated user has no ARN for IAM', 'federated-user/ann', 'unknown', /name the user or role to be judged/],
])('%s', async (_name, caller, state, words) => {
  double.sts.caller = `arn:aws:sts::172173733067:${caller}`;
  double.fault({ action: 'GetRole', times: 2, fault: { kind: 'access-denied' } });
  const report = await runDoctorOn(double);
  expect(report.findings.find(({ name }) => name === 'permissions')?.state).toBe(state);
  expect(textOfCheck(report, 'permissions')).toMatch(words);
});

test('IAM is asked about PassRole with the service of ECS, and about RunTask with its cluster', async () => {
  await runDoctorOn(double);
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

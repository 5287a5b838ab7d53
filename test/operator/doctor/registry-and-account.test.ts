import type { Double } from '../../double/double.ts';
import { testBrokenSetups } from '../../support/broken-setups.ts';
import { healthyAccount, runDoctorOn, textOfCheck, unhealthyChecks } from '../../support/doctor-scene.ts';

let double: Double;
beforeEach(async () => {
  double = await healthyAccount();
});
afterEach(() => double.close());

testBrokenSetups({
  'an ECR that may not be asked': {
    breaks: (d) => d.fault({ action: 'DescribeRepositories', fault: { kind: 'access-denied' } }),
    unhealthy: { registry: 'unknown' },
    says: ['registry', /ecr:DescribeRepositories is refused/],
    exit: 0,
  },
  'Docker Hub without credentials': {
    surroundings: { env: { FARGATE_CI_REGISTRY: 'docker.io/acme' } },
    unhealthy: { registry: 'warning' },
    says: ['registry', /images go to docker\.io, and no credentials/, /--registry-credentials docker\.io=SECRET/],
    exit: 0,
  },
  'Docker Hub with a secret that is not there': {
    surroundings: {
      env: { FARGATE_CI_REGISTRY: 'docker.io/acme' },
      options: { registryCredentials: { 'docker.io': 'fargate-ci/build/hub' } },
    },
    unhealthy: { registry: 'problem' },
    says: ['registry', /there is no secret fargate-ci\/build\/hub for docker\.io/],
    exit: 30,
  },
  'no vCPU for a build': {
    breaks: (d) => d.quotas.values.set('L-3032A538', 1),
    unhealthy: { 'vCPU quota': 'problem' },
    says: ['vCPU quota', /1 vCPU on demand, 6 on Spot; a build takes 2/, /at most 1024/, /L-3032A538/],
    exit: 30,
  },
  'vCPUs for one build': {
    breaks: (d) => d.quotas.values.set('L-3032A538', 2),
    unhealthy: { 'vCPU quota': 'warning' },
    says: ['vCPU quota', /one build at a time/],
    exit: 0,
  },
  'no Spot': {
    breaks: (d) => d.quotas.values.set('L-36FBB829', 0),
    unhealthy: { 'vCPU quota': 'warning' },
    says: ['vCPU quota', /no build with spot: true/, /L-36FBB829/],
    exit: 0,
  },
  'quotas that may not be read': {
    breaks: (d) => d.fault({ action: 'GetServiceQuota', fault: { kind: 'access-denied' } }),
    unhealthy: { 'vCPU quota': 'unknown' },
    says: ['vCPU quota', /servicequotas:GetServiceQuota/],
    exit: 0,
  },
  'an account that never used ECS': {
    breaks: (d) => d.iam.deleteRole('AWSServiceRoleForECS'),
    unhealthy: { 'ECS role': 'problem' },
    says: ['ECS role', /no role AWSServiceRoleForECS/, /create-service-linked-role/],
    exit: 30,
  },
});

test('the value of a secret for Docker Hub is not read', async () => {
  double.secrets.put('fargate-ci/build/hub');
  const report = await runDoctorOn(double, {
    env: { FARGATE_CI_REGISTRY: 'docker.io/acme' },
    options: { registryCredentials: { 'docker.io': 'fargate-ci/build/hub' } },
  });
  expect(textOfCheck(report, 'registry')).toMatch(/the secret fargate-ci\/build\/hub for docker.io is there/);
  expect(double.calls('GetSecretValue')).toEqual([]);
});

test('a separate registry for caches is checked too', async () => {
  const report = await runDoctorOn(double, { env: { FARGATE_CI_CACHE_REGISTRY: 'quay.io/acme' } });
  expect(unhealthyChecks(report)).toEqual({ 'cache registry': 'warning' });
});

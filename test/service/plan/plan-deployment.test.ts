import type { Service } from '@aws-sdk/client-ecs';
import type { ObservedService } from '../../../helper/src/service/plan/deployment-plan.ts';
import { planDeployment } from '../../../helper/src/service/plan/plan-deployment.ts';
import { planLines } from '../../../helper/src/service/plan/plan-lines.ts';
import type { WantedService } from '../../../helper/src/service/wanted-service.ts';
import { shop } from '../../support/deploy-scene.ts';
import { definition, only, wants } from '../../support/wanted-services.ts';

const arn = (revision: number) => `arn:aws:ecs:ap-southeast-2:172173733067:task-definition/fargate-ci-shop:${revision}`;
const group = 'arn:aws:elasticloadbalancing:ap-southeast-2:172173733067:targetgroup/shop/0123456789abcdef';

const service = (more: Partial<Service> = {}): Service => ({
  status: 'ACTIVE',
  taskDefinition: arn(7),
  desiredCount: 2,
  launchType: 'FARGATE',
  deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition: arn(7), rolloutState: 'COMPLETED' }],
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'], assignPublicIp: 'ENABLED' },
  },
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
  },
  ...more,
});

const nothing: ObservedService = {
  service: undefined,
  present: undefined,
  lastUp: undefined,
  latest: undefined,
  everSucceeded: undefined,
};
const standing = (more: Partial<Service> = {}): ObservedService => ({
  service: service(more),
  present: { arn: arn(7), definition: definition(), active: true },
  lastUp: { arn: arn(7), definition: definition(), active: true },
  latest: { arn: arn(7), definition: definition(), active: true },
  everSucceeded: true,
});
const present = (more: Partial<WantedService> = {}) => wants({ image: shop('1'), ...more });

describe('what is done', () => {
  for (const [name, want, have, registers, step, deploys] of [
    ['first deployment', wants({ port: 80 }), nothing, true, 'create', undefined],
    ['new image', wants(), standing(), true, 'update', true],
    ['nothing changed', present(), standing(), false, 'none', undefined],
    [
      'nothing changed, and it is being rolled out',
      present(),
      standing({ deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }] }),
      false,
      'follow',
      undefined,
    ],
    [
      'nothing changed, but it failed',
      present(),
      standing({ deployments: [{ status: 'PRIMARY', rolloutState: 'FAILED' }] }),
      false,
      'update',
      true,
    ],
    ['tag that may have moved', present({ movingTag: true }), standing(), false, 'update', true],
    ['count alone', present({ count: 5 }), standing(), false, 'update', false],
    ['the count that it has', present({ count: 2 }), standing(), false, 'none', undefined],
    ['percentages alone', present({ minimumHealthy: 50, maximumHealthy: 150 }), standing(), false, 'update', false],
    ['circuit breaker off', present({ rollback: false }), standing(), false, 'update', false],
    [
      'circuit breaker off, and nothing said of it',
      present({ rollback: undefined }),
      standing({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } }),
      false,
      'none',
      undefined,
    ],
    [
      'circuit breaker without rollback, and nothing said of it',
      present({ rollback: undefined }),
      standing({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } }),
      false,
      'none',
      undefined,
    ],
    [
      'circuit breaker off, and asked for',
      present({ rollback: true }),
      standing({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } }),
      false,
      'update',
      false,
    ],
    ['subnets', present({ explicit: only({ subnets: ['subnet-b'] }) }), standing(), false, 'update', true],
    [
      'the network that it has',
      present({ explicit: only({ subnets: ['subnet-a'], publicIp: true }) }),
      standing(),
      false,
      'none',
      undefined,
    ],
    ['public address', present({ explicit: only({ publicIp: false }) }), standing(), false, 'update', true],
    ['spot', present({ spot: true }), standing(), false, 'update', true],
    ['no spot, as it is', present({ spot: false }), standing(), false, 'none', undefined],
    ['target group', present({ explicit: only({ targetGroup: group }) }), standing(), false, 'update', true],
    [
      'tried again after a rollback',
      wants(),
      { ...standing(), latest: { arn: arn(8), definition: definition({ image: shop('2') }), active: true } },
      false,
      'update',
      true,
    ],
  ] satisfies [string, WantedService, ObservedService, boolean, string, boolean | undefined][]) {
    test(name, () => {
      const plan = planDeployment(want, have, undefined);
      expect(plan.register !== undefined).toBe(registers);
      expect(plan.service.kind).toBe(step);
      expect(plan.service.kind === 'update' ? plan.service.deploys : undefined).toBe(deploys);
    });
  }
});

test('a deregistered revision is registered again', () => {
  const inactive = { arn: arn(7), definition: definition(), active: false };
  const plan = planDeployment(present(), { ...standing(), present: inactive, latest: undefined }, undefined);
  expect(plan.register).toBeDefined();
  expect(plan.changes).toEqual(['the present revision was deregistered']);
  expect(plan.service).toMatchObject({ kind: 'update', deploys: true });
});

test('no revision is registered where the family has this content already', () => {
  const { definition: content } = planDeployment(wants({ port: 80 }), nothing, undefined);
  const plan = planDeployment(
    wants({ port: 80 }),
    { ...nothing, latest: { arn: arn(3), definition: content, active: true } },
    undefined,
  );
  expect(plan).toMatchObject({ register: undefined, taskDefinition: arn(3), service: { kind: 'create' } });
});

function request(want: Partial<WantedService>, have: ObservedService) {
  const { service: step } = planDeployment(wants({ port: 80, ...want }), have, undefined);
  if (step.kind !== 'create' && step.kind !== 'update') throw new Error(step.kind);
  return step.request;
}

describe('the requests to ECS', () => {
  test('an update has only what was given', () => {
    expect(request({ port: undefined }, standing())).toEqual({ cluster: 'fargate-ci', service: 'shop' });
  });

  for (const [name, want, have, expected] of [
    [
      'new on Spot',
      { spot: true },
      nothing,
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] },
    ],
    [
      'new at 100% at most: not rebalanced',
      { minimumHealthy: 0, maximumHealthy: 100 },
      nothing,
      { availabilityZoneRebalancing: 'DISABLED' },
    ],
    [
      'rebalancing is switched off where it must be',
      { minimumHealthy: 0, maximumHealthy: 100 },
      standing({ availabilityZoneRebalancing: 'ENABLED' }),
      { availabilityZoneRebalancing: 'DISABLED' },
    ],
    [
      'new behind a load balancer',
      { explicit: only({ targetGroup: group }) },
      nothing,
      {
        loadBalancers: [{ targetGroupArn: group, containerName: 'shop', containerPort: 80 }],
        healthCheckGracePeriodSeconds: 60,
      },
    ],
    [
      'a changed port reaches the target group',
      { port: 5001 },
      standing({ loadBalancers: [{ targetGroupArn: group, containerName: 'shop', containerPort: 8080 }] }),
      { loadBalancers: [{ targetGroupArn: group, containerName: 'shop', containerPort: 5001 }] },
    ],
    [
      'back from Spot',
      { spot: false },
      standing({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }),
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }], forceNewDeployment: true },
    ],
    [
      'the percentages that were there stay',
      { rollback: false },
      standing(),
      {
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          deploymentCircuitBreaker: { enable: true, rollback: false },
        },
      },
    ],
    [
      'a task again after nothing ever came up',
      {},
      { ...standing({ desiredCount: 0 }), everSucceeded: false },
      { desiredCount: 1 },
    ],
  ] satisfies [string, Partial<WantedService>, ObservedService, object][]) {
    test(name, () => expect(request(want, have)).toMatchObject(expected));
  }

  test('a service that was scaled to 0 on purpose stays at 0', () => {
    expect(request({}, standing({ desiredCount: 0 }))).not.toHaveProperty('desiredCount');
  });
});

describe('what is refused before anything is done', () => {
  for (const [name, want, have, complaint] of [
    ['new without a port', wants(), nothing, /port is missing/],
    ['no subnets', wants({ port: 80, explicit: only({ subnets: [] }) }), nothing, /subnets are missing/],
    ['17 subnets', wants({ port: 80, explicit: only({ subnets: Array(17).fill('subnet-x') }) }), nothing, /17 subnets/],
    [
      '6 security groups',
      wants({ port: 80, explicit: only({ securityGroups: Array(6).fill('sg-x') }) }),
      nothing,
      /6 security groups/,
    ],
    ['no image', wants({ port: 80, image: undefined }), nothing, /image is missing/],
    ['sizes that do not go together', wants({ cpu: 256, memory: 8192 }), standing(), /8192/],
    [
      'no execution role for secrets',
      wants({ port: 80, secrets: { A: '/a' }, defaults: { ...wants().defaults, executionRole: undefined } }),
      nothing,
      /executionRole is missing/,
    ],
    ['a target group by its name', wants({ explicit: only({ targetGroup: 'shop' }) }), standing(), /not the ARN/],
    ['grace without a load balancer', wants({ healthCheckGrace: 60 }), standing(), /with a load balancer only/],
    ['no room to replace a task', wants({ maximumHealthy: 100 }), standing(), /leave no room/],
    [
      'another of several target groups',
      wants({ explicit: only({ targetGroup: group }) }),
      standing({
        loadBalancers: [
          { targetGroupArn: `${group}a`, containerName: 'shop', containerPort: 1 },
          { targetGroupArn: `${group}b`, containerName: 'shop', containerPort: 1 },
        ],
      }),
      /2 target groups/,
    ],
    ['more than 64 KB', wants({ env: { BIG: 'x'.repeat(70_000) } }), standing(), /bytes/],
  ] satisfies [string, WantedService, ObservedService, RegExp][]) {
    test(name, () => {
      expect(planDeployment(want, have, undefined).complaints).toEqual([expect.stringMatching(complaint)]);
    });
  }

  test('all complaints at once', () => {
    const want = wants({ cpu: 300, explicit: only({ subnets: [] }) });
    expect(planDeployment(want, nothing, undefined).complaints.length).toBeGreaterThanOrEqual(3);
  });

  test('bridge networking', () => {
    const have = {
      ...standing(),
      present: { arn: arn(7), definition: definition({}, { networkMode: 'bridge' }), active: true },
    };
    expect(planDeployment(wants(), have, undefined).complaints).toEqual([expect.stringMatching(/awsvpc/)]);
  });
});

test("a file's image is a placeholder: without the parameter image, the service's image stays", () => {
  const file = definition({ image: 'placeholder', command: ['new'] });
  const plan = planDeployment(wants({ image: undefined }), standing(), file);
  expect(plan.definition.containerDefinitions?.[0]).toMatchObject({ image: shop('1'), command: ['new'] });
  expect(planDeployment(wants({ image: undefined }), nothing, file).definition.containerDefinitions?.[0]?.image).toBe(
    'placeholder',
  );
});

test('a plan as lines', () => {
  const plan = planDeployment(wants({ count: 3, cpu: 512, memory: 1024 }), standing(), undefined);
  expect(planLines(wants(), plan)).toEqual([
    `deploy ${shop('2')} -> service shop in cluster fargate-ci`,
    '  register a revision of fargate-ci-shop',
    '  update the service shop',
    '    image 111111111111 -> 222222222222',
    '    cpu 256 -> 512',
    '    memory 512 -> 1024',
    '    count 2 -> 3',
  ]);
});

test('a failure is undone as the parameter says, else as the circuit breaker is set, else always', () => {
  const undone = (rollback: boolean | undefined, breaker: { enable: boolean; rollback: boolean } | undefined) => {
    const have = standing({ deploymentConfiguration: breaker ? { deploymentCircuitBreaker: breaker } : {} });
    return planDeployment(wants({ rollback }), have, undefined).undoesFailures;
  };
  expect(undone(undefined, { enable: true, rollback: true })).toBe(true);
  expect(undone(undefined, { enable: true, rollback: false })).toBe(false);
  expect(undone(undefined, { enable: false, rollback: false })).toBe(true);
  expect(undone(undefined, undefined)).toBe(true);
  expect(undone(false, { enable: true, rollback: true })).toBe(false);
  expect(undone(true, { enable: true, rollback: false })).toBe(true);
});

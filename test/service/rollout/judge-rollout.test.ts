import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { judgeRollout } from '../../../helper/src/service/rollout/judge-rollout.ts';
import type { OurDeployment } from '../../../helper/src/service/rollout/our-deployment.ts';
import { breakerThreshold } from '../../../helper/src/service/rollout/stability-limits.ts';
import type { RolloutSnapshot } from '../../../helper/src/service/rollout/verdict.ts';

const arn = (revision: number) => `arn:aws:ecs:ap-southeast-2:172173733067:task-definition/shop:${revision}`;

const ours: OurDeployment = {
  cluster: 'fargate-ci',
  service: 'shop',
  taskDefinition: arn(8),
  id: 'ecs-svc/8',
  createdAt: new Date(0),
  first: false,
  previous: arn(7),
  rollsBack: true,
  started: true,
  count: 2,
  checked: false,
};
const first = { first: true, previous: undefined, rollsBack: false };

/** `PRIMARY 8 COMPLETED 2` is deployment ecs-svc/8 of revision 8, with two tasks running. */
function deployment(text: string): Deployment {
  const [status = '', number = '', rolloutState = '', running = '0'] = text.split(' ');
  const state = rolloutState === 'FAILED' || rolloutState === 'COMPLETED' ? rolloutState : 'IN_PROGRESS';
  const [revision = number] = number.split('/').slice(1);
  return {
    id: `ecs-svc/${number.split('/')[0]}`,
    status,
    taskDefinition: arn(Number(revision)),
    rolloutState: state,
    runningCount: Number(running),
    desiredCount: 2,
    pendingCount: 0,
  };
}

const service = (...deployments: string[]): Service => ({
  status: 'ACTIVE',
  desiredCount: 2,
  deployments: deployments.map(deployment),
});

const at = (more: Partial<RolloutSnapshot>): RolloutSnapshot => ({
  service: service('PRIMARY 8 x'),
  own: undefined,
  newer: [],
  deaths: 0,
  ran: true,
  ...more,
});

describe('by our own service deployment', () => {
  const breaker = (status: 'TRIGGERED' | 'MONITORING') => ({ status, failureCount: 3, threshold: 3 });
  for (const [name, own, look, more, kind] of [
    ['running', { status: 'IN_PROGRESS' }, {}, {}, 'going'],
    ['not begun', { status: 'PENDING' }, {}, {}, 'going'],
    ['done', { status: 'SUCCESSFUL' }, {}, {}, 'succeeded'],
    [
      'looks done, but is not: ECS has the last word',
      { status: 'IN_PROGRESS' },
      { service: service('PRIMARY 8 COMPLETED 2') },
      {},
      'going',
    ],
    ['going back', { status: 'ROLLBACK_IN_PROGRESS' }, { service: service('PRIMARY 9/7 x 1') }, {}, 'rolling-back'],
    ['asked to go back', { status: 'ROLLBACK_REQUESTED' }, {}, {}, 'rolling-back'],
    [
      'went back, and looks stable',
      { status: 'ROLLBACK_SUCCESSFUL' },
      { service: service('PRIMARY 9/7 COMPLETED 2') },
      {},
      'rolled-back',
    ],
    ['could not go back', { status: 'ROLLBACK_FAILED' }, {}, {}, 'rolled-back'],
    ['being stopped', { status: 'STOP_REQUESTED' }, {}, {}, 'going'],
    [
      'stopped by a newer one',
      { status: 'STOPPED' },
      { newer: [{ serviceDeploymentArn: 'x/y' }], service: service('PRIMARY 9/9 x') },
      {},
      'superseded',
    ],
    [
      'stopped by a newer one of the old revision',
      { status: 'STOPPED' },
      { newer: [{ serviceDeploymentArn: 'x/y' }], service: service('PRIMARY 9/7 x') },
      {},
      'superseded',
    ],
    [
      'stopped by the circuit breaker',
      { status: 'STOPPED', deploymentCircuitBreaker: breaker('TRIGGERED') },
      {},
      {},
      'failed',
    ],
    ['stopped by an alarm', { status: 'STOPPED', alarms: { status: 'TRIGGERED' } }, {}, {}, 'failed'],
    ['stopped by somebody', { status: 'STOPPED' }, {}, {}, 'stopped'],
    [
      'first: circuit breaker open, nothing to go back to',
      { status: 'IN_PROGRESS', deploymentCircuitBreaker: breaker('TRIGGERED') },
      {},
      first,
      'failed',
    ],
    ['first: stalls as FAILED', { status: 'IN_PROGRESS' }, { service: service('PRIMARY 8 FAILED') }, first, 'failed'],
    ['first: some died', { status: 'IN_PROGRESS' }, { deaths: 3 }, first, 'going'],
    ['first: too many died', { status: 'IN_PROGRESS' }, { deaths: 4 }, first, 'failed'],
    [
      'later: circuit breaker open, ECS will go back',
      { status: 'IN_PROGRESS', deploymentCircuitBreaker: breaker('TRIGGERED') },
      {},
      {},
      'going',
    ],
  ] satisfies [string, ServiceDeployment, Partial<RolloutSnapshot>, Partial<OurDeployment>, string][]) {
    test(name, () => expect(judgeRollout(at({ own, ...look }), { ...ours, ...more }).kind).toBe(kind));
  }
});

describe('where that API is unavailable', () => {
  for (const [name, deployments, more, deaths, kind] of [
    ['in progress', ['PRIMARY 8 x 1', 'ACTIVE 7 COMPLETED 2'], {}, 0, 'going'],
    ['COMPLETED, all running', ['PRIMARY 8 COMPLETED 2'], {}, 0, 'steady'],
    ['COMPLETED, one running', ['PRIMARY 8 COMPLETED 1'], {}, 0, 'going'],
    ['COMPLETED at 0 running', ['PRIMARY 8 COMPLETED 0'], first, 0, 'going'],
    ['COMPLETED, but an old one still runs', ['PRIMARY 8 COMPLETED 2', 'ACTIVE 7 COMPLETED 1'], {}, 0, 'going'],
    ['all running, not COMPLETED', ['PRIMARY 8 x 2'], {}, 0, 'going'],
    ['another deployment is COMPLETED: that is not our success', ['PRIMARY 9/9 COMPLETED 2'], {}, 0, 'superseded'],
    ['replaced by another', ['PRIMARY 9/9 x 0', 'ACTIVE 8 x 1'], {}, 0, 'superseded'],
    ['replaced by another of our revision', ['PRIMARY 9/8 x 0', 'ACTIVE 8 x 1'], {}, 0, 'superseded'],
    ['replaced by the old revision, by hand', ['PRIMARY 9/7 x 0', 'ACTIVE 8 x 1'], {}, 0, 'superseded'],
    ['failed, going back', ['PRIMARY 9/7 x 1', 'ACTIVE 8 FAILED'], {}, 0, 'rolling-back'],
    ['failed, went back', ['PRIMARY 9/7 COMPLETED 2', 'ACTIVE 8 FAILED'], {}, 0, 'rolled-back'],
    ['went back before a look saw it', ['PRIMARY 9/7 COMPLETED 2'], {}, 0, 'rolled-back'],
    ['failed, and ECS will go back', ['PRIMARY 8 FAILED', 'ACTIVE 7 COMPLETED 2'], {}, 0, 'going'],
    ['failed, without rollback', ['PRIMARY 8 FAILED', 'ACTIVE 7 COMPLETED 2'], { rollsBack: false }, 0, 'failed'],
    ['first: failed', ['PRIMARY 8 FAILED'], first, 0, 'failed'],
    ['first: crashes again and again', ['PRIMARY 8 COMPLETED 0'], first, 3, 'failed'],
    ['first: two crashes', ['PRIMARY 8 COMPLETED 0'], first, 2, 'going'],
  ] satisfies [string, string[], Partial<OurDeployment>, number, string][]) {
    test(name, () => {
      expect(judgeRollout(at({ service: service(...deployments), deaths }), { ...ours, ...more }).kind).toBe(kind);
    });
  }
});

for (const status of ['DRAINING', 'INACTIVE'])
  test(`${status} is deleted`, () => {
    const gone = { ...service('PRIMARY 8 x'), status };
    expect(judgeRollout(at({ service: gone, own: { status: 'SUCCESSFUL' } }), ours)).toEqual({
      kind: 'deleted',
      status,
    });
  });

test('each reason that ECS gives for a failure is told once', () => {
  const own: ServiceDeployment = {
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: 'tasks failed to start',
    rollback: { reason: 'tasks failed to start' },
    deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    alarms: { triggeredAlarmNames: ['5xx'] },
  };
  expect(judgeRollout(at({ own }), ours)).toMatchObject({
    why: ['tasks failed to start', 'circuit breaker TRIGGERED: 3 failed tasks, threshold 3', 'alarms: 5xx'],
    runs: arn(7),
  });
});

test('the threshold of the circuit breaker', () => {
  expect([1, 2, 6, 7, 100, 1000].map(breakerThreshold)).toEqual([3, 3, 3, 4, 50, 200]);
});

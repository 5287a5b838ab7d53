import { failsToRollBack, hangs, rollsBack, succeeds } from '../../../double/scripts/rollout-scripts.ts';
import { afterUpdate, denied, dying, type Row, through } from './row.ts';

const going = { at: 1_000, status: 'IN_PROGRESS', pending: 1 } as const;
const breaker = (status: string, failureCount = 0) => ({ circuitBreaker: { status, failureCount, threshold: 3 } });
const requested = 'Service deployment rolled back because a user requested it.';
const short = ['--timeout', '2'];

/** Every state that ECS has for a service deployment, a rollout, a circuit breaker and an alarm. */
export const states: readonly Row[] = [
  {
    name: 'service deployment `SUCCESSFUL`',
    script: succeeds(),
    status: 0,
    category: '',
  },
  {
    name: 'service deployment `PENDING` for ever',
    script: through({ at: 0, status: 'PENDING' }),
    flags: short,
    status: 13,
    category: 'timeout',
  },
  {
    name: 'service deployment `IN_PROGRESS` for ever',
    script: hangs(),
    flags: short,
    status: 13,
    category: 'timeout',
  },
  {
    name: "the same, with `onAbort: 'leave'`",
    script: hangs(),
    flags: [...short, '--on-abort', 'leave'],
    status: 13,
    category: 'timeout',
  },
  {
    name: 'service deployment `STOP_REQUESTED` for ever',
    script: through(going, { at: 20_000, status: 'STOP_REQUESTED' }),
    flags: short,
    status: 13,
    category: 'timeout',
  },
  {
    name: 'service deployment `STOPPED`, by someone',
    script: through(going, { at: 20_000, status: 'STOP_REQUESTED' }, { at: 30_000, status: 'STOPPED' }),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `STOPPED`, the circuit breaker `TRIGGERED` without rollback; `rollback: false`',
    script: through(going, { at: 30_000, status: 'STOPPED', failed: 3, ...breaker('TRIGGERED', 3) }),
    flags: ['--no-rollback'],
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `ROLLBACK_REQUESTED` for ever',
    script: through(going, { at: 20_000, status: 'ROLLBACK_REQUESTED', rollbackReason: requested }),
    flags: short,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `ROLLBACK_IN_PROGRESS` for ever',
    script: through(going, { at: 20_000, status: 'ROLLBACK_IN_PROGRESS', rollbackReason: requested }),
    flags: short,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `ROLLBACK_SUCCESSFUL`, by the circuit breaker (`TRIGGERED`)',
    script: rollsBack({ tasks: [{ at: 2_000, script: dying }] }),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `ROLLBACK_SUCCESSFUL`, by someone',
    script: through(
      going,
      { at: 20_000, status: 'ROLLBACK_REQUESTED', rollbackReason: requested },
      { at: 30_000, status: 'ROLLBACK_IN_PROGRESS' },
      { at: 40_000, status: 'ROLLBACK_SUCCESSFUL' },
    ),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployment `ROLLBACK_FAILED`',
    script: failsToRollBack({ tasks: [{ at: 2_000, script: dying }] }),
    status: 20,
    category: 'deploy',
  },
  {
    name: 'circuit breaker `DISABLED`, tasks die for ever',
    script: through({ ...going, ...breaker('DISABLED') }),
    flags: short,
    status: 13,
    category: 'timeout',
  },
  {
    name: 'circuit breaker `MONITORING` with a failure, then `MONITORING_COMPLETE`',
    script: through(
      { ...going, ...breaker('MONITORING', 1) },
      { at: 60_000, status: 'SUCCESSFUL', ...breaker('MONITORING_COMPLETE', 1) },
    ),
    status: 0,
    category: '',
  },
  {
    name: 'an alarm goes off, ECS rolls back',
    script: through(
      going,
      {
        at: 30_000,
        status: 'ROLLBACK_IN_PROGRESS',
        triggeredAlarms: ['shop-5xx'],
        rollbackReason: 'ECS deployment rolled back because an alarm was triggered.',
      },
      { at: 60_000, status: 'ROLLBACK_SUCCESSFUL' },
    ),
    status: 20,
    category: 'deploy',
    also: (_, { stderr }) => expect(stderr).toMatch(/alarms: shop-5xx[\s\S]*hint {6}an alarm of the service went off/),
  },
  {
    name: 'an alarm goes off without rollback; `rollback: false`',
    script: through(going, { at: 30_000, status: 'STOPPED', triggeredAlarms: ['shop-5xx'] }),
    flags: ['--no-rollback'],
    status: 20,
    category: 'deploy',
  },
  {
    name: 'service deployments are denied by IAM; `rolloutState` `COMPLETED`',
    script: succeeds(),
    set: denied,
    status: 0,
    category: '',
  },
  {
    name: 'denied; `rolloutState` `IN_PROGRESS` for ever',
    script: hangs(),
    set: denied,
    flags: short,
    status: 13,
    category: 'timeout',
  },
  {
    name: 'denied; `rolloutState` `FAILED`, without rollback; `rollback: false`',
    script: through(going, { at: 30_000, status: 'STOPPED', failed: 3, statusReason: 'tasks failed to start.' }),
    set: denied,
    flags: ['--no-rollback'],
    status: 20,
    category: 'deploy',
  },
  {
    name: 'denied; `rolloutState` `FAILED`, rolled back',
    script: rollsBack({ tasks: [{ at: 2_000, script: dying }] }),
    set: denied,
    status: 20,
    category: 'deploy',
  },
  {
    name: 'denied; `rolloutState` of the rollback `FAILED`',
    script: failsToRollBack({ tasks: [{ at: 2_000, script: dying }] }),
    set: denied,
    status: 20,
    category: 'deploy',
  },
  ...['DescribeServiceDeployments', 'DescribeServiceRevisions'].map(
    (action): Row => ({
      name: `only ${action} is denied; \`rolloutState\` \`COMPLETED\``,
      script: succeeds(),
      set: ({ double }) => double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } }),
      status: 0,
      category: '',
    }),
  ),
  {
    name: 'denied; superseded by another pipeline',
    script: hangs(),
    set: (stage) => {
      denied(stage);
      afterUpdate(20_000, ({ double }) => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1'))(
        stage,
      );
    },
    status: 21,
    category: 'superseded',
  },
];

import { neverStarts, type TaskScript, type TaskStep } from './task-scripts.ts';

/** States of a service deployment (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html). */
export type RolloutStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** One state of a rollout; `at` in ms since CreateService or UpdateService. */
export interface RolloutStep {
  at: number;
  status: RolloutStatus;
  /** How many tasks of the new revision run. Default: all when SUCCESSFUL, otherwise as many as before. */
  running?: number;
  pending?: number;
  /** Tasks that failed so far. */
  failed?: number;
  statusReason?: string;
  rollbackReason?: string;
  circuitBreaker?: { status: string; failureCount: number; threshold: number };
  triggeredAlarms?: readonly string[];
}

/** What happens to a rollout. */
export interface RolloutScript {
  timeline: readonly RolloutStep[];
  /** Events of the service. */
  events?: readonly { at: number; message: string }[];
  /** Tasks that the rollout starts; `script` counts from their own start. */
  tasks?: readonly { at: number; script: TaskScript }[];
  /** ListServiceDeployments does not show it before this many ms. */
  listedAfter?: number;
  /** For this many ms, `currentServiceDeployment` of DescribeServices names the deployment before it. */
  staleFor?: number;
  /** How many ms after StopServiceDeployment it is rolled back. Default: 10 000. */
  stopsAfter?: number;
}

/** In what a rollout differs from the usual one. Times are in ms. */
export interface RolloutOptions extends Omit<RolloutScript, 'timeline'> {
  /** When it ends. Default: 90 000. */
  after?: number;
  /** Why, in the words of `statusReason` or `rollback.reason`. */
  reason?: string;
  /** How many tasks fail. */
  failures?: number;
}

/** Tasks start, are healthy, and the deployment is SUCCESSFUL. */
export function succeeds(options: RolloutOptions = {}): RolloutScript {
  const { after = 90_000, ...rest } = options;
  return {
    tasks: [{ at: 2_000, script: runsUntilStopped }],
    ...rest,
    timeline: [
      { at: 0, status: 'PENDING' },
      { at: 1_000, status: 'IN_PROGRESS', pending: 1 },
      { at: Math.round(after / 2), status: 'IN_PROGRESS', running: 1, pending: 0 },
      { at: after, status: 'SUCCESSFUL' },
    ],
  };
}

/** Tasks die, the circuit breaker opens, and the service is rolled back. Afterwards it looks stable, on the old revision. */
export function rollsBack(options: RolloutOptions = {}): RolloutScript {
  const {
    after = 120_000,
    failures = 3,
    reason = 'ECS deployment circuit breaker: tasks failed to start.',
    ...rest
  } = options;
  const breaker = (failureCount: number, status = 'MONITORING') => ({
    circuitBreaker: { status, failureCount, threshold: failures },
  });
  const third = Math.round(after / 3);
  return {
    tasks: [dies, dies, dies].map((script, index) => ({ at: 2_000 + index * 15_000, script })),
    ...rest,
    timeline: [
      { at: 0, status: 'PENDING' },
      { at: 1_000, status: 'IN_PROGRESS', pending: 1, ...breaker(0) },
      { at: third, status: 'IN_PROGRESS', pending: 1, failed: 1, ...breaker(1) },
      {
        at: 2 * third,
        status: 'ROLLBACK_IN_PROGRESS',
        pending: 0,
        failed: failures,
        rollbackReason: reason,
        ...breaker(failures, 'TRIGGERED'),
      },
      {
        at: after,
        status: 'ROLLBACK_SUCCESSFUL',
        failed: failures,
        rollbackReason: reason,
        ...breaker(failures, 'TRIGGERED'),
      },
    ],
  };
}

/** Like rollsBack, but the rollback fails, too. */
export function failsToRollBack(options: RolloutOptions = {}): RolloutScript {
  const script = rollsBack(options);
  const timeline = script.timeline.map((step) =>
    step.status === 'ROLLBACK_SUCCESSFUL' ? { ...step, status: 'ROLLBACK_FAILED' as const } : step,
  );
  return { ...script, timeline };
}

/** Fails without a rollback, because none was asked for. */
export function failsWithoutRollback(options: RolloutOptions = {}): RolloutScript {
  const {
    after = 60_000,
    failures = 3,
    reason = 'ECS deployment circuit breaker: tasks failed to start.',
    ...rest
  } = options;
  const circuitBreaker = { status: 'TRIGGERED', failureCount: failures, threshold: failures };
  return {
    tasks: [dies, dies, dies].map((script, index) => ({ at: 2_000 + index * 15_000, script })),
    ...rest,
    timeline: [
      { at: 0, status: 'IN_PROGRESS', pending: 1 },
      { at: after, status: 'STOPPED', failed: failures, statusReason: reason, circuitBreaker },
    ],
  };
}

/** Goes on for ever. With `failures` it is like a first deployment whose tasks die. */
export function hangs(options: RolloutOptions = {}): RolloutScript {
  const { failures = 0, ...rest } = options;
  const dying = Array.from({ length: failures }, (_, index) => ({ at: 2_000 + index * 30_000, script: dies }));
  return {
    tasks: dying,
    ...rest,
    timeline: [
      { at: 0, status: 'PENDING' },
      { at: 1_000, status: 'IN_PROGRESS', pending: 1 },
      ...dying.map(({ at }, index) => ({ at: at + 20_000, status: 'IN_PROGRESS' as const, failed: index + 1 })),
    ],
  };
}

const start: readonly TaskStep[] = [
  { at: 0, lastStatus: 'PROVISIONING' },
  { at: 8_000, lastStatus: 'PENDING' },
];

/** A task of a service that runs until it is stopped. */
export const runsUntilStopped: TaskScript = { timeline: [...start, { at: 15_000, lastStatus: 'RUNNING' }] };

/** A task of a service whose container soon exits with status 1. */
export const dies: TaskScript = exitsWith(1);

/** A task of a service whose container exits with this code, and has these lines in its log. */
export function exitsWith(exitCode: number, ...lines: string[]): TaskScript {
  const why = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited', exitCode };
  return {
    timeline: [
      ...start,
      { at: 12_000, lastStatus: 'RUNNING' },
      { at: 14_000, lastStatus: 'DEPROVISIONING', ...why },
      { at: 18_000, lastStatus: 'STOPPED', ...why },
    ],
    lines: lines.map((text, index) => ({ at: 13_000 + index, text })),
  };
}

/** A task of a service that never passes the load balancer's health check. */
export const unhealthy: TaskScript = {
  timeline: [
    ...start,
    { at: 12_000, lastStatus: 'RUNNING' },
    {
      at: 40_000,
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason:
        'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:ap-southeast-2:172173733067:targetgroup/web/0123456789abcdef)',
      exitCode: 143,
    },
  ],
};

/** A task of a service whose image cannot be pulled. */
export const unpullable: TaskScript = neverStarts(
  'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref: not found',
  10_000,
);

import type { JsonObject } from '../json-values.ts';
import { isEnd, isRollback, type Rollout, rolloutAt } from './rollouts.ts';
import type { Service } from './services.ts';
import { stepAt } from './task-view.ts';

/** How long a deleted service is DRAINING. Then it is INACTIVE. */
const DRAINING_MS = 30_000;
const MOST_EVENTS = 100;

export function serviceStatus(service: Service, now: number): 'ACTIVE' | 'DRAINING' | 'INACTIVE' {
  if (service.deletedAt === undefined) return 'ACTIVE';
  return now - service.deletedAt < DRAINING_MS ? 'DRAINING' : 'INACTIVE';
}

/** The answer of DescribeServices. The answers of CreateService and UpdateService (`stale`) name no new service deployment. */
export function describeService(service: Service, now: number, stale = false): JsonObject {
  const deployments = service.deletedAt === undefined ? describeDeployments(service, now) : [];
  const count = (name: string) => deployments.reduce((sum, one) => sum + Number(one[name] ?? 0), 0);
  const current = service.rollouts.at(-1);
  const age = now - (current?.createdAt ?? 0);
  const shown = stale || age < (current?.script.staleFor ?? 0) ? current?.source : current;
  return {
    deploymentController: { type: 'ECS' },
    schedulingStrategy: 'REPLICA',
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    loadBalancers: [],
    serviceRegistries: [],
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    ...(service.settings.capacityProviderStrategy === undefined ? { launchType: 'FARGATE' } : {}),
    ...service.settings,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.arn.replace(/:service\/.*/, `:cluster/${service.cluster}`),
    status: serviceStatus(service, now),
    desiredCount: service.desiredCount,
    runningCount: count('runningCount'),
    pendingCount: count('pendingCount'),
    taskDefinition: String(deployments[0]?.taskDefinition ?? current?.definition.arn),
    deployments,
    currentServiceDeployment: shown?.arn,
    currentServiceRevisions: shown ? [{ arn: shown.revisionArn, requestedTaskCount: service.desiredCount }] : [],
    events: service.events
      .filter((event) => event.at <= now)
      .sort((a, b) => a.at - b.at)
      .reverse()
      .slice(0, MOST_EVENTS)
      .map(({ id, at, message }) => ({ id, createdAt: new Date(at), message })),
    createdAt: new Date(service.createdAt),
  };
}

/** `deployments[]`, the PRIMARY one first. After a rollback that is a new deployment of the old revision. */
function describeDeployments(service: Service, now: number): JsonObject[] {
  const current = service.rollouts.at(-1);
  if (!current) return [];
  const step = rolloutAt(current, now);
  const running = { desired: service.desiredCount, running: service.desiredCount };
  const { source } = current;
  if (isRollback(step.status) && source) {
    const state = ({ ROLLBACK_SUCCESSFUL: 'COMPLETED', ROLLBACK_FAILED: 'FAILED' } as Record<string, string>)[
      step.status
    ];
    const back = deployment(source, 'PRIMARY', state ?? 'IN_PROGRESS', {
      ...running,
      id: current.rollbackId,
      reason:
        state === 'COMPLETED'
          ? `ECS deployment ${current.rollbackId} completed.`
          : 'ECS deployment circuit breaker: rolling back.',
    });
    if (step.status === 'ROLLBACK_SUCCESSFUL') return [back];
    const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${source.id}.`;
    return [back, deployment(current, 'ACTIVE', 'FAILED', { desired: 0, failed: step.failed ?? 0, reason })];
  }
  if (step.status === 'SUCCESSFUL') {
    return [
      deployment(current, 'PRIMARY', 'COMPLETED', {
        ...running,
        ...scaled(service, now),
        reason: `ECS deployment ${current.id} completed.`,
      }),
    ];
  }
  const failed = isEnd(step.status) || isRollback(step.status);
  const reason = step.statusReason ?? step.rollbackReason;
  const primary = deployment(current, 'PRIMARY', failed ? 'FAILED' : 'IN_PROGRESS', {
    desired: service.desiredCount,
    running: Math.min(step.running ?? 0, service.desiredCount),
    pending: Math.min(step.pending ?? 0, service.desiredCount),
    failed: step.failed ?? 0,
    reason: failed && reason ? reason : `ECS deployment ${current.id} in progress.`,
  });
  const replaced = service.rollouts.filter(
    (one) => one.supersededAt !== undefined && one.createdAt > (source?.createdAt ?? 0),
  );
  return [
    primary,
    ...replaced.map((one) => deployment(one, 'ACTIVE', 'IN_PROGRESS', { desired: 0 })),
    ...(source ? [deployment(source, 'ACTIVE', 'COMPLETED', running)] : []),
  ];
}

/** After a raise of the count the new tasks start one by one, and die. The deployment stays COMPLETED. */
function scaled(service: Service, now: number): { running?: number; pending?: number } {
  const { scaling, desiredCount } = service;
  if (scaling === undefined) return {};
  const states = scaling.tasks.map((task) => stepAt(task, now)).filter((step) => step?.stopCode === undefined);
  const running = Math.min(desiredCount, scaling.from + states.filter((step) => step?.lastStatus === 'RUNNING').length);
  const pending = states.filter((step) => step !== undefined && /PROVISIONING|PENDING/.test(step.lastStatus)).length;
  return { running, pending: Math.min(pending, desiredCount - running) };
}

interface Counts {
  desired: number;
  running?: number;
  pending?: number;
  failed?: number;
  id?: string;
  reason?: string;
}

function deployment(rollout: Rollout, status: string, rolloutState: string, counts: Counts): JsonObject {
  const { networkConfiguration, launchType, capacityProviderStrategy } = rollout.settings;
  return {
    id: counts.id ?? rollout.id,
    status,
    taskDefinition: rollout.definition.arn,
    desiredCount: counts.desired,
    runningCount: counts.running ?? 0,
    pendingCount: counts.pending ?? 0,
    failedTasks: counts.failed ?? 0,
    createdAt: new Date(rollout.createdAt),
    updatedAt: new Date(rollout.createdAt),
    networkConfiguration,
    launchType,
    capacityProviderStrategy,
    rolloutState,
    rolloutStateReason: counts.reason ?? `ECS deployment ${rollout.id} completed.`,
  };
}

import { Fields } from '../action-parameters.ts';
import type { JsonObject } from '../json-values.ts';
import { isEnd, isRollback, type Rollout, reached, rolloutAt } from './rollouts.ts';
import type { Service } from './services.ts';

const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time));

/** A deployment as ListServiceDeployments answers it. */
export function briefDeployment(service: Service, rollout: Rollout, now: number): JsonObject {
  const step = rolloutAt(rollout, now);
  return {
    serviceDeploymentArn: rollout.arn,
    serviceArn: service.arn,
    clusterArn: service.arn.replace(/:service\/.*/, `:cluster/${service.cluster}`),
    createdAt: date(rollout.createdAt),
    startedAt: date(reached(rollout, now, (status) => status !== 'PENDING')),
    finishedAt: date(reached(rollout, now, isEnd)),
    targetServiceRevisionArn: rollout.revisionArn,
    status: step.status,
    statusReason: step.statusReason,
  };
}

/** A deployment as DescribeServiceDeployments answers it. */
export function describeDeployment(service: Service, rollout: Rollout, now: number): JsonObject {
  const { targetServiceRevisionArn: arn, ...brief } = briefDeployment(service, rollout, now);
  const step = rolloutAt(rollout, now);
  const back = reached(rollout, now, isRollback);
  const { source } = rollout;
  const running = step.status === 'SUCCESSFUL' ? service.desiredCount : (step.running ?? 0);
  return {
    ...brief,
    updatedAt: new Date(rollout.createdAt + step.at),
    stoppedAt: date(rollout.stoppedAt),
    sourceServiceRevisions: source ? [{ arn: source.revisionArn, requestedTaskCount: service.desiredCount }] : [],
    targetServiceRevision: {
      arn,
      requestedTaskCount: service.desiredCount,
      runningTaskCount: running,
      pendingTaskCount: step.pending ?? 0,
    },
    deploymentConfiguration: rollout.settings.deploymentConfiguration,
    ...(back === undefined
      ? {}
      : { rollback: { reason: step.rollbackReason, startedAt: date(back), serviceRevisionArn: source?.revisionArn } }),
    deploymentCircuitBreaker: step.circuitBreaker ?? {
      status: 'MONITORING',
      failureCount: step.failed ?? 0,
      threshold: 3,
    },
    ...(step.triggeredAlarms ? { alarms: { status: 'TRIGGERED', triggeredAlarmNames: step.triggeredAlarms } } : {}),
  };
}

/** A revision as DescribeServiceRevisions answers it. */
export function describeRevision(service: Service, rollout: Rollout): JsonObject {
  const { networkConfiguration, launchType, capacityProviderStrategy, loadBalancers } = rollout.settings;
  return {
    serviceRevisionArn: rollout.revisionArn,
    serviceArn: service.arn,
    clusterArn: service.arn.replace(/:service\/.*/, `:cluster/${service.cluster}`),
    taskDefinition: rollout.definition.arn,
    networkConfiguration,
    launchType,
    capacityProviderStrategy,
    loadBalancers,
    containerImages: new Fields(rollout.definition.content)
      .objects('containerDefinitions')
      .map((one) => ({ containerName: one.text('name'), image: one.text('image') })),
    createdAt: new Date(rollout.createdAt),
  };
}

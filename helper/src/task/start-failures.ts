import type { Failure as EcsFailure } from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure, isThrottled, isUnclear } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { TaskRequest } from './task-request.ts';

const isCapacity = (text: string): boolean =>
  /Capacity is unavailable|RESOURCE:FARGATE|insufficient capacity/i.test(text);
const isQuota = (text: string): boolean =>
  /limit on the number of vCPUs|vCPU (?:limit|quota)|service quota/i.test(text);
const reasonOf = ({ reason, detail }: EcsFailure): string => [reason, detail].filter(Boolean).join(': ');

/** What is short: Fargate's capacity, or the account's quota. Undefined for a refusal that waiting does not end. */
export function shortageIn(refused: readonly EcsFailure[]): 'capacity' | 'quota' | undefined {
  const texts = refused.map(reasonOf);
  if (texts.some(isQuota)) return 'quota';
  return texts.some(isCapacity) ? 'capacity' : undefined;
}

/**
 * ECS reports some shortages as an error, and others in an answer without a task. This turns such an error into such an answer;
 * undefined for any other error.
 */
export function shortageAnswer(error: unknown): { failures: readonly EcsFailure[] } | undefined {
  const { message } = awsErrorFacts(error);
  if (isThrottled(error) || isUnclear(error)) return undefined;
  return isQuota(message) || isCapacity(message) ? { failures: [{ reason: message }] } : undefined;
}

/** The failure for a RunTask call that ECS refused with an error. */
export function explainRefusedCall(error: unknown, { cluster, taskDefinition }: TaskRequest, region: string): Failure {
  const { code, message } = awsErrorFacts(error);
  const evidence = [`${code}: ${message}`];
  if (code === 'ClusterNotFoundException') {
    return new Failure('usage', `there is no ECS cluster ${cluster} in ${region}`, {
      hint: 'deploy infrastructure/builder.yaml there, or name the cluster in the setting cluster',
      evidence,
      cause: error,
    });
  }
  if (code === 'ClientException' && /TaskDefinition (?:not found|is inactive)/i.test(message)) {
    return new Failure('usage', `there is no task definition ${taskDefinition} in ${region}`, {
      hint: 'deploy infrastructure/builder.yaml there, or name its family in the setting builder-family',
      evidence,
      cause: error,
    });
  }
  return awsFailure(error, `start a task of ${taskDefinition} in the cluster ${cluster} (ecs:RunTask)`);
}

/**
 * The failure for a RunTask call that was answered with HTTP 200 and without a task.
 * @param tried how many times the task was requested
 */
export function explainMissingTask(refused: readonly EcsFailure[], request: TaskRequest, tried = 1): Failure {
  const { spot, taskDefinition, cluster, subnets } = request;
  const evidence = refused.length === 0 ? ['RunTask answered neither a task nor a failure'] : refused.map(reasonOf);
  const shortage = shortageIn(refused);
  if (shortage === 'quota') return quotaUsedUp(evidence);
  if (shortage === 'capacity') {
    const everywhere = tried > subnets.length && subnets.length > 1 ? ` in any of ${subnets.length} subnets` : '';
    return new Failure(
      'platform',
      `Fargate has no ${spot ? 'Spot ' : ''}capacity for the task at the moment${everywhere}`,
      {
        hint: `run it again later, or allow more subnets in other zones (setting subnets)${spot ? ', or let it run on demand then: spotFallback: true' : ''}`,
        evidence,
      },
    );
  }
  return new Failure('platform', `ECS did not start ${taskDefinition} in the cluster ${cluster}`, {
    hint: 'the evidence is what it says; check the cluster and the task definition',
    evidence,
  });
}

const quotaUsedUp = (evidence: readonly string[]): Failure =>
  new Failure('platform', "the account's quota of Fargate vCPUs is used up", {
    hint: 'let other builds end, give this one less cpu, or ask for more: Service Quotas, AWS Fargate, "Fargate On-Demand vCPU resource count" (Spot has its own)',
    evidence,
  });

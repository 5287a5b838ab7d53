import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import { primaryDeployment } from '../primary-deployment.ts';
import type { ServiceStep } from './deployment-plan.ts';

/** The shortest time that a rollout can take, however fast the application starts. */
export interface LeastDuration {
  minutes: number;
  /** Its parts, for people: `CANARY: canary 30 min, bake time 10 min`; empty for 0 minutes. */
  why: string;
}

/** ECS' defaults (SDK 3.1164), in percent and minutes. */
const DEFAULT_LINEAR = { stepPercent: 10, stepBakeMinutes: 6 };
const DEFAULT_CANARY_MINUTES = 10;

/**
 * Adds up the times that ECS waits by the deployment strategy. A rolling deployment waits for its tasks only, even where the
 * configuration still has a bake time of another strategy. Lifecycle hooks are not counted: nobody knows how long they take.
 */
export function leastDuration(configuration: DeploymentConfiguration | undefined): LeastDuration {
  const strategy = configuration?.strategy ?? 'ROLLING';
  if (configuration === undefined || strategy === 'ROLLING') return { minutes: 0, why: '' };
  const { linearConfiguration: linear, canaryConfiguration: canary, bakeTimeInMinutes: bake = 0 } = configuration;
  const waits: { minutes: number; text: string }[] = [];
  if (strategy === 'LINEAR') {
    const each = linear?.stepBakeTimeInMinutes ?? DEFAULT_LINEAR.stepBakeMinutes;
    // After the last step there is only the bake time. A tiny amount is taken off, for a percent may have a decimal: a
    // rounding error must not add a step.
    const pauses = Math.max(0, Math.ceil(100 / (linear?.stepPercent ?? DEFAULT_LINEAR.stepPercent) - 1e-9) - 1);
    waits.push({ minutes: pauses * each, text: `${pauses} times ${each} min between the steps` });
  }
  if (strategy === 'CANARY') {
    const minutes = canary?.canaryBakeTimeInMinutes ?? DEFAULT_CANARY_MINUTES;
    waits.push({ minutes, text: `canary ${minutes} min` });
  }
  waits.push({ minutes: bake, text: `bake time ${bake} min` });
  const minutes = waits.reduce((sum, wait) => sum + wait.minutes, 0);
  const texts = waits.filter((wait) => wait.minutes > 0).map(({ text }) => text);
  return { minutes, why: minutes === 0 ? '' : `${strategy}: ${texts.join(', ')}` };
}

/** The service's deployment configuration as the step will leave it. */
export function plannedConfiguration(step: ServiceStep, service: Service | undefined): DeploymentConfiguration {
  const requested = step.kind === 'create' || step.kind === 'update' ? step.request.deploymentConfiguration : undefined;
  return { ...service?.deploymentConfiguration, ...requested };
}

/** True where there is a rollout to wait for: the step starts one, or one is under way. */
export function hasRolloutToWaitFor(step: ServiceStep, service: Service | undefined): boolean {
  if (step.kind === 'none') return false;
  if (step.kind !== 'update' || step.deploys) return true;
  return primaryDeployment(service)?.rolloutState === 'IN_PROGRESS';
}

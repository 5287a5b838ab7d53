import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import type { ServiceStep } from './deployment-plan.ts';

/** How long a rollout takes at least, whatever the application does. */
export interface LeastDuration {
  minutes: number;
  /** What it is made of, for people: `CANARY: canary 30 min, bake time 10 min`; empty for 0 minutes. */
  why: string;
}

/** What ECS has where the configuration says nothing (SDK 3.1164): percent and minutes. */
const LINEAR = { step: 10, bake: 6 };
const CANARY_BAKE = 10;

/**
 * The least duration of a rollout: the times for which ECS waits by its strategy. A rolling one waits for its tasks alone,
 * also where it has a bake time left from another strategy. Lifecycle hooks are not counted: nobody knows how long they take.
 */
export function leastDuration(configuration: DeploymentConfiguration | undefined): LeastDuration {
  const strategy = configuration?.strategy ?? 'ROLLING';
  if (configuration === undefined || strategy === 'ROLLING') return { minutes: 0, why: '' };
  const { linearConfiguration: linear, canaryConfiguration: canary, bakeTimeInMinutes: bake = 0 } = configuration;
  const waits: { minutes: number; text: string }[] = [];
  if (strategy === 'LINEAR') {
    const each = linear?.stepBakeTimeInMinutes ?? LINEAR.bake;
    // After the last step there is no wait but the bake time. Percents have a decimal: 100 / 3.3 must not gain a step.
    const pauses = Math.max(0, Math.ceil(100 / (linear?.stepPercent ?? LINEAR.step) - 1e-9) - 1);
    waits.push({ minutes: pauses * each, text: `${pauses} times ${each} min between the steps` });
  }
  if (strategy === 'CANARY') {
    const minutes = canary?.canaryBakeTimeInMinutes ?? CANARY_BAKE;
    waits.push({ minutes, text: `canary ${minutes} min` });
  }
  waits.push({ minutes: bake, text: `bake time ${bake} min` });
  const minutes = waits.reduce((sum, wait) => sum + wait.minutes, 0);
  const told = waits.filter((wait) => wait.minutes > 0).map(({ text }) => text);
  return { minutes, why: minutes === 0 ? '' : `${strategy}: ${told.join(', ')}` };
}

/** How a service is going to be deployed. */
export function plannedConfiguration(step: ServiceStep, service: Service | undefined): DeploymentConfiguration {
  const asked = step.kind === 'create' || step.kind === 'update' ? step.request.deploymentConfiguration : undefined;
  return { ...service?.deploymentConfiguration, ...asked };
}

/** True where there is a rollout to wait for: one that this step starts, or one that is under way. */
export function hasRolloutToWaitFor(step: ServiceStep, service: Service | undefined): boolean {
  if (step.kind === 'none') return false;
  if (step.kind !== 'update' || step.deploys) return true;
  return (service?.deployments ?? []).some(
    ({ status, rolloutState }) => status === 'PRIMARY' && rolloutState === 'IN_PROGRESS',
  );
}

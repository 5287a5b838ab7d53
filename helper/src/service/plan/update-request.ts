import type { DeploymentConfiguration, Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';
import { capacityProviderChange, ON_DEMAND } from './capacity-providers.ts';
import { changesCircuitBreaker } from './circuit-breaker.ts';
import type { SettingsBefore } from './deployment-plan.ts';
import { loadBalancerChange } from './load-balancers.ts';
import { sameNetwork, serviceNetwork } from './service-network.ts';

/** Reasons to update a service beyond what the user asked for. */
interface UpdateReasons {
  /** The revision stays the same, but its tasks must be replaced. */
  force: boolean;
  /** No deployment ever succeeded. So a count of 0 is what the failed first deployment left: it becomes 1. */
  restart: boolean;
}

/**
 * UpdateService's input with only what changes, without the revision.
 * @returns changes: each change in words; deploys: whether ECS starts a deployment for them
 */
export function updateRequest(
  wanted: WantedService,
  service: Service,
  definition: Definition,
  { force, restart }: UpdateReasons,
): { request: UpdateServiceCommandInput; changes: string[]; deploys: boolean } {
  const request: UpdateServiceCommandInput = { cluster: wanted.cluster, service: wanted.service };
  const changes: string[] = [];
  let deploys = false;

  const count = wanted.count ?? (restart && service.desiredCount === 0 ? 1 : undefined);
  if (count !== undefined && count !== service.desiredCount) {
    request.desiredCount = count;
    changes.push(`count ${service.desiredCount ?? 0} -> ${count}`);
  }
  const strategy = capacityProviderChange(wanted.spot, service);
  if (strategy) {
    request.capacityProviderStrategy = strategy;
    changes.push(wanted.spot ? 'on demand -> Spot' : 'Spot -> on demand');
  }
  const configuration = configurationChange(wanted, service.deploymentConfiguration ?? {});
  if (configuration) {
    request.deploymentConfiguration = configuration.value;
    changes.push(...configuration.changes);
  }
  const maximum = wanted.maximumHealthy ?? service.deploymentConfiguration?.maximumPercent ?? 200;
  if (maximum <= 100 && service.availabilityZoneRebalancing === 'ENABLED') {
    request.availabilityZoneRebalancing = 'DISABLED';
  }
  const grace = wanted.healthCheckGrace;
  if (grace !== undefined && grace !== (service.healthCheckGracePeriodSeconds ?? 0)) {
    request.healthCheckGracePeriodSeconds = grace;
    changes.push(`health check grace ${service.healthCheckGracePeriodSeconds ?? 0} s -> ${grace} s`);
  }
  const network = serviceNetwork(wanted, service.networkConfiguration);
  if (!sameNetwork(network, service.networkConfiguration)) {
    request.networkConfiguration = network;
    changes.push('network changed');
    deploys = true;
  }
  const balancers = loadBalancerChange(wanted, service, definition);
  if (balancers) {
    request.loadBalancers = balancers;
    changes.push('load balancer changed');
    deploys = true;
  }
  // A new capacity provider strategy alone does not move the tasks that run.
  if (force || strategy) {
    request.forceNewDeployment = true;
    if (force) changes.push(wanted.movingTag ? 'tag pulled anew' : 'tried anew after a failed deployment');
    deploys = true;
  }
  return { request, changes, deploys };
}

/** The old network, load balancers and capacity providers that a request changes; undefined where it changes none of them. */
export function settingsBefore(request: UpdateServiceCommandInput, service: Service): SettingsBefore | undefined {
  const { networkConfiguration, loadBalancers = [], capacityProviderStrategy = [] } = service;
  const before: SettingsBefore = {
    ...(request.networkConfiguration && networkConfiguration ? { networkConfiguration } : {}),
    ...(request.loadBalancers ? { loadBalancers } : {}),
    // ECS never gives a service its launch type back; the on-demand strategy means the same.
    ...(request.capacityProviderStrategy
      ? {
          capacityProviderStrategy: capacityProviderStrategy.length > 0 ? capacityProviderStrategy : ON_DEMAND,
          forceNewDeployment: true,
        }
      : {}),
  };
  return Object.keys(before).length === 0 ? undefined : before;
}

function configurationChange(wanted: WantedService, present: DeploymentConfiguration) {
  const changes: string[] = [];
  const addPercent = (label: string, next: number | undefined, was: number | undefined): void => {
    if (next !== undefined && next !== was) changes.push(`${label} ${was ?? '?'}% -> ${next}%`);
  };
  addPercent('minimum healthy', wanted.minimumHealthy, present.minimumHealthyPercent);
  addPercent('maximum healthy', wanted.maximumHealthy, present.maximumPercent);
  const breaker = present.deploymentCircuitBreaker;
  const { rollback } = wanted;
  const switches = changesCircuitBreaker(wanted, present);
  if (switches) changes.push(rollback ? 'circuit breaker with rollback' : 'circuit breaker without rollback');
  if (changes.length === 0) return undefined;
  const value: DeploymentConfiguration = {
    ...acceptedConfiguration(present),
    ...(switches ? { deploymentCircuitBreaker: { ...breaker, enable: true, rollback } } : {}),
    ...(wanted.minimumHealthy === undefined ? {} : { minimumHealthyPercent: wanted.minimumHealthy }),
    ...(wanted.maximumHealthy === undefined ? {} : { maximumPercent: wanted.maximumHealthy }),
  };
  return { value, changes };
}

/** A service's configuration without what ECS shows but refuses: a rolling service has members of other strategies. */
function acceptedConfiguration(present: DeploymentConfiguration): DeploymentConfiguration {
  if ((present.strategy ?? 'ROLLING') !== 'ROLLING') return present;
  const { strategy: _, linearConfiguration: _linear, canaryConfiguration: _canary, ...rest } = present;
  const { bakeTimeInMinutes, lifecycleHooks, ...others } = rest;
  return {
    ...others,
    ...(bakeTimeInMinutes ? { bakeTimeInMinutes } : {}),
    ...(lifecycleHooks?.length ? { lifecycleHooks } : {}),
  };
}

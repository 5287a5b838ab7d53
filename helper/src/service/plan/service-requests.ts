import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { chooseContainer, type Definition } from '../definition/merge-definition.ts';
import type { SettingsBefore } from '../rollout/verdict.ts';
import type { Wanted } from './wanted-service.ts';

/** Seconds in which a new service's tasks may fail the load balancer's checks: ECS' own default, 0, kills slow starters. */
const NEW_GRACE = 60;

const onSpot: CapacityProviderStrategyItem[] = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
const onDemand: CapacityProviderStrategyItem[] = [{ capacityProvider: 'FARGATE', weight: 1 }];

/** The port that the service listens on: the parameter's, else the container's first. */
export function servicePort(wanted: Wanted, definition: Definition): number | undefined {
  const name = chooseContainer(definition, wanted);
  const container = definition.containerDefinitions?.find((one) => one.name === name);
  return wanted.port ?? container?.portMappings?.[0]?.containerPort;
}

/** CreateService's input, but for the revision and the client token. */
export function createRequest(wanted: Wanted, definition: Definition): CreateServiceCommandInput {
  const { explicit, defaults } = wanted;
  const targetGroup = explicit.targetGroup ?? defaults.targetGroup;
  const maximumPercent = wanted.maximumHealthy ?? 200;
  return {
    cluster: wanted.cluster,
    serviceName: wanted.service,
    desiredCount: wanted.count ?? 1,
    ...(wanted.spot ? { capacityProviderStrategy: onSpot } : { launchType: 'FARGATE' as const }),
    deploymentConfiguration: {
      minimumHealthyPercent: wanted.minimumHealthy ?? 100,
      maximumPercent,
      deploymentCircuitBreaker: { enable: true, rollback: goesBack(wanted, undefined) },
    },
    networkConfiguration: network(wanted, undefined),
    ...(targetGroup === undefined
      ? {}
      : {
          loadBalancers: [balancer(targetGroup, wanted, definition)],
          healthCheckGracePeriodSeconds: wanted.healthCheckGrace ?? NEW_GRACE,
        }),
    // ECS refuses to rebalance a service that may never run one task more.
    ...(maximumPercent <= 100 ? { availabilityZoneRebalancing: 'DISABLED' as const } : {}),
  };
}

/** Why an update is forced, or its count set, beyond what the user asked for. */
export interface Circumstances {
  force: boolean;
  /** No deployment ever succeeded, so that 0 tasks are what a failed first deployment left behind. */
  restart: boolean;
}

/**
 * Whether a failure is undone: as asked for, else as the service's circuit breaker has it. Where that is off, ECS fails
 * no deployment, and it is the step that ends one and goes back.
 */
export function goesBack({ rollback }: Wanted, service: Service | undefined): boolean {
  const breaker = service?.deploymentConfiguration?.deploymentCircuitBreaker;
  return rollback ?? (breaker?.enable ? breaker.rollback === true : true);
}

/** Whether a service's circuit breaker must change. What its owner turned off is not turned on by saying nothing. */
export function switchesBreaker({ rollback }: Wanted, present: DeploymentConfiguration | undefined): boolean {
  const breaker = present?.deploymentCircuitBreaker;
  return rollback !== undefined && (!breaker?.enable || breaker.rollback !== rollback);
}

/** UpdateService's input, but for the revision: only what changes. `deploys`: ECS starts a deployment for it. */
export function updateRequest(
  wanted: Wanted,
  service: Service,
  definition: Definition,
  { force, restart }: Circumstances,
): { request: UpdateServiceCommandInput; changes: string[]; deploys: boolean } {
  const request: UpdateServiceCommandInput = { cluster: wanted.cluster, service: wanted.service };
  const changes: string[] = [];
  let deploys = false;

  const count = wanted.count ?? (restart && service.desiredCount === 0 ? 1 : undefined);
  if (count !== undefined && count !== service.desiredCount) {
    request.desiredCount = count;
    changes.push(`count ${service.desiredCount ?? 0} -> ${count}`);
  }
  const strategy = strategyChange(wanted.spot, service);
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
  const networkNow = network(wanted, service.networkConfiguration);
  if (!sameNetwork(networkNow, service.networkConfiguration)) {
    request.networkConfiguration = networkNow;
    changes.push('network changed');
    deploys = true;
  }
  const balancers = balancerChange(wanted, service, definition);
  if (balancers) {
    request.loadBalancers = balancers;
    changes.push('load balancer changed');
    deploys = true;
  }
  // A new strategy alone moves no task that runs.
  if (force || strategy) {
    request.forceNewDeployment = true;
    if (force) changes.push(wanted.movingTag ? 'tag pulled anew' : 'tried anew after a failed deployment');
    deploys = true;
  }
  return { request, changes, deploys };
}

/** What of the service's revision a request changes, as it was; undefined where it changes nothing of it. */
export function settingsBefore(request: UpdateServiceCommandInput, service: Service): SettingsBefore | undefined {
  const { networkConfiguration, loadBalancers = [], capacityProviderStrategy = [] } = service;
  const before: SettingsBefore = {
    ...(request.networkConfiguration && networkConfiguration ? { networkConfiguration } : {}),
    ...(request.loadBalancers ? { loadBalancers } : {}),
    // A service with a launch type never gets it back; on demand is the same.
    ...(request.capacityProviderStrategy
      ? {
          capacityProviderStrategy: capacityProviderStrategy.length > 0 ? capacityProviderStrategy : onDemand,
          forceNewDeployment: true,
        }
      : {}),
  };
  return Object.keys(before).length === 0 ? undefined : before;
}

function strategyChange(spot: boolean | undefined, service: Service): CapacityProviderStrategyItem[] | undefined {
  const providers = (service.capacityProviderStrategy ?? []).map((item) => item.capacityProvider);
  const present = providers.includes('FARGATE_SPOT');
  if (spot === undefined || spot === present) return undefined;
  return spot ? onSpot : onDemand;
}

function configurationChange(wanted: Wanted, present: DeploymentConfiguration) {
  const changes: string[] = [];
  const percent = (label: string, next: number | undefined, was: number | undefined): void => {
    if (next !== undefined && next !== was) changes.push(`${label} ${was ?? '?'}% -> ${next}%`);
  };
  percent('minimum healthy', wanted.minimumHealthy, present.minimumHealthyPercent);
  percent('maximum healthy', wanted.maximumHealthy, present.maximumPercent);
  const breaker = present.deploymentCircuitBreaker;
  const { rollback } = wanted;
  const switches = switchesBreaker(wanted, present);
  if (switches) changes.push(rollback ? 'circuit breaker with rollback' : 'circuit breaker without rollback');
  if (changes.length === 0) return undefined;
  const value: DeploymentConfiguration = {
    ...asTaken(present),
    ...(switches ? { deploymentCircuitBreaker: { ...breaker, enable: true, rollback } } : {}),
    ...(wanted.minimumHealthy === undefined ? {} : { minimumHealthyPercent: wanted.minimumHealthy }),
    ...(wanted.maximumHealthy === undefined ? {} : { maximumPercent: wanted.maximumHealthy }),
  };
  return { value, changes };
}

/** A service's own configuration as ECS takes it back: of a rolling service it shows what only other strategies have. */
function asTaken(present: DeploymentConfiguration): DeploymentConfiguration {
  if ((present.strategy ?? 'ROLLING') !== 'ROLLING') return present;
  const { strategy: _, linearConfiguration: _linear, canaryConfiguration: _canary, ...rest } = present;
  const { bakeTimeInMinutes, lifecycleHooks, ...kept } = rest;
  return {
    ...kept,
    ...(bakeTimeInMinutes ? { bakeTimeInMinutes } : {}),
    ...(lifecycleHooks?.length ? { lifecycleHooks } : {}),
  };
}

/** A new service's network comes from the settings; that of one that exists is left alone but for what was given. */
function network(wanted: Wanted, present: NetworkConfiguration | undefined): NetworkConfiguration {
  const { explicit, defaults } = wanted;
  const was = present?.awsvpcConfiguration;
  const base = was ?? defaults;
  const flag = explicit.publicIp ?? (was ? undefined : defaults.publicIp);
  const assignPublicIp = flag === undefined ? was?.assignPublicIp : flag ? ('ENABLED' as const) : ('DISABLED' as const);
  return {
    awsvpcConfiguration: {
      subnets: [...(explicit.subnets ?? base.subnets ?? [])],
      securityGroups: [...(explicit.securityGroups ?? base.securityGroups ?? [])],
      ...(assignPublicIp === undefined ? {} : { assignPublicIp }),
    },
  };
}

function sameNetwork(a: NetworkConfiguration | undefined, b: NetworkConfiguration | undefined): boolean {
  const key = (network: NetworkConfiguration | undefined): string => {
    const { subnets, securityGroups, assignPublicIp } = network?.awsvpcConfiguration ?? { subnets: [] };
    const names = [...(subnets ?? [])].sort();
    return JSON.stringify([names, [...(securityGroups ?? [])].sort(), assignPublicIp ?? 'DISABLED']);
  };
  return key(a) === key(b);
}

const balancer = (targetGroupArn: string, wanted: Wanted, definition: Definition): LoadBalancer => ({
  targetGroupArn,
  containerName: chooseContainer(definition, wanted),
  containerPort: servicePort(wanted, definition),
});

/** The target group may be a new one, and a changed port must reach the target group too. */
function balancerChange(wanted: Wanted, service: Service, definition: Definition): LoadBalancer[] | undefined {
  const present = service.loadBalancers ?? [];
  const { targetGroup } = wanted.explicit;
  const name = chooseContainer(definition, wanted);
  if (targetGroup !== undefined && !present.some((one) => one.targetGroupArn === targetGroup)) {
    return [balancer(targetGroup, wanted, definition)];
  }
  const moved = present.map((one) =>
    wanted.port !== undefined && one.containerName === name ? { ...one, containerPort: wanted.port } : one,
  );
  return moved.some((one, index) => one.containerPort !== present[index]?.containerPort) ? moved : undefined;
}

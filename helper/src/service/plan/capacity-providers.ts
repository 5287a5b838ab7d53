import type { CapacityProviderStrategyItem, Service } from '@aws-sdk/client-ecs';

export const ON_SPOT: CapacityProviderStrategyItem[] = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
export const ON_DEMAND: CapacityProviderStrategyItem[] = [{ capacityProvider: 'FARGATE', weight: 1 }];

/** The strategy that an existing service must get; undefined where it has it, or where `spot` was not given. */
export function capacityProviderChange(
  spot: boolean | undefined,
  service: Service,
): CapacityProviderStrategyItem[] | undefined {
  const providers = (service.capacityProviderStrategy ?? []).map((item) => item.capacityProvider);
  const present = providers.includes('FARGATE_SPOT');
  if (spot === undefined || spot === present) return undefined;
  return spot ? ON_SPOT : ON_DEMAND;
}

import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import type { WantedService } from '../wanted-service.ts';

/**
 * Whether a failed deployment is undone: as the parameter says, else as the service's circuit breaker is set. Where the
 * breaker is off, ECS never ends a deployment as failed: then this step ends it and goes back.
 */
export function undoesFailures({ rollback }: WantedService, service: Service | undefined): boolean {
  const breaker = service?.deploymentConfiguration?.deploymentCircuitBreaker;
  return rollback ?? (breaker?.enable ? breaker.rollback === true : true);
}

/** Whether the circuit breaker must be set. Without the parameter it stays as its owner has set it, off included. */
export function changesCircuitBreaker(
  { rollback }: WantedService,
  present: DeploymentConfiguration | undefined,
): boolean {
  const breaker = present?.deploymentCircuitBreaker;
  return rollback !== undefined && (!breaker?.enable || breaker.rollback !== rollback);
}

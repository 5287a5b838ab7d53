import type { Deployment, Service } from '@aws-sdk/client-ecs';

/** The deployment that decides what a service runs; older ones are only being drained. */
export const primaryDeployment = (service: Service | undefined): Deployment | undefined =>
  service?.deployments?.find((deployment) => deployment.status === 'PRIMARY');

import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';

/** True where both name one revision, whether by ARN or as `family:7`. */
export const sameRevision = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && shortId(a) === shortId(b);

/** The deployment that decides what a service runs. */
export const primary = (service: Service | undefined): Deployment | undefined =>
  service?.deployments?.find((deployment) => deployment.status === 'PRIMARY');

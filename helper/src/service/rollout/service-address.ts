import type { Service } from '@aws-sdk/client-ecs';
import type { World } from '../../world.ts';
import { readService } from '../read-service.ts';
import { loadBalancerUrl } from './load-balancer-url.ts';
import type { OurDeployment } from './our-deployment.ts';
import { taskAddresses } from './task-addresses.ts';

/** Where a service can be reached: the load balancer's URL, else `address:port` of each task. */
interface ServiceAddress {
  url: string | undefined;
  addresses: readonly string[];
  /** The service as it is now, where it could be read. */
  now: Service | undefined;
}

/** Finds where the service can be reached. It is only information, so an error is a warning and no failure. */
export async function findServiceAddress(
  world: World,
  ours: OurDeployment,
  port: number | undefined,
): Promise<ServiceAddress> {
  const attempt = async <T>(doing: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      world.signal.throwIfAborted();
      world.report({ type: 'warning', text: `could not ${doing}: ${error instanceof Error ? error.message : error}` });
      return undefined;
    }
  };
  const now = await attempt('read the service', () => readService(world, ours));
  const targetGroup = now?.loadBalancers?.find((one) => one.targetGroupArn)?.targetGroupArn;
  if (targetGroup !== undefined) {
    const url = await attempt("find the load balancer's address", () => loadBalancerUrl(world, targetGroup));
    if (url !== undefined) return { url, addresses: [], now };
  }
  const addresses = await attempt("find the tasks' addresses", () => taskAddresses(world, ours, port));
  return { url: undefined, addresses: addresses ?? [], now };
}

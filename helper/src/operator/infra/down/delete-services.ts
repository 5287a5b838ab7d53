import { DeleteServiceCommand, DescribeServicesCommand, paginateListServices } from '@aws-sdk/client-ecs';
import { shortId } from '../../../aws/arn.ts';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { Failure } from '../../../failure.ts';
import { operatorFailure } from '../../operator-failure.ts';
import type { OperatorWorld } from '../../operator-world.ts';

/** Lists the names of the services in a cluster; none where there is no such cluster. */
async function listServices({ aws, signal }: OperatorWorld, cluster: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { serviceArns = [] } of paginateListServices({ client: aws.ecs }, { cluster })) {
      signal.throwIfAborted();
      names.push(...serviceArns.map(shortId));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (awsErrorFacts(error).code === 'ClusterNotFoundException') return [];
    throw operatorFailure(error, `list the services of the cluster ${cluster}`);
  }
  return names.sort();
}

/** How long services may take to drain: load balancers wait for open connections. */
const DRAIN_TIMEOUT_MS = 600_000;
const POLL_MS = 5_000;

/**
 * Deletes the services that fargateDeploy made in a cluster, and waits until they are gone: AWS deletes no cluster that has
 * services.
 * @param except the service that is left alone: Jenkins, which goes with its stack
 */
export async function deleteServices(world: OperatorWorld, cluster: string, except: string | undefined): Promise<void> {
  const services = (await listServices(world, cluster)).filter((service) => service !== except);
  for (const service of services) {
    world.report({ type: 'infra-step', topic: 'service', text: `deleting ${service} in cluster ${cluster}` });
    try {
      const request = new DeleteServiceCommand({ cluster, service, force: true });
      await world.aws.ecs.send(request, { abortSignal: world.signal });
    } catch (error) {
      if (!/ServiceNot(Found|Active)Exception/.test(awsErrorFacts(error).code))
        throw operatorFailure(error, `delete the service ${service}`);
    }
  }
  const began = world.clock.now();
  for (let isReported = false; await isAnyDraining(world, cluster, services); isReported = true) {
    if (!isReported)
      world.report({ type: 'infra-step', topic: 'service', text: 'waiting until their tasks have ended' });
    if (world.clock.now() - began >= DRAIN_TIMEOUT_MS) {
      throw new Failure('timeout', `services of the cluster ${cluster} do not end: ${services.join(', ')}`, {
        hint: 'the same command again waits on; "aws ecs describe-services" shows what they wait for',
      });
    }
    await world.clock.sleep(POLL_MS, world.signal);
  }
}

/** Whether one of these services is still draining. */
async function isAnyDraining(
  { aws, signal }: OperatorWorld,
  cluster: string,
  all: readonly string[],
): Promise<boolean> {
  // DescribeServices takes ten in a request: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
  for (let at = 0; at < all.length; at += 10) {
    try {
      const request = new DescribeServicesCommand({ cluster, services: all.slice(at, at + 10) });
      const { services = [] } = await aws.ecs.send(request, { abortSignal: signal });
      if (services.some(({ status }) => status !== 'INACTIVE')) return true;
    } catch (error) {
      throw operatorFailure(error, `look at the services of the cluster ${cluster}`);
    }
  }
  return false;
}

import { DeleteServiceCommand, paginateListServices } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../../aws/errors.ts';
import type { OperatorWorld } from '../world.ts';
import { operatorFailure } from './errors.ts';

/** Names of the services in a cluster; none where there is no such cluster. */
export async function listServices({ aws, signal }: OperatorWorld, cluster: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { serviceArns = [] } of paginateListServices({ client: aws.ecs }, { cluster })) {
      signal.throwIfAborted();
      names.push(...serviceArns.map((arn) => arn.replace(/^.*\//, '')));
    }
  } catch (error) {
    signal.throwIfAborted();
    if (awsErrorFacts(error).code === 'ClusterNotFoundException') return [];
    throw operatorFailure(error, `list the services of the cluster ${cluster}`);
  }
  return names.sort();
}

/** Deletes what fargateDeploy made in a cluster; their tasks are stopped. */
export async function deleteServices(world: OperatorWorld, cluster: string, but: string | undefined): Promise<void> {
  for (const service of await listServices(world, cluster)) {
    if (service === but) continue;
    world.report({ type: 'infra-step', topic: 'service', text: `deleting ${service} in cluster ${cluster}` });
    try {
      const request = new DeleteServiceCommand({ cluster, service, force: true });
      await world.aws.ecs.send(request, { abortSignal: world.signal });
    } catch (error) {
      if (!/ServiceNot(Found|Active)Exception/.test(awsErrorFacts(error).code))
        throw operatorFailure(error, `delete the service ${service}`);
    }
  }
}

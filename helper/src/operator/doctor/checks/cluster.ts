import { type Cluster, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import type { Outcome } from '../check.ts';
import type { Connection } from '../world.ts';

export async function lookAtCluster({ aws }: Connection, name: string, signal: AbortSignal): Promise<Outcome<true>> {
  const { clusters = [] } = await aws.ecs.send(new DescribeClustersCommand({ clusters: [name] }), {
    abortSignal: signal,
  });
  return checkCluster(name, clusters[0]);
}

/** Pure: whether builds and services can run in the cluster. */
export function checkCluster(name: string, cluster: Cluster | undefined): Outcome<true> {
  if (cluster?.status !== 'ACTIVE') {
    const says = cluster === undefined ? `there is no cluster ${name}` : `the cluster ${name} is ${cluster.status}`;
    return {
      state: 'problem',
      says: `${says} in this account and region`,
      hint: 'deploy the builder stack, which makes one, or name yours: the parameter cluster, or FARGATE_CI_CLUSTER',
    };
  }
  const providers = cluster.capacityProviders ?? [];
  if (providers.includes('FARGATE_SPOT')) {
    return { state: 'ok', says: `${name} is ACTIVE, with ${providers.join(', ')}`, fact: true };
  }
  return {
    state: 'warning',
    says: `${name} is ACTIVE, but has no capacity provider FARGATE_SPOT: spot: true will fail`,
    hint: `aws ecs put-cluster-capacity-providers --cluster ${name} --capacity-providers ${[...new Set(['FARGATE', 'FARGATE_SPOT', ...providers])].join(' ')} --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1`,
    fact: true,
  };
}

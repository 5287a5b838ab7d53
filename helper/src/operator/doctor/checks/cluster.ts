import { type Cluster, DescribeClustersCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { awsErrorFacts, isAccessDenied } from '../../../aws/errors.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** Reads the cluster and checks it. */
export async function lookAtCluster(
  { aws }: Connection,
  name: string,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  const options = { abortSignal: signal };
  try {
    const { clusters = [] } = await aws.ecs.send(new DescribeClustersCommand({ clusters: [name] }), options);
    return checkCluster(name, clusters[0]);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return (await probeCluster({ aws }, name, options)) ?? Promise.reject(error);
  }
}

/** Asks by a call that builds may make whether the cluster exists. @returns undefined where the answer does not tell */
async function probeCluster(
  { aws }: Pick<Connection, 'aws'>,
  cluster: string,
  options: { abortSignal: AbortSignal },
): Promise<CheckResult<true> | undefined> {
  try {
    await aws.ecs.send(new ListTasksCommand({ cluster, maxResults: 1 }), options);
    const finding = `${cluster} is there; whether with FARGATE_SPOT these credentials may not see (ecs:DescribeClusters)`;
    return { state: 'ok', finding, fact: true };
  } catch (error) {
    return awsErrorFacts(error).code === 'ClusterNotFoundException' ? checkCluster(cluster, undefined) : undefined;
  }
}

/** Checks whether builds and services can run in the cluster. Pure. */
function checkCluster(name: string, cluster: Cluster | undefined): CheckResult<true> {
  if (cluster?.status !== 'ACTIVE') {
    const finding = cluster === undefined ? `there is no cluster ${name}` : `the cluster ${name} is ${cluster.status}`;
    return {
      state: 'problem',
      finding: `${finding} in this account and region`,
      hint: 'deploy the builder stack, which makes one, or name yours: the parameter cluster, or FARGATE_CI_CLUSTER',
    };
  }
  const providers = cluster.capacityProviders ?? [];
  if (providers.includes('FARGATE_SPOT')) {
    return { state: 'ok', finding: `${name} is ACTIVE, with ${providers.join(', ')}`, fact: true };
  }
  return {
    state: 'warning',
    finding: `${name} is ACTIVE, but has no capacity provider FARGATE_SPOT: spot: true will fail`,
    hint: `aws ecs put-cluster-capacity-providers --cluster ${name} --capacity-providers ${[...new Set(['FARGATE', 'FARGATE_SPOT', ...providers])].join(' ')} --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1`,
    fact: true,
  };
}

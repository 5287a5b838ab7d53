import { shortId } from '../../aws/arn.ts';
import { namespaceOf, type RegistryNamespace } from '../../registry/destinations.ts';
import { isEcr } from '../../registry/ecr.ts';
import type { CheckedFact } from './check-runner.ts';
import { checkBucket, probeUpload, readBucket } from './checks/bucket.ts';
import { type BuilderDefinition, lookAtBuilderDefinition } from './checks/builder.ts';
import { lookAtCluster } from './checks/cluster.ts';
import { findPolicySubject, lookAtPermissions } from './checks/granted-permissions.ts';
import { lookAtLogGroup } from './checks/log-group.ts';
import type { ResourceNames } from './checks/needed-permissions.ts';
import { addNewestBuild } from './checks/newest-build.ts';
import { lookAtCredential, lookAtEcr } from './checks/registry.ts';
import type { PolicyDecision } from './checks/simulate-policy.ts';
import type { TaskVpc } from './checks/subnets.ts';
import { examineSecurityGroups, examineSubnets } from './examine-placement.ts';
import { type FoundSetup, settingFact, settingListFact } from './found-setup.ts';

/**
 * Checks all that a build needs: where it runs, what it may do, where its context, its log and its image go.
 * @returns the VPC of the builds
 */
export async function examineBuilds(setup: FoundSetup): Promise<CheckedFact<TaskVpc>> {
  const { runner, world, region, identity } = setup;
  const { signal } = world;
  await runner.run({
    name: 'cluster',
    reads: ['ecs:DescribeClusters'],
    needs: { identity, region, cluster: settingFact(setup, 'cluster') },
    look: ({ region, cluster }) => lookAtCluster(region, cluster, signal),
  });
  const builder = await runner.run({
    name: 'task definition',
    reads: ['ecs:DescribeTaskDefinition'],
    needs: { identity, region, family: settingFact(setup, 'builderFamily') },
    look: ({ region, family }) => lookAtBuilderDefinition(region, family, signal),
  });
  const decisions = await examinePermissions(setup, builder.fact);
  await examineBucket(setup, decisions);
  await runner.run({
    name: 'build log',
    reads: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
    needs: { region, group: { name: builder.name, fact: builder.fact?.logGroup } },
    look: async ({ region, group }) =>
      addNewestBuild(
        region,
        await lookAtLogGroup(region, group, signal),
        { group, image: builder.fact?.image ?? '' },
        signal,
      ),
  });
  const vpc = await examineSubnets(setup, {
    name: 'build subnets',
    subnets: settingListFact(setup, 'subnets'),
    setting: 'publicIp',
    image: builder.fact?.image,
  });
  const groups = settingListFact(setup, 'builderSecurityGroups');
  await examineSecurityGroups(setup, { name: 'build groups', groups, vpc, tasks: 'builds' });
  await examineRegistries(setup, builder.fact);
  return vpc;
}

async function examinePermissions(
  setup: FoundSetup,
  builder: BuilderDefinition | undefined,
): Promise<CheckedFact<readonly PolicyDecision[]>> {
  const { runner, world, options, prefix, region, identity } = setup;
  const needed = { cluster: settingFact(setup, 'cluster'), bucket: settingFact(setup, 'bucket') };
  return await runner.run({
    name: 'permissions',
    reads: ['iam:SimulatePrincipalPolicy'],
    needs: { identity, region, family: settingFact(setup, 'builderFamily'), ...needed },
    async look({ identity, region, family, cluster, bucket }) {
      const { account, partition } = identity;
      const registry = settingFact(setup, 'registry').fact;
      const namespace = registry === undefined ? undefined : namespaceOf(registry);
      const roles = [
        builder?.taskRole,
        builder?.executionRole,
        settingFact(setup, 'appExecutionRole').fact,
        settingFact(setup, 'appTaskRole').fact,
      ];
      const names: ResourceNames = {
        ...{ partition, region: region.aws.region, account, prefix, bucket, builderFamily: family },
        cluster: shortId(cluster),
        buildLogGroup: builder?.logGroup,
        namespace: namespace && isEcr(namespace.host, world.env) ? namespace.path : undefined,
        roles: [...new Set(roles.flatMap((role) => role ?? []))],
      };
      const subject = await findPolicySubject(region, identity, options.principal, world.signal);
      return await lookAtPermissions(region, subject, names, world.signal);
    },
  });
}

async function examineBucket(setup: FoundSetup, decisions: CheckedFact<readonly PolicyDecision[]>): Promise<void> {
  const { runner, world, options, region, identity } = setup;
  await runner.run({
    name: 'bucket',
    reads: ['s3:ListBucket'],
    needs: { identity, region, bucket: settingFact(setup, 'bucket') },
    async look({ region, bucket }) {
      const head = await readBucket(region, bucket, world.signal);
      // The permissions of another principal cannot be tried out: only IAM can tell them.
      const isTried = options.principal === undefined && (head === 'refused' || !decisions.fact);
      const probe = isTried && head !== 'missing' ? await probeUpload(region, bucket, world.signal) : undefined;
      return checkBucket(bucket, { head, region: region.aws.region, decisions: decisions.fact, probe });
    },
  });
}

/** Checks the registry of images, and the one of caches where it is another. */
async function examineRegistries(setup: FoundSetup, builder: BuilderDefinition | undefined): Promise<void> {
  const registry = settingFact(setup, 'registry');
  await examineRegistry(setup, 'registry', registry, builder);
  const cache = settingFact(setup, 'cacheRegistry');
  const hosts = [registry, cache].map(({ fact }) => (fact === undefined ? '' : namespaceOf(fact).host));
  if (hosts[0] !== hosts[1]) await examineRegistry(setup, 'cache registry', cache, builder);
}

async function examineRegistry(
  { runner, world, options, region, identity }: FoundSetup,
  name: string,
  registry: CheckedFact<string>,
  builder: BuilderDefinition | undefined,
): Promise<void> {
  const namespace: CheckedFact<RegistryNamespace> = {
    name: registry.name,
    fact: registry.fact === undefined ? undefined : namespaceOf(registry.fact),
  };
  const ecr = namespace.fact !== undefined && isEcr(namespace.fact.host, world.env);
  const credentials = { secrets: options.registryCredentials, variables: builder?.variables ?? [] };
  await runner.run({
    name,
    reads: ecr ? ['ecr:DescribeRepositories'] : ['secretsmanager:DescribeSecret'],
    needs: { identity, region, namespace },
    look: ({ region, namespace }) =>
      ecr
        ? lookAtEcr(region, namespace, world.signal)
        : lookAtCredential(region, namespace.host, credentials, world.signal),
  });
}

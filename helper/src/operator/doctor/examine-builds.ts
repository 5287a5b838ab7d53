import { namespaceOf, type RegistryNamespace } from '../../registry/destinations.ts';
import { isEcr } from '../../registry/ecr.ts';
import type { Known } from './check-runner.ts';
import { checkBucket, probeBucket, readBucket } from './checks/bucket.ts';
import { type Builder, lookAtDefinition } from './checks/builder.ts';
import { lookAtCluster } from './checks/cluster.ts';
import { findSubject, lookAtPermissions } from './checks/granted-permissions.ts';
import { lookAtLogGroup } from './checks/log-group.ts';
import type { Place } from './checks/needed-permissions.ts';
import { withNewestBuild } from './checks/newest-build.ts';
import { lookAtCredential, lookAtEcr } from './checks/registry.ts';
import type { Decision } from './checks/simulate-policy.ts';
import type { Vpc } from './checks/subnets.ts';
import { examineSecurityGroups, examineSubnets } from './examine-placement.ts';
import { listOf, type Patient, settingOf } from './found-setup.ts';

/**
 * All that a build needs: where it runs, what it may do, where its context, its log and its image go.
 * @returns the VPC of the builds
 */
export async function examineBuilds(patient: Patient): Promise<Known<Vpc>> {
  const { ward, world, region, identity } = patient;
  const { signal } = world;
  await ward.examine({
    name: 'cluster',
    reads: ['ecs:DescribeClusters'],
    needs: { identity, region, cluster: settingOf(patient, 'cluster') },
    look: ({ region, cluster }) => lookAtCluster(region, cluster, signal),
  });
  const builder = await ward.examine({
    name: 'task definition',
    reads: ['ecs:DescribeTaskDefinition'],
    needs: { identity, region, family: settingOf(patient, 'builderFamily') },
    look: ({ region, family }) => lookAtDefinition(region, family, signal),
  });
  const decisions = await examinePermissions(patient, builder.fact);
  await ward.examine({
    name: 'bucket',
    reads: ['s3:ListBucket'],
    needs: { identity, region, bucket: settingOf(patient, 'bucket') },
    async look({ region, bucket }) {
      const head = await readBucket(region, bucket, signal);
      // Another's permissions cannot be tried, only asked for.
      const tried = patient.options.principal === undefined && (head === 'refused' || !decisions.fact);
      const probe = tried && head !== 'missing' ? await probeBucket(region, bucket, signal) : undefined;
      return checkBucket(bucket, head, region.aws.region, decisions.fact, probe);
    },
  });
  await ward.examine({
    name: 'build log',
    reads: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
    needs: { region, group: { name: builder.name, fact: builder.fact?.logGroup } },
    look: async ({ region, group }) =>
      withNewestBuild(
        region,
        await lookAtLogGroup(region, group, signal),
        { group, image: builder.fact?.image ?? '' },
        signal,
      ),
  });
  const subnets = listOf(patient, 'subnets');
  const vpc = await examineSubnets(patient, 'build subnets', subnets, 'publicIp', builder.fact?.image);
  await examineSecurityGroups(patient, 'build groups', listOf(patient, 'builderSecurityGroups'), vpc, 'builds');
  await examineRegistries(patient, builder.fact);
  return vpc;
}

async function examinePermissions(patient: Patient, builder: Builder | undefined): Promise<Known<readonly Decision[]>> {
  const { ward, world, options, prefix, region, identity } = patient;
  const needed = { cluster: settingOf(patient, 'cluster'), bucket: settingOf(patient, 'bucket') };
  return await ward.examine({
    name: 'permissions',
    reads: ['iam:SimulatePrincipalPolicy'],
    needs: { identity, region, family: settingOf(patient, 'builderFamily'), ...needed },
    async look({ identity, region, family, cluster, bucket }) {
      const { account, partition } = identity;
      const registry = settingOf(patient, 'registry').fact;
      const namespace = registry === undefined ? undefined : namespaceOf(registry);
      const roles = [
        builder?.taskRole,
        builder?.executionRole,
        settingOf(patient, 'appExecutionRole').fact,
        settingOf(patient, 'appTaskRole').fact,
      ];
      const place: Place = {
        ...{ partition, region: region.aws.region, account, prefix, bucket, builderFamily: family },
        cluster: cluster.replace(/^arn:.*:cluster\//, ''),
        buildLogGroup: builder?.logGroup,
        namespace: namespace && isEcr(namespace.host, world.env) ? namespace.path : undefined,
        roles: [...new Set(roles.flatMap((role) => role ?? []))],
      };
      const subject = await findSubject(region, identity, options.principal, world.signal);
      return await lookAtPermissions(region, subject, place, world.signal);
    },
  });
}

/** The registry of images, and that of caches where it is another one. */
async function examineRegistries(patient: Patient, builder: Builder | undefined): Promise<void> {
  const registry = settingOf(patient, 'registry');
  await examineRegistry(patient, 'registry', registry, builder);
  const cache = settingOf(patient, 'cacheRegistry');
  const hosts = [registry, cache].map(({ fact }) => (fact === undefined ? '' : namespaceOf(fact).host));
  if (hosts[0] !== hosts[1]) await examineRegistry(patient, 'cache registry', cache, builder);
}

async function examineRegistry(
  { ward, world, options, region, identity }: Patient,
  name: string,
  registry: Known<string>,
  builder: Builder | undefined,
): Promise<void> {
  const place: Known<RegistryNamespace> = {
    name: registry.name,
    fact: registry.fact === undefined ? undefined : namespaceOf(registry.fact),
  };
  const ecr = place.fact !== undefined && isEcr(place.fact.host, world.env);
  await ward.examine({
    name,
    reads: ecr ? ['ecr:DescribeRepositories'] : ['secretsmanager:DescribeSecret'],
    needs: { identity, region, place },
    look: ({ region, place }) =>
      ecr
        ? lookAtEcr(region, place, world.signal)
        : lookAtCredential(region, place, options.registryCredentials, builder?.variables ?? [], world.signal),
  });
}

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
 * All that a build needs: where it runs, what it may do, where its context, its log and its image go.
 * @returns the VPC of the builds
 */
export async function examineBuilds(patient: FoundSetup): Promise<CheckedFact<TaskVpc>> {
  const { ward, world, region, identity } = patient;
  const { signal } = world;
  await ward.examine({
    name: 'cluster',
    reads: ['ecs:DescribeClusters'],
    needs: { identity, region, cluster: settingFact(patient, 'cluster') },
    look: ({ region, cluster }) => lookAtCluster(region, cluster, signal),
  });
  const builder = await ward.examine({
    name: 'task definition',
    reads: ['ecs:DescribeTaskDefinition'],
    needs: { identity, region, family: settingFact(patient, 'builderFamily') },
    look: ({ region, family }) => lookAtBuilderDefinition(region, family, signal),
  });
  const decisions = await examinePermissions(patient, builder.fact);
  await ward.examine({
    name: 'bucket',
    reads: ['s3:ListBucket'],
    needs: { identity, region, bucket: settingFact(patient, 'bucket') },
    async look({ region, bucket }) {
      const head = await readBucket(region, bucket, signal);
      // Another's permissions cannot be tried, only asked for.
      const tried = patient.options.principal === undefined && (head === 'refused' || !decisions.fact);
      const probe = tried && head !== 'missing' ? await probeUpload(region, bucket, signal) : undefined;
      return checkBucket(bucket, head, region.aws.region, decisions.fact, probe);
    },
  });
  await ward.examine({
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
  const subnets = settingListFact(patient, 'subnets');
  const vpc = await examineSubnets(patient, 'build subnets', subnets, 'publicIp', builder.fact?.image);
  await examineSecurityGroups(
    patient,
    'build groups',
    settingListFact(patient, 'builderSecurityGroups'),
    vpc,
    'builds',
  );
  await examineRegistries(patient, builder.fact);
  return vpc;
}

async function examinePermissions(
  patient: FoundSetup,
  builder: BuilderDefinition | undefined,
): Promise<CheckedFact<readonly PolicyDecision[]>> {
  const { ward, world, options, prefix, region, identity } = patient;
  const needed = { cluster: settingFact(patient, 'cluster'), bucket: settingFact(patient, 'bucket') };
  return await ward.examine({
    name: 'permissions',
    reads: ['iam:SimulatePrincipalPolicy'],
    needs: { identity, region, family: settingFact(patient, 'builderFamily'), ...needed },
    async look({ identity, region, family, cluster, bucket }) {
      const { account, partition } = identity;
      const registry = settingFact(patient, 'registry').fact;
      const namespace = registry === undefined ? undefined : namespaceOf(registry);
      const roles = [
        builder?.taskRole,
        builder?.executionRole,
        settingFact(patient, 'appExecutionRole').fact,
        settingFact(patient, 'appTaskRole').fact,
      ];
      const place: ResourceNames = {
        ...{ partition, region: region.aws.region, account, prefix, bucket, builderFamily: family },
        cluster: cluster.replace(/^arn:.*:cluster\//, ''),
        buildLogGroup: builder?.logGroup,
        namespace: namespace && isEcr(namespace.host, world.env) ? namespace.path : undefined,
        roles: [...new Set(roles.flatMap((role) => role ?? []))],
      };
      const subject = await findPolicySubject(region, identity, options.principal, world.signal);
      return await lookAtPermissions(region, subject, place, world.signal);
    },
  });
}

/** The registry of images, and that of caches where it is another one. */
async function examineRegistries(patient: FoundSetup, builder: BuilderDefinition | undefined): Promise<void> {
  const registry = settingFact(patient, 'registry');
  await examineRegistry(patient, 'registry', registry, builder);
  const cache = settingFact(patient, 'cacheRegistry');
  const hosts = [registry, cache].map(({ fact }) => (fact === undefined ? '' : namespaceOf(fact).host));
  if (hosts[0] !== hosts[1]) await examineRegistry(patient, 'cache registry', cache, builder);
}

async function examineRegistry(
  { ward, world, options, region, identity }: FoundSetup,
  name: string,
  registry: CheckedFact<string>,
  builder: BuilderDefinition | undefined,
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

import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import { ExactNumber } from '../aws/exact-json.ts';
import { cpuUnits, mebibytes } from '../fargate/sizes.ts';
import type { Definition } from './definition.ts';

/** A value of JSON, with no empty list, no empty map and nothing null or undefined in it. */
type Plain = string | number | boolean | Plain[] | { [name: string]: Plain };

/**
 * The same content always gives the same value: order of what has none, the defaults that ECS fills in and the
 * spellings that it accepts are ironed out.
 */
export function normalise(definition: Definition): Plain {
  const { cpu, memory, runtimePlatform, networkMode, containerDefinitions, tags: _tags, ...rest } = definition;
  // Stand-ins write empty texts out.
  const given = Object.entries(rest).filter(([, value]) => value !== '');
  const platform = {
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? 'X86_64',
  };
  return (
    plain({
      ...Object.fromEntries(given),
      enableFaultInjection: onlyTrue(rest.enableFaultInjection),
      proxyConfiguration: rest.proxyConfiguration && {
        ...rest.proxyConfiguration,
        type: rest.proxyConfiguration.type ?? 'APPMESH',
        properties: sorted(rest.proxyConfiguration.properties, (property) => property.name),
      },
      cpu: size(cpu, cpuUnits),
      memory: size(memory, mebibytes),
      networkMode: networkMode ?? 'bridge',
      runtimePlatform: platform,
      requiresCompatibilities: sorted(rest.requiresCompatibilities, String),
      volumes: sorted(rest.volumes?.map(normaliseVolume), (volume) => volume.name),
      containerDefinitions: sorted(
        (containerDefinitions ?? []).map((container) => normaliseContainer(container, networkMode)),
        (container) => container.name,
      ),
    }) ?? {}
  );
}

function normaliseContainer(container: ContainerDefinition, networkMode: Definition['networkMode']) {
  const { cpu, essential, environment, secrets, portMappings, healthCheck, mountPoints, ...rest } = container;
  const { linuxParameters: linux, restartPolicy: restart } = rest;
  return {
    ...rest,
    ...(cpu ? { cpu } : {}),
    essential: essential ?? true,
    privileged: onlyTrue(rest.privileged),
    readonlyRootFilesystem: onlyTrue(rest.readonlyRootFilesystem),
    disableNetworking: onlyTrue(rest.disableNetworking),
    interactive: onlyTrue(rest.interactive),
    pseudoTerminal: onlyTrue(rest.pseudoTerminal),
    linuxParameters: linux && { ...linux, initProcessEnabled: onlyTrue(linux.initProcessEnabled) },
    restartPolicy: restart?.enabled
      ? { ...restart, restartAttemptPeriod: restart.restartAttemptPeriod ?? 300 }
      : restart && { ...restart, enabled: undefined },
    versionConsistency: unless(rest.versionConsistency, 'enabled'),
    // ECS runs a log router as root, and writes that out.
    user: rest.firelensConfiguration ? unless(rest.user, '0') : rest.user,
    environment: sorted(environment, (entry) => entry.name),
    secrets: sorted(secrets, (entry) => entry.name),
    systemControls: sorted(rest.systemControls, (entry) => entry.namespace),
    ulimits: sorted(rest.ulimits, (entry) => entry.name),
    mountPoints: mountPoints?.map((mount) => ({ ...mount, readOnly: onlyTrue(mount.readOnly) })),
    volumesFrom: rest.volumesFrom?.map((from) => ({ ...from, readOnly: onlyTrue(from.readOnly) })),
    portMappings: sorted(
      (portMappings ?? []).map(({ hostPort, protocol, ...mapping }) => ({
        ...mapping,
        protocol: protocol ?? 'tcp',
        // With awsvpc the host's port is the container's; ECS writes it out. Elsewhere 0 means any.
        ...(networkMode === 'awsvpc' || !hostPort ? {} : { hostPort }),
      })),
      (mapping) => `${mapping.containerPort ?? mapping.containerPortRange}/${mapping.protocol}`,
    ),
    healthCheck: healthCheck && {
      ...healthCheck,
      interval: healthCheck.interval ?? 30,
      timeout: healthCheck.timeout ?? 5,
      retries: healthCheck.retries ?? 3,
      startPeriod: healthCheck.startPeriod || undefined,
    },
  };
}

/** The whole of a file system and no encryption are ECS' defaults (API reference, EFSVolumeConfiguration and its kin). */
function normaliseVolume(volume: Volume): Volume {
  const { efsVolumeConfiguration: efs, s3filesVolumeConfiguration: s3, dockerVolumeConfiguration: docker } = volume;
  const access = efs?.authorizationConfig;
  return {
    ...volume,
    configuredAtLaunch: onlyTrue(volume.configuredAtLaunch),
    host: volume.host?.sourcePath ? volume.host : { ...volume.host, sourcePath: undefined },
    efsVolumeConfiguration: efs && {
      ...efs,
      rootDirectory: unless(efs.rootDirectory || undefined, '/'),
      transitEncryption: unless(efs.transitEncryption, 'DISABLED'),
      transitEncryptionPort: efs.transitEncryptionPort || undefined,
      authorizationConfig: access && {
        ...access,
        accessPointId: access.accessPointId || undefined,
        iam: unless(access.iam, 'DISABLED'),
      },
    },
    s3filesVolumeConfiguration: s3 && { ...s3, rootDirectory: unless(s3.rootDirectory || undefined, '/') },
    dockerVolumeConfiguration: docker && {
      ...docker,
      scope: docker.scope ?? 'task',
      driver: docker.driver ?? 'local',
      autoprovision: onlyTrue(docker.autoprovision),
    },
  };
}

/** What is false where it is left out is left out where it is false. */
const onlyTrue = (value: boolean | undefined): boolean | undefined => value || undefined;

/** A value, left out where it is the default. */
const unless = <T extends string>(value: T | undefined, byDefault: T): T | undefined =>
  value === byDefault ? undefined : value;

/** True where registering `next` would only repeat `present`. */
export function sameDefinition(present: Definition, next: Definition): boolean {
  return JSON.stringify(normalise(present)) === JSON.stringify(normalise(next));
}

/** Kept as it is where it is no size: ECS will say so. */
const size = (value: string | undefined, read: (value: string) => number | undefined): string | undefined =>
  value === undefined ? undefined : String(read(value) ?? value);

function sorted<T>(list: readonly T[] | undefined, key: (entry: T) => string | undefined): T[] {
  const by = (entry: T): string => key(entry) ?? '';
  return [...(list ?? [])].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
}

/** 1.0 is 1; a number of which JavaScript would lose digits is compared by these. */
const exact = (digits: string): Plain =>
  digits.replace(/^-?[0.]*|[eE].*$|\./g, '').length <= 15 && Number.isFinite(Number(digits)) ? Number(digits) : digits;

function plain(value: unknown): Plain | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof ExactNumber) return exact(value.digits);
  if (Array.isArray(value)) {
    const entries = value.map(plain).filter((entry) => entry !== undefined);
    return entries.length === 0 ? undefined : entries;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Plain][] => {
    const kept = plain(inner);
    return kept === undefined ? [] : [[name, kept]];
  });
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

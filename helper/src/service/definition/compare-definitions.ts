import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { cpuUnits, mebibytes } from '../../ecs/task-sizes.ts';
import { ExactNumber } from '../../text/exact-json.ts';
import type { Definition } from './merge-definition.ts';

/** A value of JSON, with no empty list, no empty map and nothing null or undefined in it. */
type Plain = string | number | boolean | Plain[] | { [name: string]: Plain };

/**
 * What ECS takes where nothing is said, and may write out (API reference of RegisterTaskDefinition): no content of its own.
 * Of a list the one entry here says what each entry has.
 */
const DEFAULTS = {
  enableFaultInjection: false,
  proxyConfiguration: { type: 'APPMESH' },
  volumes: [
    {
      configuredAtLaunch: false,
      host: { sourcePath: '' },
      efsVolumeConfiguration: {
        rootDirectory: '/',
        transitEncryption: 'DISABLED',
        transitEncryptionPort: 0,
        authorizationConfig: { iam: 'DISABLED' },
      },
      s3filesVolumeConfiguration: { rootDirectory: '/' },
      dockerVolumeConfiguration: { scope: 'task', driver: 'local', autoprovision: false },
    },
  ],
  containerDefinitions: [
    {
      cpu: 0,
      privileged: false,
      readonlyRootFilesystem: false,
      disableNetworking: false,
      interactive: false,
      pseudoTerminal: false,
      versionConsistency: 'enabled',
      healthCheck: { interval: 30, timeout: 5, retries: 3, startPeriod: 0 },
      linuxParameters: { initProcessEnabled: false },
      restartPolicy: { enabled: false, restartAttemptPeriod: 300 },
      mountPoints: [{ readOnly: false }],
      volumesFrom: [{ readOnly: false }],
    },
  ],
};

/**
 * The same content always gives the same value: order of what has none, the defaults that ECS fills in and the
 * spellings that it accepts are ironed out.
 */
export function canonicalDefinition(definition: Definition): Plain {
  const { cpu, memory, runtimePlatform, networkMode, containerDefinitions, tags: _tags, ...rest } = definition;
  // Stand-ins write empty texts out.
  const given = Object.entries(rest).filter(([, value]) => value !== '');
  const platform = {
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? 'X86_64',
  };
  return (
    plain(
      {
        ...Object.fromEntries(given),
        cpu: size(cpu, cpuUnits),
        memory: size(memory, mebibytes),
        networkMode: networkMode ?? 'bridge',
        runtimePlatform: platform,
        requiresCompatibilities: sorted(rest.requiresCompatibilities, String),
        volumes: sorted(rest.volumes, (volume) => volume.name),
        containerDefinitions: sorted(
          (containerDefinitions ?? []).map((container) => normaliseContainer(container, networkMode)),
          (container) => container.name,
        ),
      },
      DEFAULTS,
    ) ?? {}
  );
}

function normaliseContainer(container: ContainerDefinition, networkMode: Definition['networkMode']) {
  const { essential, environment, secrets, portMappings, ...rest } = container;
  return {
    ...rest,
    essential: essential ?? true,
    // ECS runs a log router as root, and writes that out.
    user: rest.firelensConfiguration && rest.user === '0' ? undefined : rest.user,
    environment: sorted(environment, (entry) => entry.name),
    secrets: sorted(secrets, (entry) => entry.name),
    systemControls: sorted(rest.systemControls, (entry) => entry.namespace),
    ulimits: sorted(rest.ulimits, (entry) => entry.name),
    portMappings: sorted(
      (portMappings ?? []).map(({ hostPort, protocol, ...mapping }) => ({
        ...mapping,
        protocol: protocol ?? 'tcp',
        // With awsvpc the host's port is the container's; ECS writes it out. Elsewhere 0 means any.
        ...(networkMode === 'awsvpc' || !hostPort ? {} : { hostPort }),
      })),
      (mapping) => `${mapping.containerPort ?? mapping.containerPortRange}/${mapping.protocol}`,
    ),
  };
}

/** True where registering `next` would only repeat `present`. */
export function sameDefinition(present: Definition, next: Definition): boolean {
  return JSON.stringify(canonicalDefinition(present)) === JSON.stringify(canonicalDefinition(next));
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

/** Without what is empty or as by default. */
function plain(value: unknown, byDefault?: unknown): Plain | undefined {
  if (value === byDefault) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof ExactNumber) return exact(value.digits);
  if (Array.isArray(value)) {
    const [each]: readonly unknown[] = Array.isArray(byDefault) ? byDefault : [];
    const entries = value.map((entry) => plain(entry, each)).filter((entry) => entry !== undefined);
    return entries.length === 0 ? undefined : entries;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Plain][] => {
    const kept = plain(inner, Reflect.get(Object(byDefault), name));
    return kept === undefined ? [] : [[name, kept]];
  });
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

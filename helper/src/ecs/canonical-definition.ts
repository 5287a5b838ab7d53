import type { ContainerDefinition, RegisterTaskDefinitionCommandInput as Definition } from '@aws-sdk/client-ecs';
import { ExactNumber } from '../text/exact-json.ts';
import { cpuUnits, mebibytes } from './task-sizes.ts';

/** A value of JSON without empty lists, empty maps, null and undefined. */
type CanonicalValue = string | number | boolean | CanonicalValue[] | { [name: string]: CanonicalValue };

/**
 * ECS' defaults (API reference of RegisterTaskDefinition). ECS may write them into the definition that it returns, so a field
 * with its default counts as a field left out. A list here has one entry: the defaults of each entry of the real list.
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
 * A task definition in one fixed form, so that equal definitions give equal values. Lists whose order has no meaning are
 * sorted, ECS' defaults are left out, and each value is spelt in one way (`1 vCPU` and `1024` are the same).
 */
export function canonicalDefinition(definition: Definition): CanonicalValue {
  const { cpu, memory, runtimePlatform, networkMode, containerDefinitions, tags: _tags, ...rest } = definition;
  // Stand-ins for ECS return empty texts for fields that were left out.
  const given = Object.entries(rest).filter(([, value]) => value !== '');
  const platform = {
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? 'X86_64',
  };
  return (
    withoutDefaults(
      {
        ...Object.fromEntries(given),
        cpu: size(cpu, cpuUnits),
        memory: size(memory, mebibytes),
        networkMode: networkMode ?? 'bridge',
        runtimePlatform: platform,
        requiresCompatibilities: sorted(rest.requiresCompatibilities, String),
        volumes: sorted(rest.volumes, (volume) => volume.name),
        containerDefinitions: sorted(
          (containerDefinitions ?? []).map((container) => canonicalContainer(container, networkMode)),
          (container) => container.name,
        ),
      },
      DEFAULTS,
    ) ?? {}
  );
}

function canonicalContainer(container: ContainerDefinition, networkMode: Definition['networkMode']) {
  const { essential, environment, secrets, portMappings, ...rest } = container;
  return {
    ...rest,
    essential: essential ?? true,
    // ECS runs a log router as root, and writes that into the definition.
    user: rest.firelensConfiguration && rest.user === '0' ? undefined : rest.user,
    environment: sorted(environment, (entry) => entry.name),
    secrets: sorted(secrets, (entry) => entry.name),
    systemControls: sorted(rest.systemControls, (entry) => entry.namespace),
    ulimits: sorted(rest.ulimits, (entry) => entry.name),
    portMappings: sorted(
      (portMappings ?? []).map(({ hostPort, protocol, ...mapping }) => ({
        ...mapping,
        protocol: protocol ?? 'tcp',
        // With awsvpc the host's port equals the container's, and ECS writes it into the definition. In other modes 0 means any.
        ...(networkMode === 'awsvpc' || !hostPort ? {} : { hostPort }),
      })),
      (mapping) => `${mapping.containerPort ?? mapping.containerPortRange}/${mapping.protocol}`,
    ),
  };
}

/** True where `next` has the content of `present`: registering it would make a revision that changes nothing. */
export function sameDefinition(present: Definition, next: Definition): boolean {
  return JSON.stringify(canonicalDefinition(present)) === JSON.stringify(canonicalDefinition(next));
}

/** A text that is no size stays as it is: ECS refuses it with a message of its own. */
const size = (value: string | undefined, read: (value: string) => number | undefined): string | undefined =>
  value === undefined ? undefined : String(read(value) ?? value);

function sorted<T>(list: readonly T[] | undefined, key: (entry: T) => string | undefined): T[] {
  const by = (entry: T): string => key(entry) ?? '';
  return [...(list ?? [])].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
}

/** 1.0 equals 1. JavaScript would round a number of more than 15 digits, so such a number is compared as text. */
const exact = (digits: string): CanonicalValue =>
  digits.replace(/^-?[0.]*|[eE].*$|\./g, '').length <= 15 && Number.isFinite(Number(digits)) ? Number(digits) : digits;

/** Takes everything out of a value that is empty or equals its default; undefined where nothing is left. */
function withoutDefaults(value: unknown, byDefault?: unknown): CanonicalValue | undefined {
  if (value === byDefault) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof ExactNumber) return exact(value.digits);
  if (Array.isArray(value)) {
    const [each]: readonly unknown[] = Array.isArray(byDefault) ? byDefault : [];
    const entries = value.map((entry) => withoutDefaults(entry, each)).filter((entry) => entry !== undefined);
    return entries.length === 0 ? undefined : entries;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, CanonicalValue][] => {
    const kept = withoutDefaults(inner, Reflect.get(Object(byDefault), name));
    return kept === undefined ? [] : [[name, kept]];
  });
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

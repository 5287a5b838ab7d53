import type { ContainerDefinition } from '@aws-sdk/client-ecs';
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
  // ECS writes `enableFaultInjection: false` out, and stand-ins empty texts.
  const given = Object.entries(rest).filter(([, value]) => value !== '' && value !== false);
  const platform = {
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? 'X86_64',
  };
  return (
    plain({
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
    }) ?? {}
  );
}

function normaliseContainer(container: ContainerDefinition, networkMode: Definition['networkMode']) {
  const { cpu, essential, environment, secrets, portMappings, healthCheck, mountPoints, ...rest } = container;
  return {
    ...rest,
    ...(cpu ? { cpu } : {}),
    essential: essential ?? true,
    environment: sorted(environment, (entry) => entry.name),
    secrets: sorted(secrets, (entry) => entry.name),
    systemControls: sorted(rest.systemControls, (entry) => entry.namespace),
    ulimits: sorted(rest.ulimits, (entry) => entry.name),
    mountPoints: (mountPoints ?? []).map((mount) => ({ ...mount, readOnly: mount.readOnly ?? false })),
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
    },
  };
}

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

function plain(value: unknown): Plain | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
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

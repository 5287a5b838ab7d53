import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { Failure } from '../failure.ts';
import type { Wanted } from './wanted.ts';

/** A task definition as it is registered. */
export type Definition = RegisterTaskDefinitionCommandInput;

/** Where a deployment's task definition starts from. */
export interface Base {
  origin: 'file' | 'service' | 'new';
  definition: Definition;
}

/** The definition of a service that has none yet: one container, 256 CPU units, 512 MiB. */
export function newDefinition(wanted: Pick<Wanted, 'prefix' | 'service' | 'container'>): Definition {
  return {
    family: `${wanted.prefix}-${wanted.service}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: wanted.container ?? wanted.service, essential: true }],
  };
}

/**
 * Which container gets the image: the one that was asked for, else the one named as the service, else the only one.
 * @throws Failure `usage` where that is none, or more than one could be meant
 */
export function chooseContainer(definition: Definition, wanted: Pick<Wanted, 'service' | 'container'>): string {
  const names = (definition.containerDefinitions ?? []).map((container) => container.name ?? '');
  const asked = wanted.container ?? wanted.service;
  if (names.includes(asked)) return asked;
  const [only, ...others] = names;
  if (wanted.container === undefined && only !== undefined && others.length === 0) return only;
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new Failure('usage', `the task definition ${definition.family} has no container named ${asked}: ${there}`, {
    hint: `say which one gets the image: container: '${only ?? asked}'`,
  });
}

/** Lays a deployment's parameters over its base. Pure; what was not given stays as it is. */
export function mergeDefinition(base: Base, wanted: Wanted): Definition {
  const name = chooseContainer(base.definition, wanted);
  const fill = base.origin !== 'service';
  const { explicit, defaults } = wanted;
  const executionRole =
    explicit.executionRole ?? base.definition.executionRoleArn ?? (fill ? defaults.executionRole : undefined);
  const taskRole = explicit.taskRole ?? base.definition.taskRoleArn ?? (fill ? defaults.taskRole : undefined);
  return {
    ...base.definition,
    ...(wanted.cpu === undefined ? {} : { cpu: String(wanted.cpu) }),
    ...(wanted.memory === undefined ? {} : { memory: String(wanted.memory) }),
    ...(executionRole === undefined ? {} : { executionRoleArn: executionRole }),
    ...(taskRole === undefined ? {} : { taskRoleArn: taskRole }),
    containerDefinitions: (base.definition.containerDefinitions ?? []).map((container) =>
      container.name === name ? mergeContainer(container, wanted, fill) : container,
    ),
  };
}

function mergeContainer(base: ContainerDefinition, wanted: Wanted, fill: boolean): ContainerDefinition {
  const logGroup = wanted.explicit.logGroup ?? (fill && !base.logConfiguration ? wanted.defaults.logGroup : undefined);
  return {
    ...base,
    ...(wanted.image === undefined ? {} : { image: wanted.image }),
    ...(wanted.command === undefined ? {} : { command: [...wanted.command] }),
    ...(wanted.pullSecret === undefined ? {} : { repositoryCredentials: { credentialsParameter: wanted.pullSecret } }),
    ...mergePort(base, wanted.port),
    ...mergeVariables(base, wanted),
    ...(logGroup === undefined ? {} : { logConfiguration: logTo(base, logGroup, wanted) }),
  };
}

/** The first port is the service's own: it is changed in place, so that its name and protocol stay. */
function mergePort(base: ContainerDefinition, port: number | undefined): Pick<ContainerDefinition, 'portMappings'> {
  const [first, ...others] = base.portMappings ?? [];
  if (port === undefined || (base.portMappings ?? []).some((mapping) => mapping.containerPort === port)) return {};
  const { hostPort: _host, containerPortRange: _range, ...kept } = first ?? { protocol: 'tcp' };
  return { portMappings: [{ ...kept, containerPort: port }, ...others] };
}

/** ECS refuses a variable that is both plain and secret: what is given now replaces, or takes away, what was either. */
function mergeVariables(
  base: ContainerDefinition,
  { env, secrets }: Wanted,
): Pick<ContainerDefinition, 'environment' | 'secrets'> {
  const given = new Set([...Object.keys(env), ...Object.keys(secrets)]);
  if (given.size === 0) return {};
  const plain = Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  const kept = <T extends { name?: string | undefined }>(list: readonly T[] | undefined): T[] =>
    (list ?? []).filter((entry) => !given.has(entry.name ?? ''));
  return {
    environment: [...kept(base.environment), ...plain],
    secrets: [...kept(base.secrets), ...Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom }))],
  };
}

function logTo(base: ContainerDefinition, group: string, wanted: Wanted): ContainerDefinition['logConfiguration'] {
  const own = base.logConfiguration;
  // A log driver of the user's own choice is not ours to change.
  if (own && own.logDriver !== 'awslogs') return own;
  return {
    ...own,
    logDriver: 'awslogs',
    options: {
      'awslogs-region': wanted.region,
      // Mandatory on Fargate.
      'awslogs-stream-prefix': wanted.service,
      ...own?.options,
      'awslogs-group': group,
    },
  };
}

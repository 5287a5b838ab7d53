import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../failure.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';

/** The definition over which a deployment's parameters are laid, and where it comes from. */
export interface BaseDefinition {
  origin: 'file' | 'service' | 'new';
  definition: Definition;
}

/** The base for a new service: one container, 256 CPU units, 512 MiB. */
export function newDefinition(wanted: Pick<WantedService, 'prefix' | 'service' | 'container'>): Definition {
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
 * Chooses the container that gets the image: the given one, else the one with the service's name, else the only one.
 * @throws Failure `usage` where there is no such container, or where the choice is not clear
 */
export function chooseContainer(definition: Definition, wanted: Pick<WantedService, 'service' | 'container'>): string {
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

/**
 * The names of all containers that get the image.
 * @throws Failure `usage` where one of the given containers does not exist
 */
function containersOf(definition: Definition, wanted: WantedService): Set<string> {
  const first = chooseContainer(definition, wanted);
  const { service, further = [] } = wanted;
  return new Set([first, ...further.map((container) => chooseContainer(definition, { service, container }))]);
}

/** A deployment after which some containers still have the image that others lose. */
export interface ContainersLeftBehind {
  /** Containers that get the new image. */
  updated: readonly string[];
  /** Containers that had the same image as those, and keep it. */
  unchanged: readonly string[];
}

/** Finds other containers with the image that is replaced; undefined where there are none. */
export function containersLeftBehind(base: Definition, wanted: WantedService): ContainersLeftBehind | undefined {
  const updated = containersOf(base, wanted);
  const containers = base.containerDefinitions ?? [];
  const replaced = containers.flatMap(({ name, image }) =>
    image !== undefined && image !== wanted.image && updated.has(name ?? '') ? [image] : [],
  );
  const unchanged = containers.flatMap(({ name, image }) =>
    name !== undefined && !updated.has(name) && replaced.includes(image ?? '') ? [name] : [],
  );
  return wanted.image === undefined || unchanged.length === 0 ? undefined : { updated: [...updated], unchanged };
}

/** Lays a deployment's parameters over its base. Pure. Without a parameter, the base's value stays. */
export function mergeDefinition(base: BaseDefinition, wanted: WantedService): Definition {
  const name = chooseContainer(base.definition, wanted);
  // A service's own definition is not given the settings' defaults: what it lacks, it lacks on purpose.
  const useDefaults = base.origin !== 'service';
  const withImage = containersOf(base.definition, wanted);
  const { explicit, defaults } = wanted;
  const executionRole =
    explicit.executionRole ?? base.definition.executionRoleArn ?? (useDefaults ? defaults.executionRole : undefined);
  const taskRole = explicit.taskRole ?? base.definition.taskRoleArn ?? (useDefaults ? defaults.taskRole : undefined);
  return {
    ...base.definition,
    ...(wanted.cpu === undefined ? {} : { cpu: String(wanted.cpu) }),
    ...(wanted.memory === undefined ? {} : { memory: String(wanted.memory) }),
    ...(executionRole === undefined ? {} : { executionRoleArn: executionRole }),
    ...(taskRole === undefined ? {} : { taskRoleArn: taskRole }),
    containerDefinitions: (base.definition.containerDefinitions ?? []).map((container) =>
      container.name === name
        ? mergeContainer(container, wanted, useDefaults)
        : withImage.has(container.name ?? '')
          ? mergeImage(container, wanted)
          : container,
    ),
  };
}

/** Sets the image, and the secret with the credentials to pull it. */
const mergeImage = (base: ContainerDefinition, wanted: WantedService): ContainerDefinition => ({
  ...base,
  ...(wanted.image === undefined ? {} : { image: wanted.image }),
  ...(wanted.pullSecret === undefined ? {} : { repositoryCredentials: { credentialsParameter: wanted.pullSecret } }),
});

function mergeContainer(base: ContainerDefinition, wanted: WantedService, useDefaults: boolean): ContainerDefinition {
  const logGroup =
    wanted.explicit.logGroup ?? (useDefaults && !base.logConfiguration ? wanted.defaults.logGroup : undefined);
  const { command: baseCommand, ...others } = mergeImage(base, wanted);
  const command = wanted.command ?? baseCommand;
  return {
    ...others,
    // An empty list is left out: both mean that the image's own command runs.
    ...(command === undefined || command.length === 0 ? {} : { command: [...command] }),
    ...mergePort(base, wanted.port),
    ...mergeVariables(base, wanted),
    ...(logGroup === undefined ? {} : { logConfiguration: logConfiguration(base, logGroup, wanted) }),
  };
}

/** Changes the first port, which is the service's. Its name and protocol stay. */
function mergePort(base: ContainerDefinition, port: number | undefined): Pick<ContainerDefinition, 'portMappings'> {
  const [first, ...others] = base.portMappings ?? [];
  if (port === undefined || (base.portMappings ?? []).some((mapping) => mapping.containerPort === port)) return {};
  const { hostPort: _host, containerPortRange: _range, ...mapping } = first ?? { protocol: 'tcp' };
  return { portMappings: [{ ...mapping, containerPort: port }, ...others] };
}

/** A given variable replaces the old variable and the old secret of its name, since ECS refuses a name that is both. */
function mergeVariables(
  base: ContainerDefinition,
  { env, secrets }: WantedService,
): Pick<ContainerDefinition, 'environment' | 'secrets'> {
  const given = new Set([...Object.keys(env), ...Object.keys(secrets)]);
  if (given.size === 0) return {};
  const variables = Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  const notGiven = <T extends { name?: string | undefined }>(list: readonly T[] | undefined): T[] =>
    (list ?? []).filter((entry) => !given.has(entry.name ?? ''));
  return {
    environment: [...notGiven(base.environment), ...variables],
    secrets: [...notGiven(base.secrets), ...Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom }))],
  };
}

function logConfiguration(
  base: ContainerDefinition,
  group: string,
  wanted: WantedService,
): ContainerDefinition['logConfiguration'] {
  const own = base.logConfiguration;
  // Another log driver was the user's choice, so it stays.
  if (own && own.logDriver !== 'awslogs') return own;
  return {
    ...own,
    logDriver: 'awslogs',
    options: {
      'awslogs-region': wanted.region,
      // Fargate requires a prefix.
      'awslogs-stream-prefix': wanted.service,
      ...own?.options,
      'awslogs-group': group,
    },
  };
}

/** The image of the container that is deployed; of the first container where the definition has none of that name. */
export function imageOfContainer(
  definition: Definition | undefined,
  { container, service }: Pick<WantedService, 'container' | 'service'>,
): string | undefined {
  const containers = definition?.containerDefinitions ?? [];
  return (containers.find(({ name }) => name === (container ?? service)) ?? containers[0])?.image;
}

import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../failure.ts';
import type { Definition } from '../revision.ts';
import type { WantedService } from '../wanted-service.ts';

/** Where a deployment's task definition starts from. */
export interface BaseDefinition {
  origin: 'file' | 'service' | 'new';
  definition: Definition;
}

/** The definition of a service that has none yet: one container, 256 CPU units, 512 MiB. */
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
 * Which container gets the image: the one that was asked for, else the one named as the service, else the only one.
 * @throws Failure `usage` where that is none, or more than one could be meant
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
 * All containers that get the image.
 * @throws Failure `usage` where one of those that were asked for is not there
 */
function containersOf(definition: Definition, wanted: WantedService): Set<string> {
  const first = chooseContainer(definition, wanted);
  const { service, further = [] } = wanted;
  return new Set([first, ...further.map((container) => chooseContainer(definition, { service, container }))]);
}

/** Containers that are left with the image that the chosen one had. */
export interface ContainersLeftBehind {
  moved: readonly string[];
  stays: readonly string[];
}

/** Which other containers have the very image that is replaced, and keep it; undefined where there are none. */
export function containersLeftBehind(base: Definition, wanted: WantedService): ContainersLeftBehind | undefined {
  const moved = containersOf(base, wanted);
  const containers = base.containerDefinitions ?? [];
  const replaced = containers.flatMap(({ name, image }) =>
    image !== undefined && image !== wanted.image && moved.has(name ?? '') ? [image] : [],
  );
  const stays = containers.flatMap(({ name, image }) =>
    name !== undefined && !moved.has(name) && replaced.includes(image ?? '') ? [name] : [],
  );
  return wanted.image === undefined || stays.length === 0 ? undefined : { moved: [...moved], stays };
}

/** Lays a deployment's parameters over its base. Pure; what was not given stays as it is. */
export function mergeDefinition(base: BaseDefinition, wanted: WantedService): Definition {
  const name = chooseContainer(base.definition, wanted);
  const fill = base.origin !== 'service';
  const all = containersOf(base.definition, wanted);
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
      container.name === name
        ? mergeContainer(container, wanted, fill)
        : all.has(container.name ?? '')
          ? mergeImage(container, wanted)
          : container,
    ),
  };
}

/** The image, and the secret that pulls it. */
const mergeImage = (base: ContainerDefinition, wanted: WantedService): ContainerDefinition => ({
  ...base,
  ...(wanted.image === undefined ? {} : { image: wanted.image }),
  ...(wanted.pullSecret === undefined ? {} : { repositoryCredentials: { credentialsParameter: wanted.pullSecret } }),
});

function mergeContainer(base: ContainerDefinition, wanted: WantedService, fill: boolean): ContainerDefinition {
  const logGroup = wanted.explicit.logGroup ?? (fill && !base.logConfiguration ? wanted.defaults.logGroup : undefined);
  const { command, ...others } = mergeImage(base, wanted);
  const words = wanted.command ?? command;
  return {
    ...others,
    // ECS reads an empty list as none: the image's own command runs.
    ...(words === undefined || words.length === 0 ? {} : { command: [...words] }),
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
  { env, secrets }: WantedService,
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

function logTo(
  base: ContainerDefinition,
  group: string,
  wanted: WantedService,
): ContainerDefinition['logConfiguration'] {
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

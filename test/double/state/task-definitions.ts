import { Fields } from '../action-parameters.ts';
import { client } from '../errors.ts';
import { asJsonObject, type JsonObject } from '../json-values.ts';
import type { Place } from './place.ts';
import { amount, checkSize } from './sizes.ts';

/** A revision of a task definition, as DescribeTaskDefinition answers it. */
export interface TaskDefinition {
  arn: string;
  family: string;
  revision: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** The registered content, completed with ECS' defaults. */
  content: JsonObject;
  tags: readonly JsonObject[];
}

/** Task definitions by family; revisions count from 1. */
export class TaskDefinitions {
  readonly #all: TaskDefinition[] = [];

  constructor(private readonly place: Place) {}

  /** Registers a revision after ECS' checks. Throws ClientException as ECS does. */
  register(input: JsonObject): TaskDefinition {
    const { tags, ...definition } = input;
    const fields = new Fields(input);
    const family = fields.need('family');
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw client('Family contains invalid characters or is too long.');
    checkDefinition(fields);
    const revision = 1 + this.#all.filter((one) => one.family === family).length;
    const arn = `arn:aws:ecs:${this.place.region}:${this.place.account}:task-definition/${family}:${revision}`;
    const record: TaskDefinition = {
      arn,
      family,
      revision,
      status: 'ACTIVE',
      content: {
        ...complete(new Fields(asJsonObject(definition))),
        taskDefinitionArn: arn,
        revision,
        registeredAt: new Date(this.place.clock.now()),
        registeredBy: `arn:aws:iam::${this.place.account}:role/ci`,
      },
      tags: fields.objects('tags').map((tag) => tag.all),
    };
    if (JSON.stringify(definition).length > 65_536) throw client('Actual length exceeds the max of 65536 bytes.');
    this.#all.push(record);
    return record;
  }

  /** By ARN, `family:revision`, or `family` (its newest active revision). */
  find(name: string): TaskDefinition | undefined {
    const short = name.replace(/^arn:.*:task-definition\//, '');
    const [family, revision] = short.split(':');
    const known = this.#all.filter((one) => one.family === family);
    if (revision !== undefined) return known.find((one) => String(one.revision) === revision);
    return known.filter((one) => one.status === 'ACTIVE').at(-1);
  }

  /** All, oldest first. */
  list(): readonly TaskDefinition[] {
    return this.#all;
  }
}

/** The answer of DescribeTaskDefinition: the content and the status. */
export function describeDefinition(one: TaskDefinition): JsonObject {
  return { ...one.content, status: one.status };
}

function checkDefinition(fields: Fields): void {
  const containers = fields.objects('containerDefinitions');
  if (containers.length === 0) throw client('Container list cannot be empty.');
  for (const container of containers) {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(container.text('name') ?? '')) throw client('Container name is invalid.');
    if (!container.text('image')) throw client('Container.image should not be null or empty.');
    const stopTimeout = container.number('stopTimeout') ?? 30;
    if (stopTimeout > 120) throw client('Fargate tasks support a stopTimeout of at most 120 seconds.');
  }
  if (new Set(containers.map((one) => one.text('name'))).size < containers.length)
    throw client('Container.name must be unique.');
  const storage = fields.object('ephemeralStorage').number('sizeInGiB') ?? 21;
  if (storage < 21 || storage > 200) throw client('EphemeralStorage sizeInGiB must be between 21 and 200.');
  if (!fields.texts('requiresCompatibilities').includes('FARGATE')) return;
  if (fields.text('networkMode') !== 'awsvpc') throw client('Fargate only supports network mode ‘awsvpc’.');
  const [cpu, memory] = [fields.text('cpu'), fields.text('memory')];
  if (cpu === undefined || memory === undefined) {
    throw client("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  checkSize(amount(cpu, 'vCPU'), amount(memory, 'GB'));
  const needsRole = containers.some(
    (one) => one.objects('secrets').length > 0 || one.object('logConfiguration').text('logDriver') === 'awslogs',
  );
  if (needsRole && !fields.text('executionRoleArn')) {
    throw client('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
}

/** ECS answers more than it was given: defaults of each container, sizes as numbers, derived lists. */
function complete(fields: Fields): JsonObject {
  const { cpu, memory } = { cpu: fields.text('cpu'), memory: fields.text('memory') };
  return {
    volumes: [],
    placementConstraints: [],
    compatibilities: ['EC2', 'FARGATE'],
    requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
    ...fields.all,
    ...(cpu === undefined ? {} : { cpu: String(amount(cpu, 'vCPU')) }),
    ...(memory === undefined ? {} : { memory: String(amount(memory, 'GB')) }),
    containerDefinitions: fields.objects('containerDefinitions').map((container) => ({
      cpu: 0,
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...container.all,
      portMappings: container.objects('portMappings').map((port) => ({
        hostPort: port.number('containerPort'),
        protocol: 'tcp',
        ...port.all,
      })),
    })),
  };
}

import { type ContainerDefinition, DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

type ReadWorld = Pick<World, 'aws' | 'signal'>;

/** The name that the builder stack gives the container of kaniko. */
export const BUILDER_CONTAINER = 'kaniko';

/** Where a container writes its log in CloudWatch. */
export interface LogDestination {
  group: string;
  streamPrefix: string;
}

/** The container of a name. @throws Failure `usage` where there is no such container */
export function findContainer(definition: TaskDefinition, name: string): ContainerDefinition {
  const found = definition.containerDefinitions?.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = definition.containerDefinitions?.map((one) => one.name).join(', ');
  throw new Failure(
    'usage',
    `the task definition ${definition.family} has no container named ${name}: it has ${names}`,
    {
      hint: 'set builder-family to the task definition of the builder stack',
    },
  );
}

/**
 * Where a container writes its log, by its task definition.
 * @throws Failure `usage` where that is not CloudWatch, or where the stream prefix is missing that Fargate requires
 */
export function logDestination(definition: TaskDefinition, container: string): LogDestination {
  const log = findContainer(definition, container).logConfiguration;
  const group = log?.options?.['awslogs-group'];
  const streamPrefix = log?.options?.['awslogs-stream-prefix'];
  if (log?.logDriver === 'awslogs' && group && streamPrefix) return { group, streamPrefix };
  throw new Failure('usage', `the log of ${container} in the task definition ${definition.family} cannot be followed`, {
    hint: 'it needs the log driver awslogs with awslogs-group and awslogs-stream-prefix, as in the builder stack',
    evidence: [
      `logDriver: ${log?.logDriver ?? 'none'}, awslogs-group: ${group ?? 'none'}, awslogs-stream-prefix: ${streamPrefix ?? 'none'}`,
    ],
  });
}

/** The newest active revision of a family, or the revision of that name; undefined where there is none. */
export async function findRevision(world: ReadWorld, name: string): Promise<TaskDefinition | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: name });
    const { taskDefinition } = await world.aws.ecs.send(command, { abortSignal: world.signal });
    return taskDefinition?.status === 'INACTIVE' ? undefined : taskDefinition;
  } catch (error) {
    world.signal.throwIfAborted();
    // ECS answers with this code where there is no such definition.
    if (awsErrorFacts(error).code === 'ClientException') return undefined;
    throw awsFailure(error, `read the task definition ${name} (ecs:DescribeTaskDefinition)`);
  }
}

/**
 * The newest active revision of a task definition.
 * @throws Failure `usage` where there is none, `aws` where ECS refuses or fails
 */
export async function readBuilderDefinition(world: ReadWorld, name: string): Promise<TaskDefinition> {
  const found = await findRevision(world, name);
  if (found !== undefined) return found;
  throw new Failure('usage', `there is no task definition ${name} in ${world.aws.region}`, {
    hint: 'deploy infrastructure/builder.yaml there, or name its family in the setting builder-family',
  });
}

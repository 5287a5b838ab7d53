import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ROOT } from '../paths.mjs';
import type { LocalAws } from './aws-clients.ts';
import { defaultNetwork } from './ec2-lists.ts';
import { LOCAL_KEYS, REGION } from './ministack.ts';

/** Name of the local stack, and the prefix of everything that it makes. */
export const PREFIX = 'fargate-ci';

/** Family of the builder's task definition. */
export const BUILDER_FAMILY = `${PREFIX}-kaniko`;

export interface BuilderOptions {
  /** `host:port` of the local registry. */
  readonly registry: string;
  /** Arguments that every build passes to kaniko. */
  readonly kanikoArgs: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Deploys infrastructure/builder.yaml into the default network, as anyone would.
 * @throws Error with the reasons where the stack could not be created
 */
export async function deployBuilder(aws: LocalAws, { registry, kanikoArgs, signal }: BuilderOptions): Promise<void> {
  const { vpc, subnets: all } = await defaultNetwork(aws.endpoint);
  const subnets = all.slice(0, 2).join(',');
  const parameters = {
    VpcId: vpc,
    Subnets: subnets,
    AppSubnets: subnets,
    RepositoryTemplates: 'false', // MiniStack has none: the helper creates repositories
    Registry: `${registry}/${PREFIX}`,
    KanikoArgs: kanikoArgs.join(' '),
  };
  const StackName = `${PREFIX}-builder`;
  await aws.cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: await readFile(join(ROOT, 'infrastructure', 'builder.yaml'), 'utf8'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  for (;;) {
    signal.throwIfAborted();
    const { Stacks: [stack] = [] } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus === 'CREATE_COMPLETE') return;
    if (stack?.StackStatus !== 'CREATE_IN_PROGRESS')
      throw new Error(`infrastructure/builder.yaml: ${stack?.StackStatus}${await reasons(aws, StackName)}`);
    await delay(100);
  }
}

/** Why resources of a stack could not be created, a line each. */
async function reasons(aws: LocalAws, StackName: string): Promise<string> {
  const { StackEvents = [] } = await aws.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
    .map(({ LogicalResourceId, ResourceStatusReason }) => `\n  ${LogicalResourceId}: ${ResourceStatusReason}`)
    .join('');
}

/** A task definition of one container. */
export interface SingleContainer {
  readonly taskDefinition: TaskDefinition;
  readonly container: ContainerDefinition;
}

/**
 * The newest revision of a family.
 * @throws Error where it has no container
 */
export async function readDefinition(aws: Pick<LocalAws, 'ecs'>, family: string): Promise<SingleContainer> {
  const answer = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
  const container = answer.taskDefinition?.containerDefinitions?.[0];
  if (!answer.taskDefinition || !container) throw new Error(`the task definition ${family} has no container`);
  return { taskDefinition: answer.taskDefinition, container };
}

/** The image that the template gives the builder. */
export async function kanikoImage(aws: LocalAws): Promise<string> {
  const { container } = await readDefinition(aws, BUILDER_FAMILY);
  return container.image ?? '';
}

export interface LocalBuilder {
  readonly endpoint: string;
  readonly image: string;
  /** The engine's socket, which the stand-in needs. */
  readonly socket: string | undefined;
}

/**
 * Registers a revision of the builder that runs here. Its tasks run in the host's network, so that 127.0.0.1 is S3, ECR
 * and everything else for kaniko, too. The template knows nothing of this.
 */
export async function registerLocalBuilder(aws: LocalAws, { endpoint, image, socket }: LocalBuilder): Promise<void> {
  const { taskDefinition, container } = await readDefinition(aws, BUILDER_FAMILY);
  const environment = {
    ...Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name ?? '', value])),
    S3_ENDPOINT: endpoint,
    S3_FORCE_PATH_STYLE: 'true',
    ...LOCAL_KEYS,
    AWS_REGION: REGION,
  };
  await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: taskDefinition.family,
      networkMode: 'host',
      cpu: taskDefinition.cpu,
      memory: taskDefinition.memory,
      executionRoleArn: taskDefinition.executionRoleArn,
      taskRoleArn: taskDefinition.taskRoleArn,
      containerDefinitions: [
        {
          ...container,
          image,
          environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          ...(socket && { mountPoints: [{ sourceVolume: 'engine', containerPath: '/var/run/docker.sock' }] }),
        },
      ],
      ...(socket && { volumes: [{ name: 'engine', host: { sourcePath: socket } }] }),
    }),
  );
}

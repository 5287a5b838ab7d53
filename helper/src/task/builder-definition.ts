import { createHash } from 'node:crypto';
import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { carefully } from '../aws/call-once.ts';
import { awsErrorFacts, awsFailure } from '../aws/errors.ts';
import { once } from '../aws/idempotency.ts';
import { toRegistrable } from '../ecs/registrable-definition.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

/** What overrides of RunTask cannot carry, or what they have no room for. */
export interface DefinitionAdditions {
  /** Variables whose values ECS takes from secrets. */
  secrets: readonly { name: string; valueFrom: string }[];
  /** Plain variables, where overrides have no room for them. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** `linux/amd64` or `linux/arm64`. */
  platform: string;
}

/** Where a container's log goes. */
export interface LogDestination {
  group: string;
  streamPrefix: string;
}

type DeriveWorld = Pick<World, 'aws' | 'clock' | 'signal' | 'report' | 'abortBudget'>;

const ARCHITECTURE: Readonly<Record<string, 'ARM64' | 'X86_64'>> = { 'linux/arm64': 'ARM64', 'linux/amd64': 'X86_64' };

/** JSON in which the order of keys, which AWS is free to change, makes no difference. */
function jsonWithSortedKeys(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner) || inner instanceof Date) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** True where a definition's tasks run on a platform. */
function runsOn(base: TaskDefinition, platform: string): boolean {
  const architecture = ARCHITECTURE[platform];
  return architecture === undefined || architecture === (base.runtimePlatform?.cpuArchitecture ?? 'X86_64');
}

/** True where a task needs more than a definition has and overrides can say. */
export const needsDerivedDefinition = (
  base: TaskDefinition,
  { secrets, platform, environment = {} }: DefinitionAdditions,
): boolean => secrets.length > 0 || Object.keys(environment).length > 0 || !runsOn(base, platform);

/**
 * The task definition of a build that needs more than overrides can say: the base with secrets, variables and platform, in
 * a family named for its content, so that it is registered once and found again.
 * @returns undefined where the base itself will do
 * @throws Failure `usage` where the base cannot take them
 */
export function deriveDefinition(
  base: TaskDefinition,
  container: string,
  additions: DefinitionAdditions,
): RegisterTaskDefinitionCommandInput | undefined {
  if (!needsDerivedDefinition(base, additions)) return undefined;
  const { secrets, platform } = additions;
  const input = toRegistrable(base);
  if (secrets.length > 0 && !input.executionRoleArn) {
    throw new Failure('usage', `the task definition ${input.family} has no execution role, so it cannot read secrets`, {
      hint: 'update the builder stack: its task definition has one',
    });
  }
  findContainer(base, container);
  const content: RegisterTaskDefinitionCommandInput = {
    ...input,
    ...(runsOn(base, platform)
      ? {}
      : {
          runtimePlatform: {
            operatingSystemFamily: 'LINUX',
            ...input.runtimePlatform,
            cpuArchitecture: ARCHITECTURE[platform],
          },
        }),
    containerDefinitions: input.containerDefinitions?.map((one) =>
      one.name === container ? withVariables(one, additions) : one,
    ),
  };
  const hash = createHash('sha256').update(jsonWithSortedKeys(content)).digest('hex').slice(0, 12);
  return { ...content, family: `${(input.family ?? '').slice(0, 242)}-${hash}` };
}

/** ECS refuses a variable that is both plain and secret: what is added wins, a secret before all. */
function withVariables(
  container: ContainerDefinition,
  { secrets, environment = {} }: DefinitionAdditions,
): ContainerDefinition {
  const secret = new Set(secrets.map(({ name }) => name));
  const plain = Object.entries(environment).filter(([name]) => !secret.has(name));
  const added = new Set([...secret, ...plain.map(([name]) => name)]);
  const others = <T extends { name?: string | undefined }>(list: readonly T[] | undefined): T[] =>
    (list ?? []).filter(({ name }) => !added.has(name ?? ''));
  const sorted = [...secrets].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...container,
    environment: [...others(container.environment), ...plain.map(([name, value]) => ({ name, value }))],
    secrets: [...others(container.secrets), ...sorted.map(({ name, valueFrom }) => ({ name, valueFrom }))],
  };
}

/** @throws Failure `usage` where there is no such container */
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
 * Where a container's log goes, by its task definition.
 * @throws Failure `usage` where that is not CloudWatch, or has no stream prefix (on Fargate it must have one)
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

async function find(world: DeriveWorld, name: string): Promise<TaskDefinition | undefined> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: name });
    const { taskDefinition } = await world.aws.ecs.send(command, { abortSignal: world.signal });
    return taskDefinition?.status === 'INACTIVE' ? undefined : taskDefinition;
  } catch (error) {
    world.signal.throwIfAborted();
    // How ECS says that there is none.
    if (awsErrorFacts(error).code === 'ClientException') return undefined;
    throw awsFailure(error, `read the task definition ${name} (ecs:DescribeTaskDefinition)`);
  }
}

/**
 * The newest active revision of a task definition.
 * @throws Failure `usage` where there is none, `aws` where ECS refuses or fails
 */
export async function readBuilderDefinition(world: DeriveWorld, name: string): Promise<TaskDefinition> {
  const found = await find(world, name);
  if (found !== undefined) return found;
  throw new Failure('usage', `there is no task definition ${name} in ${world.aws.region}`, {
    hint: 'deploy infrastructure/builder.yaml there, or name its family in the setting builder-family',
  });
}

/**
 * The ARN of the task definition to run: the base's own, or a derived one, which is registered where it is not there yet.
 * @throws Failure `usage` where the base cannot take the additions, `aws` where ECS refuses or fails
 */
export async function ensureBuilderDefinition(
  world: DeriveWorld,
  base: TaskDefinition,
  container: string,
  additions: DefinitionAdditions,
): Promise<string> {
  const input = deriveDefinition(base, container, additions);
  if (input === undefined) return base.taskDefinitionArn ?? base.family ?? '';
  const family = input.family ?? '';
  const arn = (await find(world, family))?.taskDefinitionArn ?? (await register(world, input, family));
  return arn;
}

async function register(
  world: DeriveWorld,
  input: RegisterTaskDefinitionCommandInput,
  family: string,
): Promise<string> {
  try {
    const arn = await carefully(world, {
      action: 'RegisterTaskDefinition',
      async send() {
        const command = once(new RegisterTaskDefinitionCommand(input));
        return (await world.aws.ecs.send(command, { abortSignal: world.signal })).taskDefinition?.taskDefinitionArn;
      },
      // The family is named for its content: whatever is in it is what we want.
      find: async () => (await find(world, family))?.taskDefinitionArn,
    });
    const reason = 'the secrets, the platform or the variables of this build, which overrides cannot carry';
    world.report({ type: 'task-definition-registered', taskDefinition: family, reason });
    return arn;
  } catch (error) {
    world.signal.throwIfAborted();
    throw awsFailure(
      error,
      `register the task definition ${family} (ecs:RegisterTaskDefinition, iam:PassRole on its roles)`,
    );
  }
}

import { type ContainerDefinition, DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { flagsToSet, isTooOld } from '../../../kaniko/feature-flags.ts';
import { BUILDER_CONTAINER } from '../../../task/builder-definition.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** Facts of kaniko's task definition, for later checks. */
export interface BuilderDefinition {
  readonly image: string;
  readonly logGroup: string | undefined;
  readonly taskRole: string | undefined;
  readonly executionRole: string | undefined;
  /** Names of the container's environment variables; those with values from secrets too. */
  readonly variables: readonly string[];
}

/** Reads kaniko's task definition and checks it. */
export async function lookAtBuilderDefinition(
  { aws }: Connection,
  family: string,
  signal: AbortSignal,
): Promise<CheckResult<BuilderDefinition>> {
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: family });
    const { taskDefinition } = await aws.ecs.send(command, { abortSignal: signal });
    return checkBuilderDefinition(family, taskDefinition);
  } catch (error) {
    // ECS answers so where there is no such task definition.
    if (awsErrorFacts(error).code !== 'ClientException') throw error;
    return checkBuilderDefinition(family, undefined);
  }
}

/** Checks whether kaniko can run with this task definition, and whether its log can be followed. Pure. */
function checkBuilderDefinition(
  family: string,
  definition: TaskDefinition | undefined,
): CheckResult<BuilderDefinition> {
  const update = 'update the builder stack: its task definition is right';
  if (definition === undefined || definition.status === 'INACTIVE') {
    return {
      state: 'problem',
      finding: `there is no active task definition ${family} in this account and region`,
      hint: 'deploy the builder stack, or name yours: the setting builderFamily (FARGATE_CI_BUILDER_FAMILY)',
    };
  }
  const revision = `${definition.family ?? family}:${definition.revision ?? '?'}`;
  const container = definition.containerDefinitions?.find(({ name }) => name === BUILDER_CONTAINER);
  if (container === undefined) {
    const names = definition.containerDefinitions?.map(({ name }) => name).join(', ');
    return {
      state: 'problem',
      finding: `${revision} has no container named ${BUILDER_CONTAINER}, only ${names || 'none'}`,
      hint: update,
    };
  }
  const fact: BuilderDefinition = {
    image: container.image ?? '',
    logGroup: container.logConfiguration?.options?.['awslogs-group'],
    taskRole: definition.taskRoleArn,
    executionRole: definition.executionRoleArn,
    variables: [...(container.environment ?? []), ...(container.secrets ?? [])].flatMap(({ name }) => name ?? []),
  };
  const problems = defects(definition, container);
  if (problems.length > 0) {
    return { state: 'problem', finding: `no build can run by ${revision}`, hint: update, details: problems, fact };
  }
  const weak = weaknesses(definition, container);
  if (weak.length > 0) {
    return { state: 'warning', finding: `${revision} has weaknesses`, hint: update, details: weak, fact };
  }
  const { variables } = flagsToSet(container);
  const missing = Object.keys(variables).length;
  const added = missing === 0 ? '' : `; builds add the ${missing} of kaniko's flags that it lacks`;
  return { state: 'ok', finding: `${revision} runs ${fact.image}${added}`, fact };
}

function defects(definition: TaskDefinition, { logConfiguration: log }: ContainerDefinition): string[] {
  const options = log?.options ?? {};
  return [
    ...(definition.networkMode === 'awsvpc' ? [] : [`its network mode is ${definition.networkMode}, not awsvpc`]),
    ...((definition.requiresCompatibilities ?? ['FARGATE']).includes('FARGATE') ? [] : ['it is not for Fargate']),
    ...(log?.logDriver === 'awslogs' ? [] : [`its log driver is ${log?.logDriver ?? 'none'}, not awslogs`]),
    ...(options['awslogs-group'] ? [] : ['its log has no awslogs-group']),
    ...(options['awslogs-stream-prefix'] ? [] : ['its log has no awslogs-stream-prefix, which Fargate needs']),
    ...(definition.executionRoleArn ? [] : ['it has no execution role: nothing may pull kaniko or write the log']),
  ];
}

function weaknesses(definition: TaskDefinition, container: ContainerDefinition): string[] {
  const { image = '', logConfiguration: log } = container;
  return [
    ...(log?.options?.mode === 'blocking'
      ? []
      : ['its log is not mode: blocking: lines, the proof of a push among them, can get lost']),
    ...(definition.taskRoleArn
      ? []
      : ['it has no task role: kaniko can read no context from S3 and push nothing to ECR']),
    ...(image.startsWith('gcr.io/kaniko-project/')
      ? [`${image} was given up in 2025: ghcr.io/osscontainertools/kaniko goes on`]
      : []),
    ...(isTooOld(image)
      ? [`${image} is older than 1.28: it takes the flags that keep its layer cache true, and does nothing`]
      : []),
    ...switchedOff(container),
    ...(/@sha256:|:(?!latest$)[^/:]+$/.test(image) ? [] : [`${image} has no fixed version: builds change with it`]),
  ];
}

/** The flags that a definition switches off, though builds switch them on again. */
function switchedOff(container: ContainerDefinition): string[] {
  const set = [...(container.environment ?? []), ...(container.secrets ?? [])].map(({ name }) => name ?? '');
  const off = Object.keys(flagsToSet(container).variables).filter((name) => set.includes(name));
  return off.length === 0 ? [] : [`it does not set ${off.join(', ')} to true: builds do`];
}

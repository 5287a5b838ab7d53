import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { LogDestination } from './builder-definition.ts';

/** A task to run. Sizes: CPU units, MiB, GiB. */
export interface TaskRequest {
  cluster: string;
  taskDefinition: string;
  /** The container whose command, exit code and log count. */
  container: string;
  command: readonly string[];
  environment?: Readonly<Record<string, string>>;
  cpu: number;
  memory: number;
  ephemeralStorage: number;
  subnets: readonly string[];
  securityGroups: readonly string[];
  publicIp: boolean;
  spot: boolean;
  /** Where Spot has no capacity: run on demand. */
  spotFallback?: boolean;
  /** At most 64 characters; the same for the same build, so that a repeated call starts nothing twice. */
  clientToken: string;
  /** At most 128 letters, digits, `-`, `_`, `/`. */
  startedBy: string;
  tags?: Readonly<Record<string, string>>;
  /** Where its log goes: logOptions(definition, container). */
  logs: LogDestination;
}

/** Where a person finds the log of a task. */
export interface LogLocation {
  group: string;
  stream: string;
  /** Of CloudWatch's console. */
  link: string;
}

/** A task that is over. Texts are empty where ECS says nothing. */
export interface EndedTask {
  arn: string;
  id: string;
  /** The container's; undefined where it never ran, or ECS does not say: never a success. */
  exitCode: number | undefined;
  stopCode: string;
  stoppedReason: string;
  containerReason: string;
  /** Its time was up, and we stopped it. */
  timedOut: boolean;
  /** When ECS began to start it, by AWS' clock, in milliseconds since the epoch; undefined where ECS does not say. */
  createdAt: number | undefined;
  phasesMs: Record<'provisioning' | 'pulling' | 'running', number>;
  log: LogLocation & {
    /** Why the log could not be read to its end; undefined where it could. */
    problem: string | undefined;
  };
}

/** The overrides of a request, as they are sent: ECS limits their length. */
export function overridesOf(
  request: Pick<TaskRequest, 'container' | 'command' | 'environment' | 'cpu' | 'memory' | 'ephemeralStorage'>,
): NonNullable<RunTaskCommandInput['overrides']> {
  const environment = Object.entries(request.environment ?? {}).map(([name, value]) => ({ name, value }));
  return {
    cpu: String(request.cpu),
    memory: String(request.memory),
    ephemeralStorage: { sizeInGiB: request.ephemeralStorage },
    containerOverrides: [
      { name: request.container, command: [...request.command], ...(environment.length === 0 ? {} : { environment }) },
    ],
  };
}

/** A request as RunTask takes it. */
export function runTaskInput(request: TaskRequest, clientToken: string): RunTaskCommandInput {
  return {
    cluster: request.cluster,
    taskDefinition: request.taskDefinition,
    count: 1,
    clientToken,
    startedBy: request.startedBy,
    ...(request.spot
      ? { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }
      : { launchType: 'FARGATE' }),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...request.subnets],
        securityGroups: [...request.securityGroups],
        assignPublicIp: request.publicIp ? 'ENABLED' : 'DISABLED',
      },
    },
    overrides: overridesOf(request),
    ...(request.tags === undefined
      ? {}
      : { tags: Object.entries(request.tags).map(([key, value]) => ({ key, value })) }),
  };
}

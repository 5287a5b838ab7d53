import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { LogDestination } from './builder-definition.ts';

/** A task to run. Sizes: CPU units, MiB, GiB. */
export interface TaskRequest {
  cluster: string;
  taskDefinition: string;
  /** The name of the container that gets the command; its exit code and its log count. */
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
  /** True: the task runs on demand where Spot has no capacity. */
  spotFallback?: boolean;
  /** At most 64 characters, and the same for the same build, so that a repeated call starts no second task. */
  clientToken: string;
  /** At most 128 letters, digits, `-`, `_`, `/`. */
  startedBy: string;
  tags?: Readonly<Record<string, string>>;
  /** See logDestination. */
  logs: LogDestination;
}

/** Where the log of a task is. */
export interface LogLocation {
  group: string;
  stream: string;
  /** Its page in CloudWatch's console. */
  link: string;
}

/** How a task is run. */
export interface RunTaskOptions {
  /** When the task is stopped, in milliseconds from its start; an adopted task began with the earlier call. */
  timeoutMs: number;
  /** Called once for each line of its log, in order. */
  onLine(line: string): void;
  /** True once the log's last line has come, so that we wait for no more lines. */
  endSeen(): boolean;
  /** Called as soon as the task has an ARN. */
  onStarted?(arn: string, log: LogLocation): void;
}

/** A task that was started, and how it is run. */
export interface TaskRun {
  request: TaskRequest;
  options: RunTaskOptions;
  arn: string;
  log: LogLocation;
}

/** A task that has ended. A text is empty where ECS says nothing. */
export interface EndedTask {
  arn: string;
  id: string;
  /** The container's; undefined where it never ran, or where ECS does not say. Undefined is never a success. */
  exitCode: number | undefined;
  stopCode: string;
  stoppedReason: string;
  containerReason: string;
  /** True where its time was up and we stopped it. */
  timedOut: boolean;
  /** When ECS created it, by AWS' clock, in milliseconds since the epoch; undefined where ECS does not say. */
  createdAt: number | undefined;
  phasesMs: Record<'provisioning' | 'pulling' | 'running', number>;
  log: LogLocation & {
    /** Why the log could not be read to its end; undefined where it could. */
    problem: string | undefined;
  };
}

/** The overrides of a request, exactly as they are sent: ECS limits their length. */
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

/** The input of RunTask for a request. */
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

/** A task's states as ECS names them. */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** How a container ended. If the exit code is null or missing, the container never ran, or nobody knows. */
export interface ContainerEnd {
  exitCode?: number | null;
  reason?: string;
}

/** One state of a task; `at` in ms since RunTask. `exitCode` and `reason` are the first container's. */
export interface TaskStep extends ContainerEnd {
  at: number;
  lastStatus: TaskStatus;
  stopCode?: string;
  stoppedReason?: string;
  /** Ends of further containers, by name. */
  containers?: Readonly<Record<string, ContainerEnd>>;
  healthStatus?: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
}

/** A line of a container's log. */
export interface LogLine {
  /** When CloudWatch shows the line, in ms since RunTask. This may be later than STOPPED. */
  at: number;
  text: string;
  /** When the container printed the line (its timestamp), in ms since RunTask. Default: `at`. */
  printedAt?: number;
  /** The name of the container. Default: the first one. */
  container?: string;
}

/** What happens to a task. */
export interface TaskScript {
  timeline: readonly TaskStep[];
  lines?: readonly LogLine[];
  /** DescribeTasks says MISSING for this many ms after RunTask. */
  missingFor?: number;
  /** After StopTask the task is STOPPED this many ms later (2000), and its first container has this exit code (143). */
  stopping?: ContainerEnd & { after?: number };
}

/** RunTask answers with HTTP 200 and no task. */
export interface TaskRefusal {
  failures: readonly { arn?: string; reason: string; detail?: string }[];
}

/** In what a task differs from one that runs well. Times are in ms. */
export interface TaskOptions extends ContainerEnd {
  /** How long the task is PROVISIONING. Default: 20 000. */
  provisioning?: number;
  /** How long the task is PENDING then, while its image is pulled. Default: 6 000. */
  pulling?: number;
  /** How long the task is RUNNING then. Default: 60 000. */
  running?: number;
  /** The log lines. A plain text is printed at an even pace while the task runs, and seen at once. */
  lines?: readonly (string | LogLine)[];
  /** How much later than printed a line is seen. */
  lag?: number;
  stopCode?: string;
  stoppedReason?: string;
  missingFor?: number;
  stopping?: ContainerEnd & { after?: number };
}

/** A task that runs and ends by itself; with exit code 0 unless told otherwise. */
export function task(options: TaskOptions = {}): TaskScript {
  const pending = options.provisioning ?? 20_000;
  const started = pending + (options.pulling ?? 6_000);
  const running = options.running ?? 60_000;
  const ended = started + running;
  const { stopCode = 'EssentialContainerExited', stoppedReason = 'Essential container in task exited' } = options;
  const lines = options.lines ?? [];
  return {
    timeline: [
      { at: 0, lastStatus: 'PROVISIONING' },
      { at: pending, lastStatus: 'PENDING' },
      { at: started, lastStatus: 'RUNNING' },
      { at: ended, lastStatus: 'DEPROVISIONING', ...end(options), stopCode, stoppedReason },
      { at: ended + 10_000, lastStatus: 'STOPPED', ...end(options), stopCode, stoppedReason },
    ],
    lines: lines.map((line, index) => {
      if (typeof line !== 'string') return line;
      const printedAt = started + Math.round((running * (index + 1)) / (lines.length + 1));
      return { at: printedAt + (options.lag ?? 0), printedAt, text: line };
    }),
    ...(options.missingFor === undefined ? {} : { missingFor: options.missingFor }),
    ...(options.stopping === undefined ? {} : { stopping: options.stopping }),
  };
}

function end({ exitCode = 0, reason }: TaskOptions): ContainerEnd {
  return reason === undefined ? { exitCode } : { exitCode, reason };
}

/** A task that never runs: no exit code, no log. */
export function neverStarts(stoppedReason: string, after = 30_000, stopCode = 'TaskFailedToStart'): TaskScript {
  return {
    timeline: [
      { at: 0, lastStatus: 'PROVISIONING' },
      { at: after / 2, lastStatus: 'PENDING' },
      { at: after, lastStatus: 'DEPROVISIONING', stopCode, stoppedReason },
      { at: after + 5_000, lastStatus: 'STOPPED', stopCode, stoppedReason, reason: stoppedReason },
    ],
  };
}

/** The image cannot be pulled. */
export const cannotPull = (image = 'acme/shop:1') =>
  neverStarts(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found`,
  );

/** A secret or the registry cannot be reached before the container starts. */
export const cannotInitialize = (
  why = 'unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException',
) => neverStarts(`ResourceInitializationError: ${why}`);

/** The container used more memory than the task has. */
export const outOfMemory = (options: TaskOptions = {}) =>
  task({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage', ...options });

/** Fargate Spot takes the capacity back. */
export const spotInterruption = (options: TaskOptions = {}) =>
  task({
    exitCode: 143,
    stopCode: 'SpotInterruption',
    stoppedReason: 'Your Spot Task was interrupted.',
    ...options,
  });

/** Fargate has no capacity at the moment. RunTask says so with HTTP 200. */
export const noCapacity: TaskRefusal = {
  failures: [
    {
      reason: 'RESOURCE:FARGATE',
      detail: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    },
  ],
};

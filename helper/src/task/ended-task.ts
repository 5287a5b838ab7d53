import type { Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import type { EndedTask, LogLocation, TaskRequest } from './task-request.ts';
import { containerOfTask } from './watch-task.ts';

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

/**
 * What a task's end says about it.
 * @param task undefined where its time was up and we stopped it
 * @param problem why the log could not be read to its end
 */
export function endedTask(run: TaskRun, task: Task | undefined, problem: string | undefined): EndedTask {
  const container = task && containerOfTask(task, run.request.container);
  return {
    arn: run.arn,
    id: shortId(run.arn),
    exitCode: container?.exitCode,
    stopCode: task?.stopCode ?? '',
    stoppedReason: task?.stoppedReason ?? '',
    containerReason: container?.reason ?? '',
    timedOut: task === undefined,
    createdAt: task?.createdAt?.getTime(),
    phasesMs: phases(task),
    log: { ...run.log, problem },
  };
}

/** How long the task was in each phase, by ECS' times; 0 where ECS does not give them. */
function phases(task: Task | undefined): EndedTask['phasesMs'] {
  const between = (from: Date | undefined, to: Date | undefined): number =>
    from === undefined || to === undefined ? 0 : Math.max(0, to.getTime() - from.getTime());
  return {
    provisioning: between(task?.createdAt, task?.pullStartedAt ?? task?.startedAt),
    pulling: between(task?.pullStartedAt, task?.startedAt),
    running: between(task?.startedAt, task?.executionStoppedAt ?? task?.stoppingAt ?? task?.stoppedAt),
  };
}

import type { Task } from '@aws-sdk/client-ecs';
import { shortId } from '../aws/arn.ts';
import type { EndedTask, TaskRun } from './task-request.ts';
import { containerOfTask } from './watch-task.ts';

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

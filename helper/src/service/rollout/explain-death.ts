import type { Container, Task } from '@aws-sdk/client-ecs';
import { shortId } from '../../aws/arn.ts';

/** A task of the rollout that died. */
export interface TaskDeath {
  id: string;
  /** Why it died, in one line: the container's reason, its exit code, the task's reason. */
  why: string;
  /** The last lines of its log; empty where there are none. */
  lines: readonly string[];
  /** Of the container that ended the task; undefined where that container never ran. */
  exitCode: number | undefined;
  /** ECS' own words about it, from which the hint is found. */
  text: string;
}

/** The container that ended the task: one that failed, else one that has a reason or an exit code, else the first. */
export function deadContainer(task: Task): Container | undefined {
  const containers = task.containers ?? [];
  return (
    containers.find((container) => (container.exitCode ?? 0) !== 0) ??
    containers.find((container) => container.reason !== undefined) ??
    containers.find((container) => container.exitCode !== undefined) ??
    containers[0]
  );
}

/** Explains why a task died, from what ECS says of it. */
export function explainDeath(task: Task): Omit<TaskDeath, 'lines'> {
  const container = deadContainer(task);
  const exitCode = container?.exitCode;
  const parts = [
    container?.reason ?? '',
    exitCode === undefined ? '' : `container ${container?.name ?? '?'} exited with ${exitCode}`,
    task.stoppedReason ?? '',
  ];
  const reasons = parts.filter((part, index) => part !== '' && parts.indexOf(part) === index);
  const why = reasons.join('; ') || task.stopCode || 'ECS gives no reason';
  const text = [task.stopCode ?? '', ...reasons].join(' ');
  return { id: shortId(task.taskArn ?? ''), why, exitCode, text };
}

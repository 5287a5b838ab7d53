import type { EndedTask, TaskRequest } from './task-request.ts';

/** The request for a task in place of one that the platform took away. */
interface Rerun {
  request: TaskRequest;
  /** The reason, for the log. */
  why: string;
}

/** Fargate may notice late that it has no capacity or no network interface. This passes, and nothing of the task has run. */
const PASSING = /Capacity is unavailable|RESOURCE:FARGATE|Timeout waiting for network interface provisioning/i;

/**
 * Decides whether a task that has ended is run again: only where the platform took it away. That is a task that never ran, or one
 * whose Spot capacity AWS took back; the latter runs again on demand, where the request allows it.
 */
export function planRerun(ended: EndedTask, request: TaskRequest): Rerun | undefined {
  const { exitCode, stopCode, stoppedReason, timedOut } = ended;
  if (timedOut) return undefined;
  if (stopCode === 'SpotInterruption' && request.spot && request.spotFallback) {
    const why = 'AWS took the Spot capacity back: the build begins anew, on demand';
    return { request: { ...request, spot: false }, why };
  }
  const neverRan = exitCode === undefined && stopCode === 'TaskFailedToStart';
  if (neverRan && PASSING.test(stoppedReason))
    return { request, why: `Fargate did not start the task (${stoppedReason}): another is tried` };
  return undefined;
}

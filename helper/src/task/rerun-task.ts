import type { EndedTask, TaskRequest } from './task-request.ts';

/** What to run in place of a task that the platform took away. */
export interface Rerun {
  request: TaskRequest;
  /** For the log. */
  why: string;
}

/** Fargate finds out late that it has no room, or no network interface: passing, and nothing of the task has run. */
const PASSING = /Capacity is unavailable|RESOURCE:FARGATE|Timeout waiting for network interface provisioning/i;

/**
 * Pure: whether a task is to be run again. Only one that the platform took away: one that never ran, or, where the request
 * says so, one whose Spot capacity AWS took back, which then runs on demand. What has ended by itself stays as it is.
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

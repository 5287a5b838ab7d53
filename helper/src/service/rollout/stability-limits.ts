/** ECS' circuit breaker gives a deployment up at this many dead tasks: half of the desired count, at least 3, at most 200. */
export const breakerThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));
/** How long a task without any health check must stay up: ECS calls it well as soon as it runs. */
export const UNCHECKED_TASKS_MS = 15_000;
/** How long no further task may die after one died. */
export const QUIET_AFTER_DEATH_MS = 30_000;

/** So many dead tasks make ECS' circuit breaker give a deployment up: half of the desired ones, at least 3, at most 200. */
export const breakerThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));
/** Tasks that nothing checks must stay up for so long: to ECS they are well as soon as they run. */
export const UNCHECKED_TASKS_MS = 15_000;
/** After a task died, so long without another one. */
export const QUIET_AFTER_DEATH_MS = 30_000;

/** So many dead tasks make ECS' circuit breaker give a deployment up: half of the desired ones, at least 3, at most 200. */
export const breakerThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

import type { World } from '../world.ts';

/** A smaller difference says nothing: the Date header of an answer has whole seconds, and the answer took time to arrive. */
const SMALLEST_OFFSET_MS = 60_000;

/**
 * The time by ECS' clock, exact to a minute, in milliseconds since the epoch. The ages of tasks must not depend on this
 * machine's clock; the SDK keeps the offset between the two, which it learns from each answer.
 */
export function ecsNow({ aws, clock }: Pick<World, 'aws' | 'clock'>): number {
  const { systemClockOffset: offset = 0 } = aws.ecs.config;
  return clock.now() + (Math.abs(offset) < SMALLEST_OFFSET_MS ? 0 : offset);
}

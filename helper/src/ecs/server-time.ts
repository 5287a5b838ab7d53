import type { World } from '../world.ts';

/** The Date of an answer has whole seconds, and was on its way. */
const NOTABLE_MS = 60_000;

/**
 * The time as ECS has it, to a minute, in milliseconds since the epoch: ages of tasks must not depend on this machine's
 * clock. The SDK notes with each answer how far that is off.
 */
export function ecsNow({ aws, clock }: Pick<World, 'aws' | 'clock'>): number {
  const { systemClockOffset: off = 0 } = aws.ecs.config;
  return clock.now() + (Math.abs(off) < NOTABLE_MS ? 0 : off);
}

import type { CheckedFact, CheckRunner } from './check-runner.ts';
import { checkClock } from './checks/clock-difference.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';
import { askStsForCaller, type CallerIdentity, checkIdentity, type StsAnswer } from './checks/identity.ts';

/**
 * Checks the clock and the caller's identity; one answer of STS tells both. A wrong clock explains why credentials are
 * refused, so it comes first. Without any answer there is no time to compare with, so the identity comes first.
 * @param role the role that is assumed, if any
 */
export async function examineCaller(
  runner: CheckRunner,
  world: DoctorWorld,
  region: CheckedFact<Connection>,
  role: string | undefined,
): Promise<CheckedFact<CallerIdentity>> {
  const asked: CheckedFact<StsAnswer> = {
    name: region.name,
    fact: region.fact && (await askStsForCaller(region.fact, world)),
  };
  const clock = { name: 'clock', look: () => checkClock(asked.fact?.skewMs) };
  const identity = { name: 'identity', look: ({ asked }: { asked: StsAnswer }) => checkIdentity(asked, role) };
  if (asked.fact?.skewMs === undefined) {
    const caller = await runner.run({ ...identity, needs: { asked } });
    await runner.run({ ...clock, needs: { caller } });
    return caller;
  }
  const time = await runner.run({ ...clock, needs: {} });
  return 'error' in asked.fact.answer
    ? await runner.run({ ...identity, needs: { asked, time } })
    : await runner.run({ ...identity, needs: { asked } });
}

import type { CheckedFact, CheckRunner } from './check-runner.ts';
import { checkClock } from './checks/clock-difference.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';
import { askStsForCaller, type CallerIdentity, checkIdentity, type StsAnswer } from './checks/identity.ts';

/**
 * Clock and identity, which one answer of STS tells. A wrong clock explains why credentials are refused; without any
 * answer there is no time to compare with.
 * @param role the role that is assumed, if any
 */
export async function examineCaller(
  ward: CheckRunner,
  world: DoctorWorld,
  region: CheckedFact<Connection>,
  role: string | undefined,
): Promise<CheckedFact<CallerIdentity>> {
  const asked: CheckedFact<StsAnswer> = {
    name: region.name,
    fact: region.fact && (await askStsForCaller(region.fact, world)),
  };
  const clock = () => ({ name: 'clock', look: () => checkClock(asked.fact?.skewMs) });
  const identity = { name: 'identity', look: ({ asked }: { asked: StsAnswer }) => checkIdentity(asked, role) };
  if (asked.fact?.skewMs === undefined) {
    const known = await ward.examine({ ...identity, needs: { asked } });
    await ward.examine({ ...clock(), needs: { known } });
    return known;
  }
  const time = await ward.examine({ ...clock(), needs: {} });
  return 'error' in asked.fact.answer
    ? await ward.examine({ ...identity, needs: { asked, time } })
    : await ward.examine({ ...identity, needs: { asked } });
}

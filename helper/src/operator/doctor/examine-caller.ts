import type { Known, Ward } from './check-runner.ts';
import { checkClock } from './checks/clock-difference.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';
import { type Asked, askSts, checkIdentity, type Identity } from './checks/identity.ts';

/**
 * Clock and identity, which one answer of STS tells. A wrong clock explains why credentials are refused; without any
 * answer there is no time to compare with.
 * @param role the role that is assumed, if any
 */
export async function examineCaller(
  ward: Ward,
  world: DoctorWorld,
  region: Known<Connection>,
  role: string | undefined,
): Promise<Known<Identity>> {
  const asked: Known<Asked> = { name: region.name, fact: region.fact && (await askSts(region.fact, world)) };
  const clock = () => ({ name: 'clock', look: () => checkClock(asked.fact?.skewMs) });
  const identity = { name: 'identity', look: ({ asked }: { asked: Asked }) => checkIdentity(asked, role) };
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

import type { Known } from './check-runner.ts';
import { lookAtLogGroup } from './checks/log-group.ts';
import type { Vpc } from './checks/subnets.ts';
import { examineSecurityGroups, examineSubnets } from './examine-placement.ts';
import { listOf, type Patient, settingOf } from './found-setup.ts';

/** What a new service gets where it names nothing of its own; what is not set is not looked at. */
export async function examineServices(patient: Patient, ofBuilds: Known<Vpc>): Promise<void> {
  const { ward, world, identity, region } = patient;
  const vpc = await examineServiceSubnets(patient, ofBuilds);
  const groups = listOf(patient, 'appSecurityGroups');
  if (groups.fact) await examineSecurityGroups(patient, 'service groups', groups, vpc, 'services');
  const group = settingOf(patient, 'appLogGroup');
  if (group.fact === undefined) return;
  await ward.examine({
    name: 'service log',
    reads: ['logs:DescribeLogGroups'],
    needs: { identity, region, group },
    look: ({ region, group }) => lookAtLogGroup(region, group, world.signal),
  });
}

/** Mostly they are those of the builds: what is wrong with them is told once. */
async function examineServiceSubnets(patient: Patient, ofBuilds: Known<Vpc>): Promise<Known<Vpc>> {
  const name = 'service subnets';
  const pairs = [
    ['subnets', 'appSubnets'],
    ['publicIp', 'appPublicIp'],
  ] as const;
  if (pairs.some(([one, other]) => settingOf(patient, one).fact !== settingOf(patient, other).fact)) {
    return await examineSubnets(patient, name, listOf(patient, 'appSubnets'), 'appPublicIp');
  }
  const sound = { name: ofBuilds.name, fact: ofBuilds.fact?.sound ? ofBuilds.fact : undefined };
  return await patient.ward.examine({
    name,
    needs: { sound },
    look: ({ sound }) => ({ state: 'ok', says: 'the same as of builds', fact: sound }),
  });
}

import type { CheckedFact } from './check-runner.ts';
import { lookAtLogGroup } from './checks/log-group.ts';
import type { TaskVpc } from './checks/subnets.ts';
import { examineSecurityGroups, examineSubnets } from './examine-placement.ts';
import { type FoundSetup, settingFact, settingListFact } from './found-setup.ts';

/** What a new service gets where it names nothing of its own; what is not set is not looked at. */
export async function examineServices(patient: FoundSetup, ofBuilds: CheckedFact<TaskVpc>): Promise<void> {
  const { ward, world, identity, region } = patient;
  const vpc = await examineServiceSubnets(patient, ofBuilds);
  const groups = settingListFact(patient, 'appSecurityGroups');
  if (groups.fact) await examineSecurityGroups(patient, 'service groups', groups, vpc, 'services');
  const group = settingFact(patient, 'appLogGroup');
  if (group.fact === undefined) return;
  await ward.examine({
    name: 'service log',
    reads: ['logs:DescribeLogGroups'],
    needs: { identity, region, group },
    look: ({ region, group }) => lookAtLogGroup(region, group, world.signal),
  });
}

/** Mostly they are those of the builds: what is wrong with them is told once. */
async function examineServiceSubnets(
  patient: FoundSetup,
  ofBuilds: CheckedFact<TaskVpc>,
): Promise<CheckedFact<TaskVpc>> {
  const name = 'service subnets';
  const pairs = [
    ['subnets', 'appSubnets'],
    ['publicIp', 'appPublicIp'],
  ] as const;
  if (pairs.some(([one, other]) => settingFact(patient, one).fact !== settingFact(patient, other).fact)) {
    return await examineSubnets(patient, name, settingListFact(patient, 'appSubnets'), 'appPublicIp');
  }
  const sound = { name: ofBuilds.name, fact: ofBuilds.fact?.sound ? ofBuilds.fact : undefined };
  return await patient.ward.examine({
    name,
    needs: { sound },
    look: ({ sound }) => ({ state: 'ok', says: 'the same as of builds', fact: sound }),
  });
}

import { lookAtLogGroup } from './checks/log-group.ts';
import { listOf, type Patient, settingOf } from './patient.ts';
import { examineSecurityGroups, examineSubnets } from './placement.ts';

/** What a new service gets where it names nothing of its own; what is not set is not looked at. */
export async function examineServices(patient: Patient): Promise<void> {
  const { ward, world, identity, region } = patient;
  const vpc = await examineSubnets(patient, 'service subnets', listOf(patient, 'appSubnets'), {
    publicIp: settingOf(patient, 'appPublicIp').fact === 'ENABLED',
    image: undefined,
    setting: 'appPublicIp',
  });
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

import type { CheckedFact } from './check-runner.ts';
import { lookAtLogGroup } from './checks/log-group.ts';
import type { TaskVpc } from './checks/subnets.ts';
import { examineSecurityGroups, examineSubnets } from './examine-placement.ts';
import { type FoundSetup, settingFact, settingListFact } from './found-setup.ts';

/** Checks the defaults of a new service. A setting that is not set is not checked. */
export async function examineServices(setup: FoundSetup, buildVpc: CheckedFact<TaskVpc>): Promise<void> {
  const { runner, world, identity, region } = setup;
  const vpc = await examineServiceSubnets(setup, buildVpc);
  const groups = settingListFact(setup, 'appSecurityGroups');
  if (groups.fact) await examineSecurityGroups(setup, { name: 'service groups', groups, vpc, tasks: 'services' });
  const group = settingFact(setup, 'appLogGroup');
  if (group.fact === undefined) return;
  await runner.run({
    name: 'service log',
    reads: ['logs:DescribeLogGroups'],
    needs: { identity, region, group },
    look: ({ region, group }) => lookAtLogGroup(region, group, world.signal),
  });
}

/** Mostly services have the same subnets as builds: then a problem of theirs is told once. */
async function examineServiceSubnets(setup: FoundSetup, buildVpc: CheckedFact<TaskVpc>): Promise<CheckedFact<TaskVpc>> {
  const name = 'service subnets';
  const pairs = [
    ['subnets', 'appSubnets'],
    ['publicIp', 'appPublicIp'],
  ] as const;
  if (
    pairs.some(([ofBuilds, ofServices]) => settingFact(setup, ofBuilds).fact !== settingFact(setup, ofServices).fact)
  ) {
    const subnets = settingListFact(setup, 'appSubnets');
    return await examineSubnets(setup, { name, subnets, setting: 'appPublicIp' });
  }
  const vpc = { name: buildVpc.name, fact: buildVpc.fact?.hasWayOut ? buildVpc.fact : undefined };
  return await setup.runner.run({
    name,
    needs: { vpc },
    look: ({ vpc }) => ({ state: 'ok', finding: 'the same as of builds', fact: vpc }),
  });
}

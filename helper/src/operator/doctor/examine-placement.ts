import { readNetwork, readSecurityGroups } from '../account/network.ts';
import type { CheckedFact } from './check-runner.ts';
import { checkSecurityGroups } from './checks/security-groups.ts';
import { checkSubnets, type TaskPlacement, type TaskVpc } from './checks/subnets.ts';
import { type FoundSetup, settingFact } from './found-setup.ts';

/**
 * Whether tasks in these subnets reach what they need.
 * @param setting which says whether they get a public address
 * @param image what they pull, where that is known
 */
export function examineSubnets(
  patient: FoundSetup,
  name: string,
  subnets: CheckedFact<readonly string[]>,
  setting: TaskPlacement['setting'],
  image?: string,
): Promise<Known<Vpc>> {
  const { ward, world, identity, region } = patient;
  return ward.examine({
    name,
    reads: ['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'],
    needs: { identity, region, subnets, publicIp: settingFact(patient, setting) },
    async look({ region, subnets, publicIp }) {
      const placement = { subnets, publicIp: publicIp === 'ENABLED', image, setting };
      return checkSubnets(placement, await readNetwork({ aws: region.aws, signal: world.signal }, subnets));
    },
  });
}

/** Whether the security groups are there, of the subnets' VPC, and let tasks out. */
export async function examineSecurityGroups(
  { ward, world, identity, region }: Patient,
  name: string,
  groups: CheckedFact<readonly string[]>,
  vpc: CheckedFact<TaskVpc>,
  whose: 'builds' | 'services',
): Promise<void> {
  await ward.examine({
    name,
    reads: ['ec2:DescribeSecurityGroups'],
    needs: { identity, region, groups },
    look: async ({ region, groups }) =>
      checkSecurityGroups(
        groups,
        await readSecurityGroups({ aws: region.aws, signal: world.signal }, groups),
        vpc.fact?.id,
        whose,
      ),
  });
}

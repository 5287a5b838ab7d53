import type { Known } from './check.ts';
import { checkSecurityGroups } from './checks/security-groups.ts';
import { checkSubnets, type Placement } from './checks/subnets.ts';
import { readNetwork, readSecurityGroups } from './network.ts';
import type { Patient } from './patient.ts';

/** The subnets' VPC, where they are there and of one. */
export type Vpc = Known<{ vpc: string }>;

/** Whether tasks in these subnets reach what they need. */
export function examineSubnets(
  { ward, identity, region }: Patient,
  name: string,
  subnets: Known<readonly string[]>,
  placement: Omit<Placement, 'subnets'>,
): Promise<Vpc> {
  return ward.examine({
    name,
    reads: ['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'],
    needs: { identity, region, subnets },
    look: async ({ region, subnets }) => checkSubnets({ subnets, ...placement }, await readNetwork(region, subnets)),
  });
}

/** Whether the security groups are there, of the subnets' VPC, and let tasks out. */
export async function examineSecurityGroups(
  { ward, identity, region }: Patient,
  name: string,
  groups: Known<readonly string[]>,
  vpc: Vpc,
  whose: 'builds' | 'services',
): Promise<void> {
  await ward.examine({
    name,
    reads: ['ec2:DescribeSecurityGroups'],
    needs: { identity, region, groups },
    look: async ({ region, groups }) =>
      checkSecurityGroups(groups, await readSecurityGroups(region, groups), vpc.fact?.vpc, whose),
  });
}

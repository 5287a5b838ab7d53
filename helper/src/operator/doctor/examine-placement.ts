import { readNetwork, readSecurityGroups } from '../account/network.ts';
import type { CheckedFact } from './check-runner.ts';
import { checkSecurityGroups } from './checks/security-groups.ts';
import { checkSubnets, type TaskPlacement, type TaskVpc } from './checks/subnets.ts';
import { type FoundSetup, settingFact } from './found-setup.ts';

interface SubnetsToExamine {
  /** Name of the check. */
  readonly name: string;
  readonly subnets: CheckedFact<readonly string[]>;
  /** The setting that says whether tasks get a public address. */
  readonly setting: TaskPlacement['setting'];
  /** The image that the tasks pull, where it is known. */
  readonly image?: string | undefined;
}

/** Checks whether tasks in these subnets reach what they need. */
export function examineSubnets(
  setup: FoundSetup,
  { name, subnets, setting, image }: SubnetsToExamine,
): Promise<CheckedFact<TaskVpc>> {
  const { runner, world, identity, region } = setup;
  return runner.run({
    name,
    reads: ['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'],
    needs: { identity, region, subnets, publicIp: settingFact(setup, setting) },
    async look({ region, subnets, publicIp }) {
      const placement = { subnets, publicIp: publicIp === 'ENABLED', image, setting };
      return checkSubnets(placement, await readNetwork({ aws: region.aws, signal: world.signal }, subnets));
    },
  });
}

interface GroupsToExamine {
  /** Name of the check. */
  readonly name: string;
  readonly groups: CheckedFact<readonly string[]>;
  /** The VPC of the tasks' subnets. */
  readonly vpc: CheckedFact<TaskVpc>;
  readonly tasks: 'builds' | 'services';
}

/** Checks whether the security groups exist, belong to the subnets' VPC, and let tasks out. */
export async function examineSecurityGroups(
  { runner, world, identity, region }: FoundSetup,
  { name, groups, vpc, tasks }: GroupsToExamine,
): Promise<void> {
  await runner.run({
    name,
    reads: ['ec2:DescribeSecurityGroups'],
    needs: { identity, region, groups },
    async look({ region, groups }) {
      const found = await readSecurityGroups({ aws: region.aws, signal: world.signal }, groups);
      return checkSecurityGroups(groups, found, vpc.fact?.id, tasks);
    },
  });
}

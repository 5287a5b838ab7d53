import { checkNamedSubnets, findSubnets, overlappingVpcs } from '../../account/choose-subnets.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { stackName } from '../../stack/stacks.ts';
import { foundValue } from '../../stack/template-values.ts';
import { hasResources, newStacks } from './plan-up.ts';
import { DEFAULT_VPC_RANGE } from './subnet-ranges.ts';
import { type FoundValues, NOTHING_FOUND, type UpRequest } from './up-request.ts';

/**
 * Checks the VPC and the subnets that the operator names, or finds subnets in his VPC. Warns where a VPC is made whose
 * addresses another one has too.
 */
export async function findNetworkValues(world: OperatorWorld, request: UpRequest): Promise<FoundValues> {
  const { params, prefix, target, present, values } = request;
  const { vpc, subnets } = params;
  if (vpc === undefined) {
    if (newStacks(target, present).includes('network'))
      await warnOfOverlap(world, values.network.get('VpcCidr')?.value ?? DEFAULT_VPC_RANGE);
    return NOTHING_FOUND;
  }
  const needsTwoZones = target.only === undefined;
  if (subnets.length > 0)
    return { values: [], complaints: await checkNamedSubnets(world, vpc, subnets, needsTwoZones) };
  const builder = present.stacks.get(stackName(prefix, 'builder'));
  const jenkins = present.stacks.get(stackName(prefix, 'jenkins'));
  const isVpcInUse = [builder, jenkins].some((stack) => hasResources(stack) && stack?.parameters.VpcId === vpc);
  if (isVpcInUse || values.builder.has('Subnets')) return NOTHING_FOUND;
  const choice = await findSubnets(world, vpc, needsTwoZones);
  if (choice.complaints.length > 0) return { values: [], complaints: choice.complaints };
  const text = `of ${vpc} the public subnets ${choice.subnets.join(', ')} are used (--subnets names others)`;
  world.report({ type: 'infra-step', topic: 'network', text });
  return { values: [foundValue('Subnets', choice.subnets.join(','))], complaints: [] };
}

/** Two networks with addresses in common work, but they can never be connected. */
async function warnOfOverlap(world: OperatorWorld, cidr: string): Promise<void> {
  const others = await overlappingVpcs(world, cidr);
  if (others.length === 0) return;
  const text = `the new VPC's ${cidr} is also that of ${others.join(', ')}: they can never be connected; another range: --network-parameters VpcCidr=... (with Subnet1Cidr and Subnet2Cidr)`;
  world.report({ type: 'warning', text });
}

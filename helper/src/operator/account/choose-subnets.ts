import { isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { OperatorWorld } from '../operator-world.ts';
import { parseAddressRange, rangesOverlap } from './address-ranges.ts';
import { isPublicSubnet, type RouteTable, readRouteTables, readSubnets, readVpcs, type Subnet } from './network.ts';

/** The subnets that were chosen in a VPC, or why none were. */
interface SubnetChoice {
  readonly subnets: readonly string[];
  readonly complaints: readonly string[];
}

/** Elastic Load Balancing wants at least 8 free addresses in a subnet. */
const FREE = 8;
/** The load balancer and the file system need two zones. */
const ZONES = 2;

/** The subnets of a VPC, and what they are needed for. */
interface VpcSubnets {
  readonly all: readonly Subnet[];
  readonly tables: readonly RouteTable[];
  /** The load balancer of Jenkins needs public subnets in two zones; a builder alone needs one. */
  readonly needsTwoZones: boolean;
}

/** Chooses a public subnet in each of the first two zones. Pure. */
function chooseSubnets(vpc: string, { all, tables, needsTwoZones }: VpcSubnets): SubnetChoice {
  const usable = all
    .filter((one) => isPublicSubnet(one, tables) && one.free >= FREE)
    .sort((a, b) => (a.zone === b.zone ? (a.id < b.id ? -1 : 1) : a.zone < b.zone ? -1 : 1));
  const zones = new Map<string, string>();
  for (const { zone, id } of usable) if (!zones.has(zone)) zones.set(zone, id);
  const subnets = [...zones.values()].slice(0, ZONES);
  if (subnets.length >= (needsTwoZones ? ZONES : 1)) return { subnets, complaints: [] };
  const found = [...zones].map(([zone, id]) => `${id} in ${zone}`).join(', ') || 'none';
  const need = needsTwoZones ? 'the load balancer needs public subnets in two zones' : 'builds need a public subnet';
  return {
    subnets: [],
    complaints: [
      `"vpc" ${vpc}: ${need} (a default route to an internet gateway, ${FREE} free addresses), and of its ${all.length} subnets these will do: ${found}. Make them, or name ${needsTwoZones ? 'others' : 'private ones with endpoints'} by --subnets`,
    ],
  };
}

/** Says what is wrong with subnets that the operator names. Pure. */
function subnetComplaints(
  vpc: string,
  wanted: readonly string[],
  { all, tables, needsTwoZones }: VpcSubnets,
): string[] {
  const found = wanted.flatMap((id) => all.find((one) => one.id === id) ?? []);
  const missing = wanted.filter((id) => !all.some((one) => one.id === id));
  const foreign = found.filter((one) => one.vpc !== vpc);
  const complaints = [
    ...missing.map((id) => `"subnets" ${id} does not exist in this account and region`),
    ...foreign.map((one) => `"subnets" ${one.id} is of ${one.vpc}, not of ${vpc}: name subnets of one VPC`),
  ];
  if (complaints.length > 0 || !needsTwoZones) return complaints;
  // jenkins.yaml uses the first two subnets.
  const [first, second] = found;
  if (first !== undefined && first.zone === second?.zone)
    complaints.push(
      `"subnets" ${first.id} and ${second.id} are both in ${first.zone}: the load balancer needs two zones`,
    );
  for (const one of found.slice(0, ZONES)) {
    if (!isPublicSubnet(one, tables))
      complaints.push(
        `"subnets" ${one.id} has no default route to an internet gateway: the load balancer needs public subnets. Name others, or add the route`,
      );
  }
  return complaints;
}

const isRefused = (error: unknown): boolean =>
  isAccessDenied(error) || (error instanceof Failure && isAccessDenied(error.cause));

/** Finds public subnets in a VPC that the operator names. */
export async function findSubnets(
  { aws, signal }: OperatorWorld,
  vpc: string,
  needsTwoZones: boolean,
): Promise<SubnetChoice> {
  try {
    const all = await readSubnets({ aws, signal }, 'vpc-id', [vpc]);
    if (all.length > 0)
      return chooseSubnets(vpc, { all, tables: await readRouteTables({ aws, signal }, [vpc]), needsTwoZones });
    const known = (await readVpcs({ aws, signal })).some(({ id }) => id === vpc);
    const complaint = known
      ? `"vpc" ${vpc} has no subnets: make two public ones, or leave it out to have a VPC made`
      : `"vpc" ${vpc} does not exist in this account in ${aws.region}: take one of "aws ec2 describe-vpcs --region ${aws.region}", or leave it out to have one made`;
    return { subnets: [], complaints: [complaint] };
  } catch (error) {
    if (!isRefused(error)) throw error;
    const complaint = `"vpc" needs "subnets": these credentials may not look for those of ${vpc} (ec2:DescribeSubnets, ec2:DescribeRouteTables)`;
    return { subnets: [], complaints: [complaint] };
  }
}

/** Checks subnets that the operator names. Where these credentials may not read them, there is no complaint. */
export async function checkNamedSubnets(
  { aws, signal }: OperatorWorld,
  vpc: string,
  subnets: readonly string[],
  needsTwoZones: boolean,
): Promise<string[]> {
  try {
    const all = await readSubnets({ aws, signal }, 'subnet-id', subnets);
    return subnetComplaints(vpc, subnets, {
      all,
      tables: await readRouteTables({ aws, signal }, [vpc]),
      needsTwoZones,
    });
  } catch (error) {
    if (isRefused(error)) return [];
    throw error;
  }
}

/**
 * Finds the VPCs that have addresses in common with a new one. AWS allows that, but the two can never be connected.
 * @returns each as `vpc-0a1 (172.16.0.0/16)`; none where these credentials may not read the VPCs
 */
export async function overlappingVpcs({ aws, signal }: OperatorWorld, cidr: string): Promise<string[]> {
  const range = parseAddressRange(cidr);
  if (range === undefined) return [];
  try {
    return (await readVpcs({ aws, signal })).flatMap(({ id, ranges }) => {
      const common = ranges.filter((one) => {
        const other = parseAddressRange(one);
        return other !== undefined && rangesOverlap(range, other);
      });
      return common.length > 0 ? [`${id} (${common.join(', ')})`] : [];
    });
  } catch (error) {
    if (isRefused(error)) return [];
    throw error;
  }
}

import {
  askEc2,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type IpPermission,
} from '../../aws/ec2-commands.ts';
import type { OperatorWorld } from '../operator-world.ts';

export interface Subnet {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  /** Addresses that are free. */
  readonly free: number;
}

export interface Route {
  /** `0.0.0.0/0`, or the id of a prefix list (`pl-...`). */
  readonly destination: string;
  /** `igw-...`, `nat-...`, `vpce-...`, `tgw-...`, `local`... */
  readonly target: string;
  readonly state: string;
}

export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  /** It holds for the subnets of its VPC that have none of their own. */
  readonly main: boolean;
  readonly subnets: readonly string[];
  readonly routes: readonly Route[];
}

export interface Endpoint {
  readonly vpc: string;
  /** Without region and prefix: `s3`, `ecr.api`. */
  readonly service: string;
  readonly kind: string;
  readonly state: string;
  readonly privateDns: boolean;
  readonly routeTables: readonly string[];
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpc: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

export interface Rule {
  /** `-1` for all, else `tcp`... */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** CIDRs, prefix lists and groups. */
  readonly peers: readonly string[];
}

/** A VPC and its IPv4 ranges. */
export interface VpcRanges {
  readonly id: string;
  readonly ranges: readonly string[];
}

/** What a VPC offers to tasks. */
export interface Network {
  readonly subnets: readonly Subnet[];
  readonly tables: readonly RouteTable[];
  readonly endpoints: readonly Endpoint[];
}

type Ec2World = Pick<OperatorWorld, 'aws' | 'signal'>;

/**
 * Not by ids: EC2 leaves out what a filter does not find, and answers with an error where one of several ids does not
 * exist.
 */
const filter = (Name: string, Value: readonly string[]) => ({ Filter: [{ Name, Value }] });

/** The subnets of VPCs, or those of these ids as far as they exist. */
export async function readSubnets(
  world: Ec2World,
  by: 'vpc-id' | 'subnet-id',
  ids: readonly string[],
): Promise<Subnet[]> {
  const { subnetSet = [] } = await askEc2(world, new DescribeSubnetsCommand(filter(by, ids)));
  return subnetSet.map(({ subnetId = '', vpcId = '', availabilityZone = '', availableIpAddressCount = 0 }) => ({
    id: subnetId,
    vpc: vpcId,
    zone: availabilityZone,
    free: availableIpAddressCount,
  }));
}

/** All VPCs of the account in the region. */
export async function readVpcs(world: Ec2World): Promise<VpcRanges[]> {
  const { vpcSet = [] } = await askEc2(world, new DescribeVpcsCommand({}));
  return vpcSet.map(({ vpcId = '', cidrBlock, cidrBlockAssociationSet = [] }) => {
    const ranges = [cidrBlock, ...cidrBlockAssociationSet.map((each) => each.cidrBlock)];
    return { id: vpcId, ranges: [...new Set(ranges.flatMap((range) => range || []))] };
  });
}

export async function readTables(world: Ec2World, vpcs: readonly string[]): Promise<RouteTable[]> {
  const { routeTableSet = [] } = await askEc2(world, new DescribeRouteTablesCommand(filter('vpc-id', vpcs)));
  return routeTableSet.map(({ routeTableId = '', vpcId = '', associationSet = [], routeSet = [] }) => ({
    id: routeTableId,
    vpc: vpcId,
    main: associationSet.some(({ main }) => main),
    subnets: associationSet.flatMap(({ subnetId }) => subnetId || []),
    routes: routeSet.map((route) => ({
      destination: route.destinationCidrBlock || route.destinationPrefixListId || '',
      target:
        route.gatewayId ||
        route.natGatewayId ||
        route.transitGatewayId ||
        route.instanceId ||
        route.networkInterfaceId ||
        route.vpcPeeringConnectionId ||
        route.localGatewayId ||
        route.carrierGatewayId ||
        '',
      state: route.state ?? '',
    })),
  }));
}

async function readEndpoints(world: Ec2World, vpcs: readonly string[]): Promise<Endpoint[]> {
  const { vpcEndpointSet = [] } = await askEc2(world, new DescribeVpcEndpointsCommand(filter('vpc-id', vpcs)));
  return vpcEndpointSet.map((one) => ({
    vpc: one.vpcId ?? '',
    // com.amazonaws.ap-southeast-2.ecr.api; in China cn.com.amazonaws...
    service: (one.serviceName ?? '').replace(/^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\./, ''),
    kind: one.vpcEndpointType ?? '',
    state: (one.state ?? '').toLowerCase(),
    privateDns: one.privateDnsEnabled ?? false,
    routeTables: one.routeTableIdSet ?? [],
  }));
}

/** What the VPCs of these subnets offer to tasks; the subnets as far as they exist. */
export async function readNetwork(world: Ec2World, subnetIds: readonly string[]): Promise<Network> {
  const subnets = await readSubnets(world, 'subnet-id', subnetIds);
  const vpcs = [...new Set(subnets.map(({ vpc }) => vpc))];
  if (vpcs.length === 0) return { subnets, tables: [], endpoints: [] };
  const tables = await readTables(world, vpcs);
  return { subnets, tables, endpoints: await readEndpoints(world, vpcs) };
}

export async function readSecurityGroups(world: Ec2World, ids: readonly string[]): Promise<SecurityGroup[]> {
  const { securityGroupInfo = [] } = await askEc2(world, new DescribeSecurityGroupsCommand(filter('group-id', ids)));
  const groups = securityGroupInfo.map(
    ({ groupId = '', vpcId = '', ipPermissions = [], ipPermissionsEgress = [] }) => ({
      id: groupId,
      vpc: vpcId,
      ingress: ipPermissions.map(ruleOf),
      egress: ipPermissionsEgress.map(ruleOf),
    }),
  );
  // Stand-ins for EC2 answer with groups that nobody asked for.
  return groups.filter(({ id }) => ids.includes(id));
}

function ruleOf(permission: IpPermission): Rule {
  const { ipProtocol = '', fromPort = 0, toPort = 65_535, ipRanges, prefixListIds, groups } = permission;
  const peers = [
    ...(ipRanges ?? []).map(({ cidrIp }) => cidrIp),
    ...(prefixListIds ?? []).map(({ prefixListId }) => prefixListId),
    ...(groups ?? []).map(({ groupId }) => groupId),
  ];
  return { protocol: ipProtocol, from: fromPort, to: toPort, peers: peers.flatMap((peer) => peer || []) };
}

/** The table of a subnet: its own, else the VPC's main one. */
export const tableOf = (subnet: Subnet, tables: readonly RouteTable[]): RouteTable | undefined =>
  tables.find(({ subnets }) => subnets.includes(subnet.id)) ??
  tables.find(({ vpc, main }) => main && vpc === subnet.vpc);

/** Whether a subnet's default route leads to an internet gateway. */
export const isPublic = (subnet: Subnet, tables: readonly RouteTable[]): boolean =>
  (tableOf(subnet, tables)?.routes ?? []).some(
    ({ destination, target, state }) =>
      destination === '0.0.0.0/0' && target.startsWith('igw-') && state !== 'blackhole',
  );

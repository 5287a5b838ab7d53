import {
  askEc2,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type IpPermission,
} from '../../aws/ec2-commands.ts';
import type { AwsAccess } from '../operator-world.ts';

/** A subnet, as far as tasks and load balancers need it. */
export interface Subnet {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  /** Number of free addresses. */
  readonly free: number;
}

/** A route of a route table. */
interface Route {
  /** `0.0.0.0/0`, or the id of a prefix list (`pl-...`). */
  readonly destination: string;
  /** `igw-...`, `nat-...`, `vpce-...`, `tgw-...`, `local`... */
  readonly target: string;
  readonly state: string;
}

/** A route table, and the subnets that use it. */
export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  /** The main table is for the subnets of its VPC that have no table of their own. */
  readonly main: boolean;
  readonly subnets: readonly string[];
  readonly routes: readonly Route[];
}

/** A VPC endpoint: the way to one service of AWS without the internet. */
export interface Endpoint {
  readonly vpc: string;
  /** Without region and prefix: `s3`, `ecr.api`. */
  readonly service: string;
  readonly kind: string;
  readonly state: string;
  readonly privateDns: boolean;
  readonly routeTables: readonly string[];
}

/** A security group with its rules. */
export interface SecurityGroup {
  readonly id: string;
  readonly vpc: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
}

/** One rule of a security group. */
export interface SecurityGroupRule {
  /** `-1` for all, else `tcp`... */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** Address ranges, prefix lists and security groups. */
  readonly peers: readonly string[];
}

/** A VPC and its IPv4 ranges. */
interface VpcRanges {
  readonly id: string;
  readonly ranges: readonly string[];
}

/** The parts of a VPC by which tasks reach other services. */
export interface Network {
  readonly subnets: readonly Subnet[];
  readonly tables: readonly RouteTable[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * A filter takes the place of ids: EC2 answers with an error where one of several ids does not exist, but a filter leaves it
 * out.
 */
const filter = (Name: string, Value: readonly string[]) => ({ Filter: [{ Name, Value }] });

/** Reads the subnets of VPCs, or the subnets with these ids, as far as they exist. */
export async function readSubnets(
  world: AwsAccess,
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

/** Reads all VPCs of the account in the region. */
export async function readVpcs(world: AwsAccess): Promise<VpcRanges[]> {
  const { vpcSet = [] } = await askEc2(world, new DescribeVpcsCommand({}));
  return vpcSet.map(({ vpcId = '', cidrBlock, cidrBlockAssociationSet = [] }) => {
    const ranges = [cidrBlock, ...cidrBlockAssociationSet.map((each) => each.cidrBlock)];
    return { id: vpcId, ranges: [...new Set(ranges.flatMap((range) => range || []))] };
  });
}

/** Reads the route tables of VPCs. */
export async function readRouteTables(world: AwsAccess, vpcs: readonly string[]): Promise<RouteTable[]> {
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

async function readEndpoints(world: AwsAccess, vpcs: readonly string[]): Promise<Endpoint[]> {
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

/** Reads subnets, as far as they exist, and the route tables and endpoints of their VPCs. */
export async function readNetwork(world: AwsAccess, subnetIds: readonly string[]): Promise<Network> {
  const subnets = await readSubnets(world, 'subnet-id', subnetIds);
  const vpcs = [...new Set(subnets.map(({ vpc }) => vpc))];
  if (vpcs.length === 0) return { subnets, tables: [], endpoints: [] };
  const tables = await readRouteTables(world, vpcs);
  return { subnets, tables, endpoints: await readEndpoints(world, vpcs) };
}

/** Reads security groups, as far as they exist. */
export async function readSecurityGroups(world: AwsAccess, ids: readonly string[]): Promise<SecurityGroup[]> {
  const { securityGroupInfo = [] } = await askEc2(world, new DescribeSecurityGroupsCommand(filter('group-id', ids)));
  const groups = securityGroupInfo.map(
    ({ groupId = '', vpcId = '', ipPermissions = [], ipPermissionsEgress = [] }) => ({
      id: groupId,
      vpc: vpcId,
      ingress: ipPermissions.map(ruleOf),
      egress: ipPermissionsEgress.map(ruleOf),
    }),
  );
  // Stand-ins for EC2 also return groups that nobody asked for.
  return groups.filter(({ id }) => ids.includes(id));
}

function ruleOf(permission: IpPermission): SecurityGroupRule {
  const { ipProtocol = '', fromPort = 0, toPort = 65_535, ipRanges, prefixListIds, groups } = permission;
  const peers = [
    ...(ipRanges ?? []).map(({ cidrIp }) => cidrIp),
    ...(prefixListIds ?? []).map(({ prefixListId }) => prefixListId),
    ...(groups ?? []).map(({ groupId }) => groupId),
  ];
  return { protocol: ipProtocol, from: fromPort, to: toPort, peers: peers.flatMap((peer) => peer || []) };
}

/** Finds the route table of a subnet: its own, else the main one of its VPC. */
export const routeTableOf = (subnet: Subnet, tables: readonly RouteTable[]): RouteTable | undefined =>
  tables.find(({ subnets }) => subnets.includes(subnet.id)) ??
  tables.find(({ vpc, main }) => main && vpc === subnet.vpc);

/** Whether a subnet's default route leads to an internet gateway. */
export const isPublicSubnet = (subnet: Subnet, tables: readonly RouteTable[]): boolean =>
  (routeTableOf(subnet, tables)?.routes ?? []).some(
    ({ destination, target, state }) =>
      destination === '0.0.0.0/0' && target.startsWith('igw-') && state !== 'blackhole',
  );

import type { OperatorAws } from '../operator-world.ts';
import { type Element, find, items, parseXml, textAt } from './xml.ts';

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

interface Ec2 {
  readonly aws: Pick<OperatorAws, 'ec2'>;
}

/** `Filter.1.Name=...&Filter.1.Value.1=...` */
const filter = (name: string, values: readonly string[]): Record<string, string> =>
  Object.fromEntries([
    ['Filter.1.Name', name],
    ...values.map((value, index) => [`Filter.1.Value.${index + 1}`, value]),
  ]);

/** The subnets of VPCs, or those of these ids as far as they exist. */
export async function readSubnets({ aws }: Ec2, by: 'vpc-id' | 'subnet-id', ids: readonly string[]): Promise<Subnet[]> {
  return parseSubnets(await aws.ec2('DescribeSubnets', filter(by, ids)));
}

export async function readTables({ aws }: Ec2, vpcs: readonly string[]): Promise<RouteTable[]> {
  return parseRouteTables(await aws.ec2('DescribeRouteTables', filter('vpc-id', vpcs)));
}

/** All VPCs of the account in the region. */
export async function readVpcs({ aws }: Ec2): Promise<VpcRanges[]> {
  return list(await aws.ec2('DescribeVpcs', {}), 'DescribeVpcsResponse', 'vpcSet').map((one) => ({
    id: textAt(one, 'vpcId'),
    ranges: [
      ...new Set([
        textAt(one, 'cidrBlock'),
        ...items(one, 'cidrBlockAssociationSet').map((each) => textAt(each, 'cidrBlock')),
      ]),
    ].filter(Boolean),
  }));
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

/** By a filter and not by ids: of those that do not exist nothing comes back, in place of an error about one of them. */
export async function readNetwork({ aws }: Ec2, subnetIds: readonly string[]): Promise<Network> {
  const subnets = await readSubnets({ aws }, 'subnet-id', subnetIds);
  const vpcs = [...new Set(subnets.map(({ vpc }) => vpc))];
  if (vpcs.length === 0) return { subnets, tables: [], endpoints: [] };
  const tables = await readTables({ aws }, vpcs);
  const endpoints = parseEndpoints(await aws.ec2('DescribeVpcEndpoints', filter('vpc-id', vpcs)));
  return { subnets, tables, endpoints };
}

export async function readSecurityGroups({ aws }: Ec2, ids: readonly string[]): Promise<SecurityGroup[]> {
  const groups = parseSecurityGroups(await aws.ec2('DescribeSecurityGroups', filter('group-id', ids)));
  // Stand-ins for EC2 answer with groups that nobody asked for.
  return groups.filter(({ id }) => ids.includes(id));
}

const list = (xml: string, answer: string, set: string): readonly Element[] => items(parseXml(xml), answer, set);

export function parseSubnets(xml: string): Subnet[] {
  return list(xml, 'DescribeSubnetsResponse', 'subnetSet').map((one) => ({
    id: textAt(one, 'subnetId'),
    vpc: textAt(one, 'vpcId'),
    zone: textAt(one, 'availabilityZone'),
    free: Number(textAt(one, 'availableIpAddressCount')),
  }));
}

/** The fields of a route that can name where it leads. */
const TARGETS = [
  'gatewayId',
  'natGatewayId',
  'transitGatewayId',
  'instanceId',
  'networkInterfaceId',
  'vpcPeeringConnectionId',
  'localGatewayId',
  'carrierGatewayId',
];

export function parseRouteTables(xml: string): RouteTable[] {
  return list(xml, 'DescribeRouteTablesResponse', 'routeTableSet').map((one) => {
    const associations = items(one, 'associationSet');
    return {
      id: textAt(one, 'routeTableId'),
      vpc: textAt(one, 'vpcId'),
      main: associations.some((association) => textAt(association, 'main') === 'true'),
      subnets: associations.map((association) => textAt(association, 'subnetId')).filter(Boolean),
      routes: items(one, 'routeSet').map((route) => ({
        destination: textAt(route, 'destinationCidrBlock') || textAt(route, 'destinationPrefixListId'),
        target: TARGETS.map((name) => textAt(route, name)).find(Boolean) ?? '',
        state: textAt(route, 'state'),
      })),
    };
  });
}

export function parseEndpoints(xml: string): Endpoint[] {
  return list(xml, 'DescribeVpcEndpointsResponse', 'vpcEndpointSet').map((one) => ({
    vpc: textAt(one, 'vpcId'),
    // com.amazonaws.ap-southeast-2.ecr.api; in China cn.com.amazonaws...
    service: textAt(one, 'serviceName').replace(/^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\./, ''),
    kind: textAt(one, 'vpcEndpointType'),
    state: textAt(one, 'state').toLowerCase(),
    privateDns: textAt(one, 'privateDnsEnabled') === 'true',
    routeTables: items(one, 'routeTableIdSet').map(({ text }) => text),
  }));
}

export function parseSecurityGroups(xml: string): SecurityGroup[] {
  return list(xml, 'DescribeSecurityGroupsResponse', 'securityGroupInfo').map((one) => ({
    id: textAt(one, 'groupId'),
    vpc: textAt(one, 'vpcId'),
    ingress: items(one, 'ipPermissions').map(parseRule),
    egress: items(one, 'ipPermissionsEgress').map(parseRule),
  }));
}

function parseRule(rule: Element): Rule {
  const port = (name: string, otherwise: number): number =>
    find(rule, name) === undefined ? otherwise : Number(textAt(rule, name));
  return {
    protocol: textAt(rule, 'ipProtocol'),
    from: port('fromPort', 0),
    to: port('toPort', 65_535),
    peers: [
      ...items(rule, 'ipRanges').map((range) => textAt(range, 'cidrIp')),
      ...items(rule, 'prefixListIds').map((prefixes) => textAt(prefixes, 'prefixListId')),
      ...items(rule, 'groups').map((group) => textAt(group, 'groupId')),
    ].filter(Boolean),
  };
}

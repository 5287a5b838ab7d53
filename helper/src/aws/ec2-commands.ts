import { Command } from '@smithy/core/client';
import type { $SchemaRef, Command as CommandOf, MetadataBearer } from '@smithy/types';
import type { Ec2Client } from './ec2-client.ts';
import { awsFailure } from './errors.ts';

// The actions of EC2 that we use, with the members that we read, by the names that EC2's API reference gives them
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html). Each member may be absent.

/** A schema of the SDK, and the type of what it describes. */
interface Shape<Value> {
  readonly schema: $SchemaRef;
  /** For the compiler alone. */
  readonly value?: Value;
}

type ValueOf<Described> = Described extends Shape<infer Value> ? Value : never;
type Members = Readonly<Record<string, Shape<unknown>>>;
type Structure<Of extends Members> = { readonly [Name in keyof Of]?: ValueOf<Of[Name]> | undefined };

const NAMESPACE = 'com.amazonaws.ec2';

const text: Shape<string> = { schema: 0 };
const number: Shape<number> = { schema: 1 };
const flag: Shape<boolean> = { schema: 2 };
/** EC2's answers call each entry of a list `item`. */
const list = <Value>({ schema }: Shape<Value>): Shape<readonly Value[]> => ({
  schema: [1, NAMESPACE, 'List', 0, [schema, { xmlName: 'item' }]],
});
const structure = <Of extends Members>(members: Of): Shape<Structure<Of>> => ({
  schema: [3, NAMESPACE, 'Structure', 0, Object.keys(members), Object.values(members).map(({ schema }) => schema)],
});

function command<Input extends object, Output extends object>(
  action: string,
  input: Shape<Input>,
  output: Shape<Output>,
) {
  const Built = Command.classBuilder<Input, Output & MetadataBearer, Ec2Client['config'], object, MetadataBearer>()
    .s('AmazonEC2', action)
    .n('Ec2Client', `${action}Command`)
    .sc([9, NAMESPACE, action, 0, input.schema, output.schema])
    .build();
  return class extends Built {
    readonly action = action;
  };
}

/** `Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-0a1` */
const filters = structure({ Filter: list(structure({ Name: text, Value: list(text) })) });

const networkInterface = structure({ networkInterfaceId: text, association: structure({ publicIp: text }) });
export type NetworkInterface = ValueOf<typeof networkInterface>;

export class DescribeNetworkInterfacesCommand extends command(
  'DescribeNetworkInterfaces',
  structure({ NetworkInterfaceId: list(text) }),
  structure({ networkInterfaceSet: list(networkInterface) }),
) {}

export class DescribeSubnetsCommand extends command(
  'DescribeSubnets',
  filters,
  structure({
    subnetSet: list(
      structure({ subnetId: text, vpcId: text, availabilityZone: text, availableIpAddressCount: number }),
    ),
  }),
) {}

export class DescribeVpcsCommand extends command(
  'DescribeVpcs',
  structure({}),
  structure({
    vpcSet: list(
      structure({
        vpcId: text,
        cidrBlock: text,
        cidrBlockAssociationSet: list(structure({ cidrBlock: text })),
      }),
    ),
  }),
) {}

const route = structure({
  destinationCidrBlock: text,
  destinationPrefixListId: text,
  gatewayId: text,
  natGatewayId: text,
  transitGatewayId: text,
  instanceId: text,
  networkInterfaceId: text,
  vpcPeeringConnectionId: text,
  localGatewayId: text,
  carrierGatewayId: text,
  state: text,
});

export class DescribeRouteTablesCommand extends command(
  'DescribeRouteTables',
  filters,
  structure({
    routeTableSet: list(
      structure({
        routeTableId: text,
        vpcId: text,
        associationSet: list(structure({ main: flag, subnetId: text })),
        routeSet: list(route),
      }),
    ),
  }),
) {}

export class DescribeVpcEndpointsCommand extends command(
  'DescribeVpcEndpoints',
  filters,
  structure({
    vpcEndpointSet: list(
      structure({
        vpcId: text,
        serviceName: text,
        vpcEndpointType: text,
        state: text,
        privateDnsEnabled: flag,
        routeTableIdSet: list(text),
      }),
    ),
  }),
) {}

const permission = structure({
  ipProtocol: text,
  fromPort: number,
  toPort: number,
  ipRanges: list(structure({ cidrIp: text })),
  prefixListIds: list(structure({ prefixListId: text })),
  groups: list(structure({ groupId: text })),
});

/** A rule of a security group. */
export type IpPermission = ValueOf<typeof permission>;

export class DescribeSecurityGroupsCommand extends command(
  'DescribeSecurityGroups',
  filters,
  structure({
    securityGroupInfo: list(
      structure({
        groupId: text,
        vpcId: text,
        ipPermissions: list(permission),
        ipPermissionsEgress: list(permission),
      }),
    ),
  }),
) {}

/**
 * Sends a command, and ends with the run.
 * @throws Failure `aws` where EC2 refuses or cannot be reached
 */
export async function askEc2<Input extends object, Output extends MetadataBearer>(
  { aws, signal }: { readonly aws: { readonly ec2: Ec2Client }; readonly signal: AbortSignal },
  request: CommandOf<object, Input, MetadataBearer, Output, Ec2Client['config']> & { readonly action: string },
): Promise<Output> {
  try {
    return await aws.ec2.send(request, { abortSignal: signal });
  } catch (error) {
    throw awsFailure(error, `call EC2's ${request.action}`);
  }
}

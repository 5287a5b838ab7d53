import type { JsonObject } from '../json-values.ts';
import type { State } from '../state/state.ts';

/** A default route: `defaultRoute('gatewayId', 'igw-0a1')`. */
export const defaultRoute = (field: string, target: string, state = 'active'): JsonObject => ({
  destinationCidrBlock: '0.0.0.0/0',
  [field]: target,
  state,
});

/** A route table of `vpc-0a1`; without subnets it is the main one. */
export const routeTable = (routes: readonly JsonObject[], subnets: readonly string[] = []): JsonObject => ({
  routeTableId: 'rtb-0a1',
  vpcId: 'vpc-0a1',
  routeSet: [{ destinationCidrBlock: '172.16.0.0/16', gatewayId: 'local', state: 'active' }, ...routes],
  associationSet:
    subnets.length > 0
      ? subnets.map((subnetId) => ({ routeTableId: 'rtb-0a1', subnetId, main: false }))
      : [{ routeTableId: 'rtb-0a1', main: true }],
});

const ANYWHERE = { ipProtocol: '-1', ipRanges: [{ cidrIp: '0.0.0.0/0' }] };

/** A security group of `vpc-0a1` that lets everything out. */
export const securityGroup = (groupId: string, ipPermissions: readonly JsonObject[] = []): JsonObject => ({
  groupId,
  vpcId: 'vpc-0a1',
  groupName: groupId,
  ipPermissions,
  ipPermissionsEgress: [ANYWHERE],
});

/** Two public subnets in two zones and the security groups, as `seedBuilder`'s settings name them. */
export function seedNetwork({ ec2, place }: State): void {
  const subnet = (subnetId: string, zone: string): JsonObject => ({
    subnetId,
    vpcId: 'vpc-0a1',
    availabilityZone: `${place.region}${zone}`,
    availableIpAddressCount: 250,
  });
  ec2.subnets.push(subnet('subnet-0a1', 'a'), subnet('subnet-0b2', 'b'));
  ec2.routeTables.push(routeTable([defaultRoute('gatewayId', 'igw-0a1')]));
  const port = { ipProtocol: 'tcp', fromPort: 8080, toPort: 8080, ipRanges: [{ cidrIp: '203.0.113.7/32' }] };
  ec2.securityGroups.push(securityGroup('sg-0builder'), securityGroup('sg-0apps', [port]));
}

/** An endpoint of `vpc-0a1`: a gateway in the route table for s3, an interface with private DNS for the others. */
export const endpoint = (service: string, region = 'ap-southeast-2'): JsonObject => ({
  vpcEndpointId: `vpce-${service}`,
  vpcId: 'vpc-0a1',
  serviceName: `com.amazonaws.${region}.${service}`,
  vpcEndpointType: service === 's3' ? 'Gateway' : 'Interface',
  state: 'available',
  privateDnsEnabled: service !== 's3',
  routeTableIdSet: service === 's3' ? ['rtb-0a1'] : [],
});

import { Deployed } from './deployed.ts';
import { at, block, readTemplate, valuesOfList } from './template.ts';

const template = readTemplate('infrastructure/network.yaml');
const stack = new Deployed(template);

test('one VPC of the given range, in which names resolve', () => {
  expect(stack.properties('Vpc')).toMatchObject({
    CidrBlock: '172.16.0.0/16',
    EnableDnsSupport: true,
    EnableDnsHostnames: true,
  });
});

test('two subnets in two zones; an address only for those who ask', () => {
  const subnets = [...stack.ofType('AWS::EC2::Subnet').values()].map((one) => one.Properties);
  expect(subnets).toMatchObject([
    { CidrBlock: '172.16.0.0/24', AvailabilityZone: 'ap-southeast-2a', MapPublicIpOnLaunch: false, VpcId: '<Vpc>' },
    { CidrBlock: '172.16.1.0/24', AvailabilityZone: 'ap-southeast-2b', MapPublicIpOnLaunch: false, VpcId: '<Vpc>' },
  ]);
});

test('both reach the internet, once the gateway is there', () => {
  expect(stack.properties('InternetRoute')).toEqual({
    RouteTableId: '<RouteTable>',
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: '<InternetGateway>',
  });
  expect(at(stack.resources.get('InternetRoute'), 'DependsOn')).toBe('GatewayAttachment');
  const associations = [...stack.ofType('AWS::EC2::SubnetRouteTableAssociation').values()].map((one) => one.Properties);
  expect(associations).toEqual([
    { SubnetId: '<Subnet1>', RouteTableId: '<RouteTable>' },
    { SubnetId: '<Subnet2>', RouteTableId: '<RouteTable>' },
  ]);
});

test('gateway and routes belong to the VPC', () => {
  expect(stack.properties('GatewayAttachment')).toEqual({ VpcId: '<Vpc>', InternetGatewayId: '<InternetGateway>' });
  expect(stack.properties('RouteTable').VpcId).toBe('<Vpc>');
});

test('S3 is reached without leaving', () => {
  expect(stack.properties('S3Endpoint')).toMatchObject({
    VpcId: '<Vpc>',
    VpcEndpointType: 'Gateway',
    ServiceName: 'com.amazonaws.ap-southeast-2.s3',
    RouteTableIds: ['<RouteTable>'],
  });
});

test('nothing that costs by the hour', () => {
  const types = [...stack.resources.values()].map((one) => String(one.Type));
  expect(types.filter((type) => /NatGateway|EIP|TransitGateway/.test(type))).toEqual([]);
});

test('what the other stacks take', () => {
  expect(at(stack.outputs, 'VpcId', 'Value')).toBe('<Vpc>');
  expect(at(stack.outputs, 'Subnets', 'Value')).toBe('<Subnet1>,<Subnet2>');
});

test('the same range twice is refused', () => {
  expect(stack.refusals()).toEqual([]);
  expect(new Deployed(template, { Subnet2Cidr: '172.16.0.0/24' }).refusals()).toHaveLength(1);
});

for (const [parameter, range, good] of [
  ['VpcCidr', '10.0.0.0/16', true],
  ['VpcCidr', '10.0.0.0/28', true],
  ['VpcCidr', '10.0.0.0/8', false],
  ['VpcCidr', '10.0.0.0/29', false],
  ['VpcCidr', '10.0.0.256/16', false],
  ['VpcCidr', '10.0.0.0', false],
  ['VpcCidr', '::/16', false],
  ['Subnet1Cidr', '172.16.0.0/27', true],
  ['Subnet1Cidr', '172.16.0.0/28', false],
  ['Subnet2Cidr', '172.16.0.0/28', false],
] as const) {
  test(`${parameter} ${range} is ${good ? 'taken' : 'refused'}`, () => {
    const pattern = at(template.root, 'Parameters', parameter, 'AllowedPattern');
    expect(new RegExp(String(pattern)).test(range)).toBe(good);
  });
}

test('everything is named in the console', () => {
  const named = ['Vpc', 'InternetGateway', 'Subnet1', 'Subnet2', 'RouteTable'].map((id) =>
    valuesOfList(block(stack.properties(id)).Tags).map((tag) => at(tag, 'Value')),
  );
  expect(named).toEqual([['fargate-ci'], ['fargate-ci'], ['fargate-ci-1'], ['fargate-ci-2'], ['fargate-ci']]);
});

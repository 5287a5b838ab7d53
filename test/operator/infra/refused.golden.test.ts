import { jest } from '@jest/globals';
import type { Double } from '../../double/double.ts';
import { defaultRoute } from '../../double/scripts/network-fixtures.ts';
import { expectGolden } from '../../support/golden.ts';
import { emptyAccount } from '../../support/infra-scene.ts';
import { REAL_TEMPLATES, runOperator } from '../../support/operator-host.ts';

jest.setTimeout(60_000);

let double: Double;
beforeEach(async () => {
  double = await emptyAccount();
});
afterEach(() => double.close());

const LIBRARY = ['--library-repository', 'https://github.com/acme/fargate-ci'];
const EXAMPLE = ['--domain', 'example.com'];
const CERTIFICATE = 'arn:aws:acm:ap-southeast-2:172173733067:certificate/';
const GLOBAL = '/aws/service/global-infrastructure';

/** A VPC of one route table; subnets by their names' last letter: zone, public or not. */
function makeVpc(vpcId: string, subnets: readonly (readonly [id: string, zone: string, open: boolean])[]): void {
  const { ec2, place } = double;
  ec2.vpcs.push({ vpcId, cidrBlock: '172.16.0.0/16' });
  for (const [subnetId, zone] of subnets) {
    const availabilityZone = `${place.region}${zone}`;
    ec2.subnets.push({ subnetId, vpcId, availabilityZone, availableIpAddressCount: 250 });
  }
  for (const open of [true, false]) {
    const ids = subnets.filter((one) => one[2] === open).map(([id]) => id);
    ec2.routeTables.push({
      routeTableId: `rtb-${vpcId}-${open}`,
      vpcId,
      routeSet: open ? [defaultRoute('gatewayId', 'igw-0a1')] : [defaultRoute('natGatewayId', 'nat-0a1')],
      associationSet: ids.map((subnetId) => ({ subnetId, main: false })),
    });
  }
}

/** The regions of each service, as AWS publishes them. */
function tellServices(services: Readonly<Record<string, readonly string[]>>): void {
  for (const [service, regions] of Object.entries(services)) {
    for (const region of regions) {
      double.ssm.put(`${GLOBAL}/services/${service}/regions/${region}`, region);
      double.ssm.put(`${GLOBAL}/regions/${region}/services/${service}`, service);
    }
  }
}

interface Case {
  arrange?(): void;
  /** Text of fargate-ci.yaml. */
  configs?: readonly string[];
  /** Arguments after `infra`. */
  runs: readonly (readonly string[])[];
}

const up = (...more: readonly string[]): string[] => ['up', ...EXAMPLE, ...LIBRARY, ...more];
const named = (...more: readonly string[]): string[] => ['up', ...LIBRARY, ...more];

const CASES: Readonly<Record<string, Case>> = {
  domain: {
    runs: [
      ...[
        'https://example.com/',
        'example.com.',
        'münchen.example',
        '*.example.com',
        'example.com:443',
        'my_company.com',
        'localhost',
        '10.0.0.1',
        '',
        'a..example.com',
        `${'a'.repeat(60)}.example.com`,
        'jenkins.example.com',
      ].map((domain) => named('--domain', domain)),
      named('--domain=-shop.example.com'),
      named('--host', 'http://ci.example.com'),
      ['service', 'shop', '--host', 'https://shop.example.com/cart'],
    ],
  },
  zone: {
    arrange() {
      double.route53.zones.push({ id: 'Z1TWICE', name: 'twice.example', isPrivate: false });
      double.route53.zones.push({ id: 'Z2TWICE', name: 'twice.example', isPrivate: false });
      double.route53.zones.push({ id: 'Z0INSIDE', name: 'inside.example', isPrivate: true });
    },
    runs: [
      named('--domain', 'example.org'),
      named('--domain', 'inside.example'),
      named('--domain', 'twice.example'),
      up('--hosted-zone', 'Z0MISSING'),
      up('--hosted-zone', 'Z0INSIDE'),
      up('--hosted-zone', 'Z1TWICE'),
      up('--hosted-zone', 'example.com'),
    ],
  },
  ranges: {
    runs: [
      ['Subnet1Cidr=172.16.1.0/24'],
      ['Subnet1Cidr=172.16.0.0/23'],
      ['VpcCidr=10.0.0.0/16'],
      ['VpcCidr=172.16.0.0/8'],
      ['VpcCidr=172.16.0.0/33', 'Subnet2Cidr=172.16.1.0'],
      ['VpcCidr=172.16.256.0/16'],
    ].map((ranges) => up(...ranges.flatMap((range) => ['--network-parameters', range]))),
  },
  certificate: {
    arrange() {
      const { certificates } = double.acm;
      certificates.set(`${CERTIFICATE}pending`, { Status: 'PENDING_VALIDATION', DomainName: 'jenkins.example.com' });
      certificates.set(`${CERTIFICATE}expired`, { Status: 'EXPIRED', DomainName: 'jenkins.example.com' });
      certificates.set(`${CERTIFICATE}other`, { Status: 'ISSUED', DomainName: '*.apps.example.com' });
    },
    runs: [
      up('--certificate', `${CERTIFICATE.replace('ap-southeast-2', 'us-east-1')}elsewhere`),
      up('--certificate', `${CERTIFICATE}missing`),
      up('--certificate', `${CERTIFICATE}pending`),
      up('--certificate', `${CERTIFICATE}expired`),
      up('--certificate', `${CERTIFICATE}other`),
    ],
  },
  sizes: {
    runs: [
      up('--cpu', '.5 vCPU', '--memory', '8 GB'),
      up('--cpu', '2 vCPU', '--memory', '2048'),
      up('--cpu', '300'),
      up('--cpu', 'abc', '--memory', '1 TB'),
      up('--jenkins-parameters', 'Memory=8192'),
    ],
  },
  network: {
    arrange() {
      makeVpc('vpc-0a', [
        ['subnet-0a1', 'a', true],
        ['subnet-0a2', 'a', true],
        ['subnet-0b1', 'b', false],
      ]);
      makeVpc('vpc-0e', []);
    },
    runs: [
      up('--vpc', 'vpc-0a'),
      up('--vpc', 'vpc-0e'),
      up('--vpc', 'vpc-0f'),
      up('--vpc', 'vpc-0a', '--subnets', 'subnet-0a1', '--subnets', 'subnet-0a2'),
      up('--vpc', 'vpc-0a', '--subnets', 'subnet-0a1', '--subnets', 'subnet-0b1'),
      up('--vpc', 'vpc-0a', '--subnets', 'subnet-0a1', '--subnets', 'subnet-0c1'),
      up('--vpc', 'vpc-0e', '--subnets', 'subnet-0a1', '--subnets', 'subnet-0b1'),
      up('--vpc', 'vpc-0a', '--subnets', 'subnet-0a1'),
      up('--subnets', 'subnet-0a1'),
      up('--vpc', 'vpc-0a', '--network-parameters', 'VpcCidr=10.0.0.0/16'),
      up('--vpc', 'my-vpc'),
    ],
  },
  region: {
    arrange() {
      const all = ['ap-southeast-2', 'ap-south-1', 'eu-west-1'];
      tellServices({ ecs: all, ecr: all, elb: all, acm: all, secretsmanager: all });
      tellServices({ fargate: ['eu-west-1', 'ap-south-1'], efs: ['eu-west-1'] });
    },
    runs: [up(), ['up', '--only', 'builder']],
  },
  prefix: {
    runs: ['Fargate', 'a'.repeat(40), 'team-', 'aws-team', '', '../x', 'team_a'].flatMap((prefix) => [
      up('--prefix', prefix),
      ...(prefix === '' ? ['status', 'down', 'service shop --host shop.example.com'] : []).map((line) => [
        ...line.split(' '),
        `--prefix=${prefix}`,
      ]),
    ]),
  },
  config: {
    configs: [
      'domain: example.com\ndomain: example.org\n',
      '\tdomain: example.com\n',
      '- domain\n',
      'domain: *nothing\n',
      `a: &a [x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g'].map((one, at) => `${one}: &${one} [${`*${'abcdefg'[at]}, `.repeat(9)}]`).join('\n')}`,
      'domain: [example.com]\nexecutors: {}\nnetworkParameters: x\nfoo: 1\ndeleteData: yes\n',
    ],
    runs: [['up', '--only', 'builder']],
  },
  flags: {
    runs: [
      up('--role', 'deployer'),
      up('--role', 'arn:aws:iam::1234:role/deployer'),
      up('--hosted-zone='),
      up('--config', 'missing.yaml'),
      up('--config', '.'),
      up('--executors', '-1'),
      up('--executors=-1'),
      up('--executors', 'two'),
      up('--timeout', '0'),
      up('--timeout', '1.5'),
      up('--only', 'jenkins'),
      up('--bare', 'maybe'),
      up('--network-parameters', 'VpcCidr'),
      up('--region', 'Ap-Southeast-2'),
      ['up', 'now'],
      ['service', '--host', 'shop.example.com'],
      ['service', 'jenkins', '--host', 'shop.example.com'],
      ['service', 'my shop', '--port', '0', '--host', 'shop.example.com'],
    ],
  },
};

for (const [name, { arrange, runs, configs }] of Object.entries(CASES))
  test(`refused before anything is created: ${name}`, async () => {
    arrange?.();
    let text = '';
    const statuses: number[] = [];
    for (const [config, run] of (configs ?? [undefined]).flatMap((one) => runs.map((run) => [one, run] as const))) {
      const more = config === undefined ? {} : { config };
      const { transcript, status } = await runOperator(double, ['infra', ...run], {
        templates: REAL_TEMPLATES,
        ...more,
      });
      if (config !== undefined) text += `${config.trimEnd()}\n`;
      const line = run
        .filter((word) => !LIBRARY.includes(word))
        .map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`));
      text += `$ fargate-ci infra ${line.join(' ')}\n${transcript}\n`;
      statuses.push(status);
    }
    expectGolden(`infra-refused-${name}`, text);
    expect(new Set(statuses)).toEqual(new Set([2]));
    for (const action of ['CreateChangeSet', 'PutParameter', 'DeleteStack']) expect(double.calls(action)).toEqual([]);
  });

test('nothing is refused because it may not be read', async () => {
  makeVpc('vpc-0a', [
    ['subnet-0a1', 'a', true],
    ['subnet-0b1', 'b', true],
  ]);
  for (const action of ['DescribeCertificate', 'GetHostedZone', 'GetParameters', 'DescribeSubnets'])
    double.fault({
      action,
      times: 10,
      where: (input) => !JSON.stringify(input).includes('/kept/'),
      fault: { kind: 'access-denied' },
    });
  const { status, transcript } = await runOperator(double, [
    'infra',
    ...['plan', ...EXAMPLE, ...LIBRARY, '--certificate', `${CERTIFICATE}hidden`, '--hosted-zone', 'Z0HIDDEN'],
    ...['--vpc', 'vpc-0a', '--subnets', 'subnet-0a1', '--subnets', 'subnet-0b1'],
  ]);
  expect({ status, transcript }).toMatchObject({ status: 0 });
});

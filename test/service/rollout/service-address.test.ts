import type { Listener, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { urlsOf } from '../../../helper/src/service/rollout/load-balancer-url.ts';
import { publicAddressesOf } from '../../../helper/src/service/rollout/task-addresses.ts';
import { type DeployScene, makeDeployScene, shop } from '../../support/deploy-scene.ts';

const group = 'arn:group';
const dns = 'ci-123.elb.amazonaws.com';
const forward = [{ Type: 'forward' as const, TargetGroupArn: group }];
const rule = (hosts: string[], paths: string[] = []): Rule => ({
  Actions: forward,
  Conditions: [
    ...(hosts.length > 0 ? [{ Field: 'host-header', HostHeaderConfig: { Values: hosts } }] : []),
    ...(paths.length > 0 ? [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }] : []),
  ],
});

describe('the URL of a listener', () => {
  for (const [name, listener, rules, expected] of [
    ['default action', { Protocol: 'HTTP', Port: 80, DefaultActions: forward }, [], [`http://${dns}`]],
    ['TLS', { Protocol: 'HTTPS', Port: 443, DefaultActions: forward }, [], [`https://${dns}`]],
    ['a port of its own', { Protocol: 'HTTP', Port: 8080, DefaultActions: forward }, [], [`http://${dns}:8080`]],
    ['network load balancer', { Protocol: 'TLS', Port: 443, DefaultActions: forward }, [], [`https://${dns}`]],
    ['rule with a host', { Protocol: 'HTTPS', Port: 443 }, [rule(['shop.example.com'])], ['https://shop.example.com']],
    [
      'rule with a wildcard first',
      { Protocol: 'HTTPS', Port: 443 },
      [rule(['*.example.com', 'shop.example.com'])],
      ['https://shop.example.com'],
    ],
    ['rule with a path', { Protocol: 'HTTP', Port: 80 }, [rule([], ['/shop/*'])], [`http://${dns}/shop/`]],
    [
      'forward to several',
      {
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: group }] } }],
      },
      [],
      [`http://${dns}`],
    ],
    [
      'to another group',
      { Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: 'other' }] },
      [],
      [],
    ],
  ] satisfies [string, Listener, Rule[], string[]][]) {
    test(name, () => expect(urlsOf(listener, rules, group, dns)).toEqual(expected));
  }
});

test('public addresses of network interfaces: of those that have one', () => {
  const eni = (networkInterfaceId: string, publicIp?: string) => ({ networkInterfaceId, association: { publicIp } });
  const interfaces = [
    eni('eni-0a', '203.0.113.1'),
    { networkInterfaceId: 'eni-0b' },
    eni('eni-0c'),
    eni('eni-0d', '<x>'),
  ];
  expect([...publicAddressesOf(interfaces)]).toEqual([['eni-0a', '203.0.113.1']]);
  expect([...publicAddressesOf([])]).toEqual([]);
});

describe('of a service', () => {
  let stage: DeployScene;
  beforeEach(async () => {
    stage = await makeDeployScene();
  });
  afterEach(() => stage.double.close());

  test("the load balancer's URL", async () => {
    const { arn } = stage.double.elbv2.expose({ name: 'shop', protocol: 'HTTPS', hosts: ['shop.example.com'] });
    const result = await stage.deploy({ image: shop('1'), port: 8080, targetGroup: arn });
    expect(result).toMatchObject({ url: 'https://shop.example.com', addresses: [] });
  });

  test('private addresses, where there are no public ones', async () => {
    stage.double.ec2.publicAddresses = false;
    const result = await stage.deploy({ image: shop('1'), port: 8080 });
    expect(result.addresses).toEqual([expect.stringMatching(/^(10|172|192)\..*:8080$/)]);
  });

  test('private addresses, where EC2 may not be asked', async () => {
    stage.double.fault({ action: 'DescribeNetworkInterfaces', times: 99, fault: { kind: 'access-denied' } });
    const result = await stage.deploy({ image: shop('1'), port: 8080 });
    expect(result.addresses).toEqual([expect.stringMatching(/^(10|172|192)\..*:8080$/)]);
  });

  test('a load balancer that may not be read is a warning', async () => {
    const { arn } = stage.double.elbv2.expose({ name: 'shop' });
    stage.double.fault({ action: 'DescribeTargetGroups', times: 99, fault: { kind: 'access-denied' } });
    const result = await stage.deploy({ image: shop('1'), port: 8080, targetGroup: arn });
    expect(result.url).toBeNull();
    expect(stage.world.events.map(({ type }) => type)).toContain('warning');
  });
});

import { Deployed } from './deployed.ts';
import { SAMPLES } from './samples.ts';
import { at, block, readTemplate } from './template.ts';

const template = readTemplate('infrastructure/service.yaml');
const { parameters } = SAMPLES.service;
const ZONE = 'Z0123456789ABC';
const CERTIFICATE = 'arn:aws:acm:ap-southeast-2:111122223333:certificate/1';
const deployed = (given: Readonly<Record<string, string>> = {}) => new Deployed(template, { ...parameters, ...given });
const stack = deployed();

describe('target group', () => {
  test('takes tasks by their address, and asks them as told', () => {
    expect(
      deployed({ Port: '5001', HealthCheckPath: '/api/tags', HealthCheckMatcher: '200,400' }).properties('TargetGroup'),
    ).toMatchObject({
      VpcId: 'vpc-1',
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: '5001',
      HealthCheckPath: '/api/tags',
      Matcher: { HttpCode: '200,400' },
    });
    expect(stack.properties('TargetGroup')).toMatchObject({
      Port: 8080,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200-399' },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
    });
  });

  test('has no name, so that another port can replace it', () => {
    expect(stack.properties('TargetGroup').Name).toBeUndefined();
  });
});

describe('rule', () => {
  const host = { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } };
  const path = { Field: 'path-pattern', PathPatternConfig: { Values: ['/shop', '/shop/*'] } };
  for (const [what, given, conditions] of [
    ['by host', {}, [host]],
    ['by path', { Host: '', Path: '/shop' }, [path]],
    ['by both', { Path: '/shop' }, [host, path]],
  ] as const) {
    test(what, () => {
      const one = deployed(given);
      expect(one.refusals()).toEqual([]);
      expect(one.properties('Rule')).toEqual({
        ListenerArn: parameters.ListenerArn,
        Priority: '10',
        Conditions: conditions,
        Actions: [{ Type: 'forward', TargetGroupArn: '<TargetGroup>' }],
      });
    });
  }

  test('health is looked at often enough for a rollout to be quick, and not given up at once', () => {
    expect(deployed({}).properties('TargetGroup')).toMatchObject({
      HealthCheckProtocol: 'HTTP',
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
    });
  });

  test("never at Jenkins' own priority", () => {
    expect(at(template.root, 'Parameters', 'Priority')).toMatchObject({ MinValue: 2, MaxValue: 50000 });
    expect(at(template.root, 'Parameters', 'Priority', 'Default')).toBeUndefined();
  });
});

describe('certificate and DNS', () => {
  for (const [what, given, resources] of [
    ['nothing given: nothing made', {}, []],
    ['a zone: all of it', { HostedZoneId: ZONE }, ['Certificate', 'DnsRecord', 'ListenerCertificate']],
    ['a certificate: put on the listener', { CertificateArn: CERTIFICATE }, ['ListenerCertificate']],
    [
      'both: no new certificate',
      { HostedZoneId: ZONE, CertificateArn: CERTIFICATE },
      ['DnsRecord', 'ListenerCertificate'],
    ],
    [
      'a stand-in for AWS that lacks one of them',
      { HostedZoneId: ZONE, AttachCertificate: 'false' },
      ['Certificate', 'DnsRecord'],
    ],
  ] as const) {
    test(what, () => {
      const ids = [...deployed(given).resources.keys()];
      expect(ids.filter((id) => ['Certificate', 'DnsRecord', 'ListenerCertificate'].includes(id)).sort()).toEqual(
        resources,
      );
    });
  }

  test('it is put on the listener unless that is ruled out', () => {
    expect(at(template.root, 'Parameters', 'AttachCertificate', 'Default')).toBe('true');
  });

  test('a new one is proved in that zone, put beside the others, and the name points to the load balancer', () => {
    const one = deployed({ HostedZoneId: ZONE });
    expect(one.properties('Certificate')).toEqual({
      DomainName: 'shop.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'shop.example.com', HostedZoneId: ZONE }],
    });
    expect(one.properties('ListenerCertificate')).toEqual({
      ListenerArn: parameters.ListenerArn,
      Certificates: [{ CertificateArn: '<Certificate>' }],
    });
    expect(one.properties('DnsRecord')).toEqual({
      HostedZoneId: ZONE,
      Name: 'shop.example.com',
      Type: 'A',
      AliasTarget: {
        DNSName: parameters.LoadBalancerDnsName,
        HostedZoneId: parameters.LoadBalancerZoneId,
        EvaluateTargetHealth: false,
      },
    });
  });

  test('a given one is put on the listener as it is', () => {
    expect(deployed({ CertificateArn: CERTIFICATE }).properties('ListenerCertificate')).toMatchObject({
      Certificates: [{ CertificateArn: CERTIFICATE }],
    });
  });
});

describe('app', () => {
  test('only the load balancer reaches its port', () => {
    expect(stack.properties('SecurityGroup').SecurityGroupIngress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: 'sg-1' }),
    ]);
    expect(stack.properties('SecurityGroup').VpcId).toBe('vpc-1');
  });

  test('its log lies where the caller may read and the execution role may write, and ends', () => {
    expect(stack.properties('LogGroup')).toEqual({ LogGroupName: '/fargate-ci/apps/shop', RetentionInDays: 90 });
  });

  test('its role may be passed by the steps, and may nothing unless told', () => {
    const role = stack.properties('TaskRole');
    expect(role.Path).toBe('/fargate-ci/app/');
    expect(role.Policies).toBeUndefined();
    expect(role.ManagedPolicyArns).toBeUndefined();
    const arns = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess,arn:aws:iam::111122223333:policy/shop';
    expect(deployed({ TaskPolicyArns: arns }).properties('TaskRole').ManagedPolicyArns).toEqual(arns.split(','));
  });
});

test('the settings that fargateDeploy reads', () => {
  expect(stack.settings()).toEqual({
    '/fargate-ci/services/shop/target-group': '<TargetGroup>',
    '/fargate-ci/services/shop/security-groups': '<SecurityGroup.GroupId>',
    '/fargate-ci/services/shop/task-role': '<TaskRole.Arn>',
    '/fargate-ci/services/shop/log-group': '<LogGroup>',
  });
  expect(at(stack.resources.get('TargetGroupSetting'), 'DependsOn')).toBe('Rule');
});

test('outputs', () => {
  expect(Object.fromEntries(Object.entries(stack.outputs).map(([name, one]) => [name, at(one, 'Value')]))).toEqual({
    Url: 'https://shop.example.com',
    TargetGroupArn: '<TargetGroup>',
    SecurityGroup: '<SecurityGroup.GroupId>',
    TaskRoleArn: '<TaskRole.Arn>',
    LogGroup: '<LogGroup>',
  });
  const path = deployed({ Host: '', Path: '/shop' });
  expect(at(path.outputs, 'Url', 'Value')).toBe(`https://${parameters.LoadBalancerDnsName}/shop`);
});

for (const [what, given] of [
  ['neither host nor path', { Host: '' }],
  ['a zone without a host', { Host: '', Path: '/shop', HostedZoneId: ZONE }],
  ['a certificate without a host', { Host: '', Path: '/shop', CertificateArn: CERTIFICATE }],
] as const) {
  test(`${what} is refused`, () => expect(deployed(given).refusals()).toHaveLength(1));
}

for (const [parameter, value, good] of [
  ['Name', 'shop', true],
  ['Name', 'jenkins', false],
  ['Name', 'jenkins2', true],
  ['Name', 'a/b', false],
  ['Name', '', false],
  ['Host', 'shop.example.com', true],
  ['Host', 'Shop.example.com', false],
  ['Host', 'localhost', false],
  ['Host', 'shop.example.com.', false],
  ['Host', '*.example.com', false],
  ['Path', '/shop/v1', true],
  ['Path', 'shop', false],
  ['Path', '/shop/', false],
  ['Path', '/*', false],
  ['HealthCheckMatcher', '200,400', true],
  ['HealthCheckMatcher', '200;400', false],
  ['HealthCheckPath', '/health?deep=1', true],
  ['HealthCheckPath', 'health', false],
  ['CertificateArn', CERTIFICATE, true],
  ['CertificateArn', CERTIFICATE.replace('acm', 'iam'), false],
  ['HostedZoneId', '/hostedzone/Z1', false],
  ['TaskPolicyArns', 'AmazonS3ReadOnlyAccess', false],
] as const) {
  test(`${parameter} "${value}" is ${good ? 'taken' : 'refused'}`, () => {
    const pattern = block(at(template.root, 'Parameters', parameter)).AllowedPattern;
    expect(new RegExp(String(pattern)).test(value)).toBe(good);
  });
}

import { bare, CERTIFICATE, deployed, stack, subnets } from './jenkins.ts';
import { at, valuesOfList } from './template.ts';

describe('load balancer', () => {
  test('faces the internet in two subnets, and waits for slow pages', () => {
    expect(stack.properties('LoadBalancer')).toEqual({
      Type: 'application',
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
      Subnets: ['subnet-1', 'subnet-2'],
      SecurityGroups: ['<LoadBalancerSecurityGroup.GroupId>'],
      LoadBalancerAttributes: [
        { Key: 'idle_timeout.timeout_seconds', Value: '300' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ],
    });
  });

  test('HTTPS with the newest policy', () => {
    expect(stack.properties('HttpsListener')).toMatchObject({
      LoadBalancerArn: '<LoadBalancer>',
      Protocol: 'HTTPS',
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      Certificates: [{ CertificateArn: '<Certificate>' }],
    });
  });

  test('HTTP is sent on to HTTPS, and nothing else listens', () => {
    expect(stack.properties('HttpListener')).toMatchObject({
      LoadBalancerArn: '<LoadBalancer>',
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [
        {
          Type: 'redirect',
          RedirectConfig: {
            Protocol: 'HTTPS',
            Port: '443',
            Host: '#{host}',
            Path: '/#{path}',
            Query: '#{query}',
            StatusCode: 'HTTP_301',
          },
        },
      ],
    });
    expect(stack.ofType('AWS::ElasticLoadBalancingV2::Listener').size).toBe(2);
  });

  test('Jenkins by its host, before all apps; nothing for other hosts', () => {
    expect(stack.properties('ControllerRule')).toEqual({
      ListenerArn: '<HttpsListener>',
      Priority: 1,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['jenkins.example.com'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: '<ControllerTargetGroup>' }],
    });
    expect(at(stack.properties('HttpsListener'), 'DefaultActions')).toMatchObject([
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } },
    ]);
  });

  test('a fresh Jenkins, which answers 403, is healthy', () => {
    expect(stack.properties('ControllerTargetGroup')).toMatchObject({
      VpcId: 'vpc-1',
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/login',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 5,
      Matcher: { HttpCode: '200,403' },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
    });
  });
});

describe('certificate and DNS', () => {
  test('a zone: a certificate proved in it, and a record', () => {
    expect(stack.properties('Certificate')).toEqual({
      DomainName: 'jenkins.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'jenkins.example.com', HostedZoneId: 'Z0123456789ABC' }],
    });
    expect(stack.properties('DnsRecord')).toEqual({
      HostedZoneId: 'Z0123456789ABC',
      Name: 'jenkins.example.com',
      Type: 'A',
      AliasTarget: {
        DNSName: '<LoadBalancer.DNSName>',
        HostedZoneId: '<LoadBalancer.CanonicalHostedZoneID>',
        EvaluateTargetHealth: false,
      },
    });
  });

  test('a certificate: that one, and with a zone still the record', () => {
    const both = deployed({ CertificateArn: CERTIFICATE });
    expect(both.properties('HttpsListener').Certificates).toEqual([{ CertificateArn: CERTIFICATE }]);
    expect(both.resources.has('Certificate')).toBe(false);
    expect(both.resources.has('DnsRecord')).toBe(true);
    const alone = deployed({ CertificateArn: CERTIFICATE, HostedZoneId: '' });
    expect(alone.resources.has('DnsRecord')).toBe(false);
    expect(alone.refusals(subnets)).toEqual([]);
  });

  test('neither is refused: the stack would hang', () => {
    expect(deployed({ HostedZoneId: '' }).refusals(subnets)).toEqual([expect.stringContaining('CertificateArn')]);
  });
});

describe('who reaches what', () => {
  const ingress = (id: string, one = stack) =>
    valuesOfList(one.properties(id).SecurityGroupIngress).map((rule) => [
      at(rule, 'IpProtocol') === 'tcp' ? at(rule, 'FromPort') : at(rule, 'IpProtocol'),
      at(rule, 'ToPort'),
      at(rule, 'CidrIp') ?? at(rule, 'SourceSecurityGroupId'),
    ]);

  test('the world, or those who are named: the load balancer on 443 and 80', () => {
    expect(ingress('LoadBalancerSecurityGroup')).toEqual([
      [443, 443, '0.0.0.0/0'],
      [80, 80, '0.0.0.0/0'],
    ]);
    expect(ingress('LoadBalancerSecurityGroup', bare)).toEqual([
      [443, 443, '203.0.113.0/24'],
      [80, 80, '203.0.113.0/24'],
    ]);
  });

  test('the load balancer: the controller on 8080', () => {
    expect(ingress('ControllerSecurityGroup')).toEqual([[8080, 8080, '<LoadBalancerSecurityGroup.GroupId>']]);
  });

  test('the controller: EFS on 2049, which itself calls nobody', () => {
    expect(ingress('FileSystemSecurityGroup')).toEqual([[2049, 2049, '<ControllerSecurityGroup.GroupId>']]);
    expect(at(stack.properties('FileSystemSecurityGroup'), 'SecurityGroupEgress')).toMatchObject([
      { CidrIp: '255.255.255.255/32' },
    ]);
  });

  test('each calls only what it must, and the controller the internet', () => {
    const egress = (id: string) =>
      valuesOfList(stack.properties(id).SecurityGroupEgress).map((rule) => [
        at(rule, 'IpProtocol'),
        at(rule, 'FromPort'),
        at(rule, 'ToPort'),
        at(rule, 'CidrIp'),
      ]);
    expect(egress('LoadBalancerSecurityGroup')).toEqual([['tcp', 1, 65535, '0.0.0.0/0']]);
    expect(egress('ControllerSecurityGroup')).toEqual([['-1', undefined, undefined, '0.0.0.0/0']]);
  });

  test('no rule is a resource of its own, and every group is of the VPC', () => {
    const types = [...stack.resources.values()].map((one) => String(one.Type));
    expect(types.filter((type) => /SecurityGroup(In|E)gress/.test(type))).toEqual([]);
    for (const [, group] of stack.ofType('AWS::EC2::SecurityGroup'))
      expect(at(group, 'Properties', 'VpcId')).toBe('vpc-1');
  });
});

test('the settings by which apps find the load balancer', () => {
  expect(stack.settings()).toEqual({
    '/fargate-ci/load-balancer/listener': '<HttpsListener>',
    '/fargate-ci/load-balancer/dns-name': '<LoadBalancer.DNSName>',
    '/fargate-ci/load-balancer/zone-id': '<LoadBalancer.CanonicalHostedZoneID>',
    '/fargate-ci/load-balancer/security-group': '<LoadBalancerSecurityGroup.GroupId>',
    '/fargate-ci/load-balancer/vpc': 'vpc-1',
  });
});

test('outputs', () => {
  expect(Object.fromEntries(Object.entries(stack.outputs).map(([name, one]) => [name, at(one, 'Value')]))).toEqual({
    Url: 'https://jenkins.example.com/',
    AdminSecretArn: '<AdminSecret>',
    ListenerArn: '<HttpsListener>',
    LoadBalancerDnsName: '<LoadBalancer.DNSName>',
    LoadBalancerZoneId: '<LoadBalancer.CanonicalHostedZoneID>',
    LoadBalancerSecurityGroup: '<LoadBalancerSecurityGroup.GroupId>',
    FileSystemId: '<FileSystem>',
    LogGroup: '<LogGroup>',
    ServiceName: '<Service.Name>',
  });
});

import { plan } from '../../infrastructure/controller/settings.mjs';
import { Deployed } from './deployed.ts';
import { isFargateSize } from './lint.ts';
import { granted } from './policy.ts';
import { SAMPLES } from './samples.ts';
import { at, block, list, readTemplate } from './template.ts';

const template = readTemplate('infrastructure/jenkins.yaml');
const { parameters, subnets } = SAMPLES.jenkins;
const CERTIFICATE = 'arn:aws:acm:ap-southeast-2:111122223333:certificate/1';
const GITHUB = 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:github-AbCdEf';
const deployed = (given: Readonly<Record<string, string>> = {}) => new Deployed(template, { ...parameters, ...given });
const stack = deployed();
const bare = deployed({ BareImage: 'true', ControllerImage: 'jenkins/jenkins:2.333', IngressCidr: '203.0.113.0/24' });
const ACCOUNT = 'ap-southeast-2:111122223333';

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
      HealthCheckPath: '/login',
      Matcher: { HttpCode: '200,403' },
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
    list(one.properties(id).SecurityGroupIngress).map((rule) => [
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
      list(stack.properties(id).SecurityGroupEgress).map((rule) => [
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

describe('JENKINS_HOME', () => {
  test('is encrypted, backed up, and does not run dry', () => {
    expect(stack.properties('FileSystem')).toMatchObject({
      Encrypted: true,
      ThroughputMode: 'elastic',
      PerformanceMode: 'generalPurpose',
      BackupPolicy: { Status: 'ENABLED' },
    });
  });

  test('stays when the stack goes', () => {
    const { DeletionPolicy, UpdateReplacePolicy } = block(stack.resources.get('FileSystem'));
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test('no way in without TLS, without an access point, or as root; no role is named that could be made anew', () => {
    const denied = list(at(stack.properties('FileSystem'), 'FileSystemPolicy', 'Statement'));
    expect(denied).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: [
          'elasticfilesystem:ClientMount',
          'elasticfilesystem:ClientWrite',
          'elasticfilesystem:ClientRootAccess',
        ],
        Resource: `arn:aws:elasticfilesystem:${ACCOUNT}:file-system/*`,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AccessPointsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Resource: `arn:aws:elasticfilesystem:${ACCOUNT}:file-system/*`,
        Condition: { Null: { 'elasticfilesystem:AccessPointArn': 'true' } },
      },
      {
        Sid: 'NoRoot',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'elasticfilesystem:ClientRootAccess',
        Resource: `arn:aws:elasticfilesystem:${ACCOUNT}:file-system/*`,
      },
    ]);
  });

  test('belongs to the user of the image, by an access point', () => {
    expect(stack.properties('AccessPoint')).toMatchObject({
      FileSystemId: '<FileSystem>',
      PosixUser: { Uid: '1000', Gid: '1000' },
      RootDirectory: {
        Path: '/jenkins_home',
        CreationInfo: { OwnerUid: '1000', OwnerGid: '1000', Permissions: '0755' },
      },
    });
  });

  test('is reached from both subnets, by the controller only', () => {
    const targets = [...stack.ofType('AWS::EFS::MountTarget').values()].map((one) => one.Properties);
    expect(targets).toEqual(
      ['subnet-1', 'subnet-2'].map((SubnetId) => ({
        FileSystemId: '<FileSystem>',
        SubnetId,
        SecurityGroups: ['<FileSystemSecurityGroup.GroupId>'],
      })),
    );
  });

  test('is mounted encrypted, by IAM', () => {
    expect(stack.properties('ControllerTask').Volumes).toEqual([
      {
        Name: 'jenkins-home',
        EFSVolumeConfiguration: {
          FilesystemId: '<FileSystem>',
          TransitEncryption: 'ENABLED',
          AuthorizationConfig: { AccessPointId: '<AccessPoint>', IAM: 'ENABLED' },
        },
      },
    ]);
    expect(at(stack.properties('ControllerTask'), 'ContainerDefinitions', 0, 'MountPoints')).toEqual([
      { SourceVolume: 'jenkins-home', ContainerPath: '/var/jenkins_home', ReadOnly: false },
    ]);
  });

  test('an earlier one is taken back, everywhere', () => {
    const back = deployed({ FileSystemId: 'fs-0123456789abcdef0' });
    expect(back.ofType('AWS::EFS::FileSystem').size).toBe(0);
    expect(JSON.stringify([...back.resources])).not.toContain('<FileSystem>');
    expect(back.properties('AccessPoint').FileSystemId).toBe('fs-0123456789abcdef0');
    expect(granted(back).find(({ sid }) => sid === 'MountHome')?.resources).toEqual([
      `arn:aws:elasticfilesystem:${ACCOUNT}:file-system/fs-0123456789abcdef0`,
    ]);
    expect(at(back.outputs, 'FileSystemId', 'Value')).toBe('fs-0123456789abcdef0');
  });
});

describe('task', () => {
  const task = stack.properties('ControllerTask');
  const container = block(at(task, 'ContainerDefinitions', 0));
  const names = (value: typeof container.Environment) => list(value).map((one) => at(one, 'Name'));

  test('is the one of the notes, on Fargate', () => {
    expect(task).toMatchObject({
      Family: 'jenkins',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '512',
      Memory: '2048',
      EphemeralStorage: { SizeInGiB: 30 },
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      TaskRoleArn: '<TaskRole.Arn>',
      ExecutionRoleArn: '<ExecutionRole.Arn>',
    });
    expect(container).toMatchObject({
      Name: 'jenkins-master',
      Image: parameters.ControllerImage,
      Essential: true,
      StopTimeout: 120,
      PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
    });
  });

  test('has no root, no privilege, no other command than the image', () => {
    for (const key of ['User', 'Privileged', 'EntryPoint', 'Command', 'LinuxParameters'])
      expect(container[key]).toBeUndefined();
  });

  test('tells the image what it needs to know', () => {
    const given = deployed({
      Executors: '0',
      AdminUser: 'root-of-all',
      LibraryRepository: 'https://github.com/acme/fargate-ci',
      LibraryVersion: 'v1',
      PipelineRepository: 'https://github.com/acme/shop',
    });
    expect(at(given.properties('ControllerTask'), 'ContainerDefinitions', 0, 'Environment')).toEqual([
      { Name: 'JENKINS_URL', Value: 'https://jenkins.example.com/' },
      { Name: 'EXECUTORS', Value: '0' },
      { Name: 'LIBRARY_REPOSITORY', Value: 'https://github.com/acme/fargate-ci' },
      { Name: 'LIBRARY_VERSION', Value: 'v1' },
      { Name: 'PIPELINE_REPOSITORY', Value: 'https://github.com/acme/shop' },
      { Name: 'ADMIN_USER', Value: 'root-of-all' },
      { Name: 'FARGATE_CI_PREFIX', Value: 'fargate-ci' },
      { Name: 'AWS_REGION', Value: 'ap-southeast-2' },
    ]);
  });

  test('the image takes what it is told, by default and with everything given', () => {
    for (const one of [
      stack,
      deployed({ PipelineRepository: 'https://github.com/acme/shop', GitHubSecretArn: GITHUB }),
    ]) {
      const told = block(at(one.properties('ControllerTask'), 'ContainerDefinitions', 0));
      const env = Object.fromEntries(
        list(told.Environment).map((pair) => [String(at(pair, 'Name')), String(at(pair, 'Value'))]),
      );
      const SECRETS: Readonly<Record<string, string>> = {
        ADMIN_PASSWORD: 'x'.repeat(Number(at(one.properties('AdminSecret'), 'GenerateSecretString', 'PasswordLength'))),
        GITHUB_CREDENTIAL: '{"token": "ghp_1"}',
      };
      const secrets = Object.fromEntries(names(told.Secrets).map((name) => [String(name), SECRETS[String(name)]]));
      expect(plan({ ...env, ...secrets }, '/dev/shm/fargate-ci').complaints).toEqual([]);
    }
  });

  test('gets its secrets from Secrets Manager, never as text', () => {
    expect(container.Secrets).toEqual([{ Name: 'ADMIN_PASSWORD', ValueFrom: '<AdminSecret>' }]);
    const github = deployed({ GitHubSecretArn: GITHUB }).properties('ControllerTask');
    expect(at(github, 'ContainerDefinitions', 0, 'Secrets')).toEqual([
      { Name: 'ADMIN_PASSWORD', ValueFrom: '<AdminSecret>' },
      { Name: 'GITHUB_CREDENTIAL', ValueFrom: GITHUB },
    ]);
    expect(
      names(container.Environment).filter((name) => /PASSWORD|TOKEN|SECRET|CREDENTIAL/.test(String(name))),
    ).toEqual([]);
    expect(stack.properties('AdminSecret').GenerateSecretString).toEqual({
      PasswordLength: 32,
      ExcludePunctuation: true,
    });
    expect(stack.properties('AdminSecret').SecretString).toBeUndefined();
  });

  test("logs into the stack's own group, which ends its logs, and does not wait for it", () => {
    expect(stack.properties('LogGroup')).toEqual({ LogGroupName: '/ecs/jenkins', RetentionInDays: 90 });
    expect(container.LogConfiguration).toEqual({
      LogDriver: 'awslogs',
      Options: {
        'awslogs-group': '<LogGroup>',
        'awslogs-region': 'ap-southeast-2',
        'awslogs-stream-prefix': 'jenkins',
        mode: 'non-blocking',
        'max-buffer-size': '25m',
      },
    });
  });

  test('with another prefix has names of its own, which no builder may register', () => {
    const other = deployed({ Prefix: 'team' });
    expect(other.properties('LogGroup').LogGroupName).toBe('/ecs/jenkins-team');
    expect(other.properties('ControllerTask').Family).toBe('jenkins-team');
  });

  test('a bare image gets no configuration and no secret', () => {
    const plain = block(at(bare.properties('ControllerTask'), 'ContainerDefinitions', 0));
    expect(plain.Image).toBe('jenkins/jenkins:2.333');
    expect(plain.Environment).toEqual([
      {
        Name: 'JAVA_OPTS',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Jenkins' own variable
        Value: '-XX:MaxRAMPercentage=50 -Djenkins.model.Jenkins.workspacesDir=/tmp/workspaces/${ITEM_FULL_NAME}',
      },
      { Name: 'FARGATE_CI_PREFIX', Value: 'fargate-ci' },
      { Name: 'AWS_REGION', Value: 'ap-southeast-2' },
    ]);
    expect(plain.Secrets).toBeUndefined();
    expect(bare.ofType('AWS::SecretsManager::Secret').size).toBe(0);
    expect(granted(bare).filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))).toEqual([]);
    expect(bare.outputs.AdminSecretArn).toBeUndefined();
  });
});

describe('service: one controller at a time', () => {
  const service = stack.properties('Service');
  for (const [what, path, value] of [
    ['one', ['DesiredCount'], 1],
    ['the old one goes first', ['DeploymentConfiguration', 'MinimumHealthyPercent'], 0],
    ['never a second one', ['DeploymentConfiguration', 'MaximumPercent'], 100],
    ['none beside it to balance zones', ['AvailabilityZoneRebalancing'], 'DISABLED'],
    [
      'a version that does not start is taken back',
      ['DeploymentConfiguration', 'DeploymentCircuitBreaker'],
      { Enable: true, Rollback: true },
    ],
    ['time to start', ['HealthCheckGracePeriodSeconds'], 600],
    ['a name that CloudFormation will not replace', ['ServiceName'], 'jenkins'],
    ['on Fargate', ['LaunchType'], 'FARGATE'],
    ['of the newest platform, which EFS needs', ['PlatformVersion'], 'LATEST'],
    ['reaches the internet', ['NetworkConfiguration', 'AwsvpcConfiguration', 'AssignPublicIp'], 'ENABLED'],
    ['where its file system is', ['NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'], ['subnet-1', 'subnet-2']],
    [
      'in its group',
      ['NetworkConfiguration', 'AwsvpcConfiguration', 'SecurityGroups'],
      ['<ControllerSecurityGroup.GroupId>'],
    ],
    ['no shell into it', ['EnableExecuteCommand'], undefined],
  ] as const) {
    test(what, () => expect(at(service, ...path)).toEqual(value));
  }

  test('behind the load balancer, after its rule and its file system', () => {
    expect(service.LoadBalancers).toEqual([
      { ContainerName: 'jenkins-master', ContainerPort: 8080, TargetGroupArn: '<ControllerTargetGroup>' },
    ]);
    expect(at(stack.resources.get('Service'), 'DependsOn')).toEqual(['ControllerRule', 'MountTarget1', 'MountTarget2']);
  });
});

describe('roles', () => {
  const full = granted(
    deployed({ GitHubSecretArn: GITHUB, SecretsKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/1' }),
  );
  const of = (where: string) => full.filter((one) => one.where === where);

  test('the controller has the caller policy, its home, and not its own service', () => {
    expect(stack.properties('TaskRole').ManagedPolicyArns).toEqual([parameters.CallerPolicyArn]);
    expect(of('TaskRole')).toEqual([
      {
        where: 'TaskRole',
        sid: 'MountHome',
        effect: 'Allow',
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: ['<FileSystem.Arn>'],
        condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': '<AccessPoint.Arn>' } },
      },
      {
        where: 'TaskRole',
        sid: 'NeverItself',
        effect: 'Deny',
        actions: ['ecs:CreateService', 'ecs:StopServiceDeployment', 'ecs:UpdateService'],
        resources: [
          `arn:aws:ecs:${ACCOUNT}:service/fargate-ci/jenkins`,
          `arn:aws:ecs:${ACCOUNT}:service-deployment/fargate-ci/jenkins/*`,
        ],
        condition: undefined,
      },
    ]);
  });

  for (const [action, resources] of [
    ['ecr:GetAuthorizationToken', ['*']],
    ['ecr:BatchGetImage', [`arn:aws:ecr:${ACCOUNT}:repository/fargate-ci/*`]],
    ['logs:PutLogEvents', [`arn:aws:logs:${ACCOUNT}:log-group:<LogGroup>:log-stream:*`]],
    ['secretsmanager:GetSecretValue', ['<AdminSecret>', GITHUB]],
    ['kms:Decrypt', ['arn:aws:kms:ap-southeast-2:111122223333:key/1']],
  ] as const) {
    test(`to start it: ${action}`, () => {
      const found = of('ExecutionRole').filter(({ actions }) => actions.includes(action));
      expect(found.map((one) => one.resources)).toEqual([resources]);
    });
  }

  test('to start it no more than that', () => {
    expect(
      of('ExecutionRole')
        .flatMap(({ actions }) => actions)
        .sort(),
    ).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    expect(stack.properties('ExecutionRole').ManagedPolicyArns).toBeUndefined();
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

describe('bad input is refused before anything is created', () => {
  for (const [what, given, word] of [
    ['a subnet of another VPC', { Subnets: 'subnet-1,subnet-9' }, 'VpcId'],
    ['a subnet that is not there', { Subnets: 'subnet-1,subnet-404' }, 'VpcId'],
    ['a size that Fargate lacks', { Cpu: '1024', Memory: '1024' }, 'Cpu 1024'],
    ['no library', { LibraryRepository: '' }, 'LibraryRepository'],
    ['an old Jenkins for the whole internet', { BareImage: 'true' }, 'IngressCidr'],
  ] as const) {
    test(what, () => expect(deployed(given).refusals(subnets)).toEqual([expect.stringContaining(word)]));
  }

  test('and every size that Fargate has is taken', () => {
    const allowed = (name: string) => list(at(template.root, 'Parameters', name, 'AllowedValues')).map(String);
    const pairs = allowed('Cpu').flatMap((Cpu) => allowed('Memory').map((Memory) => ({ Cpu, Memory })));
    const good = pairs.filter(({ Cpu, Memory }) => isFargateSize(Number(Cpu), Number(Memory)));
    expect(good.length).toBeGreaterThan(15);
    expect(pairs.filter((pair) => deployed(pair).refusals(subnets).length === 0)).toEqual(good);
  });

  test('one subnet only', () =>
    expect(() => deployed({ Subnets: 'subnet-1' })).toThrow('nonexistent value at index 1'));

  for (const [parameter, value, good] of [
    ['Host', 'jenkins.example.com', true],
    ['Host', 'https://jenkins.example.com', false],
    ['Host', 'jenkins', false],
    ['Host', 'Jenkins.Example.com', false],
    ['Host', 'jenkins..example.com', false],
    ['HostedZoneId', 'example.com', false],
    ['CertificateArn', CERTIFICATE, true],
    ['CertificateArn', 'arn:aws:iam::111122223333:server-certificate/x', false],
    ['IngressCidr', '203.0.113.7/32', true],
    ['IngressCidr', '203.0.113.7', false],
    ['IngressCidr', '203.0.113.7/33', false],
    ['Cluster', 'arn:aws:ecs:ap-southeast-2:111122223333:cluster/x', false],
    ['LibraryRepository', 'https://github.com/acme/fargate-ci.git', true],
    ['LibraryRepository', 'https://user:secret@github.com/acme/fargate-ci', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what JCasC would resolve
    ['LibraryRepository', 'https://github.com/${ADMIN_PASSWORD}', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what JCasC would resolve
    ['LibraryVersion', '${ADMIN_PASSWORD}', false],
    ['AdminUser', 'a b', false],
    ['GitHubSecretArn', GITHUB, true],
    ['GitHubSecretArn', 'github', false],
    ['FileSystemId', 'fs-0123456789abcdef0', true],
    ['FileSystemId', 'vol-1', false],
    ['CallerPolicyArn', '', false],
    ['ControllerImage', '', false],
  ] as const) {
    test(`${parameter} "${value}" is ${good ? 'taken' : 'refused'}`, () => {
      const pattern = block(at(template.root, 'Parameters', parameter)).AllowedPattern;
      expect(new RegExp(String(pattern)).test(value)).toBe(good);
    });
  }
});

import { FLAG_VARIABLES } from '../../helper/src/kaniko/feature-flags.ts';
import { kebabCase, settingsCatalogue } from '../../helper/src/settings/catalogue.ts';
import {
  allParameters,
  BUILDER_ACCOUNT,
  builderTemplate,
  fullStack,
  granting,
  leastStack,
  requiredParameters,
} from './builder-stack.ts';
import { Deployed } from './deployed.ts';
import { at, block, valuesOfList } from './template.ts';

describe('context bucket', () => {
  const bucket = leastStack.properties('ContextBucket');
  for (const [what, path, value] of [
    [
      'is closed to the public',
      ['PublicAccessBlockConfiguration'],
      { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    ],
    ['has one owner', ['OwnershipControls', 'Rules', 0, 'ObjectOwnership'], 'BucketOwnerEnforced'],
    [
      'is encrypted',
      ['BucketEncryption', 'ServerSideEncryptionConfiguration', 0, 'ServerSideEncryptionByDefault', 'SSEAlgorithm'],
      'AES256',
    ],
    ['keeps no versions', ['VersioningConfiguration'], undefined],
    [
      'expires contexts',
      ['LifecycleConfiguration', 'Rules', 0],
      { Id: 'expire-contexts', Status: 'Enabled', Prefix: 'contexts/', ExpirationInDays: 14 },
    ],
    [
      'aborts uploads, wherever they are',
      ['LifecycleConfiguration', 'Rules', 1],
      { Id: 'abort-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ],
  ] as const) {
    test(what, () => expect(at(bucket, ...path)).toEqual(value));
  }

  test('survives the stack, which could not delete it while it holds objects', () => {
    const { DeletionPolicy, UpdateReplacePolicy } = block(leastStack.resources.get('ContextBucket'));
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test('refuses all that comes without TLS', () => {
    expect(leastStack.properties('ContextBucketPolicy').Bucket).toBe('<ContextBucket>');
    expect(at(leastStack.properties('ContextBucketPolicy'), 'PolicyDocument', 'Statement')).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['<ContextBucket.Arn>', '<ContextBucket.Arn>/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });
});

describe('ECR', () => {
  for (const [id, prefix, rule] of [
    ['ImageTemplate', 'fargate-ci/', { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 500 }],
    [
      'CacheTemplate',
      'fargate-ci/cache/',
      { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
    ],
  ] as const) {
    test(`${id} applies to pushes below ${prefix}`, () => {
      const properties = leastStack.properties(id);
      expect(properties.Prefix).toBe(prefix);
      expect(valuesOfList(properties.AppliedFor)).toContain('CREATE_ON_PUSH');
      expect(properties.ImageTagMutability).toBe('MUTABLE');
      expect(properties.EncryptionConfiguration).toEqual({ EncryptionType: 'AES256' });
    });
    test(`${id} has one lifecycle rule, and none by untagged age`, () => {
      const policy: unknown = JSON.parse(String(leastStack.properties(id).LifecyclePolicy));
      expect(policy).toEqual({
        rules: [{ rulePriority: 1, description: expect.any(String), selection: rule, action: { type: 'expire' } }],
      });
    });
  }

  test('without templates, the helper is told to create repositories', () => {
    const local = new Deployed(builderTemplate, { ...requiredParameters, RepositoryTemplates: 'false' });
    expect(local.ofType('AWS::ECR::RepositoryCreationTemplate').size).toBe(0);
    expect(local.settings()['/fargate-ci/create-on-push']).toBe('false');
    expect(leastStack.settings()['/fargate-ci/create-on-push']).toBe('true');
  });

  test('images are scanned where the registry is ours to set', () => {
    expect(leastStack.resources.has('ImageScanning')).toBe(false);
    expect(
      new Deployed(builderTemplate, { ...requiredParameters, ScanImages: 'true' }).properties('ImageScanning'),
    ).toEqual({
      ScanType: 'BASIC',
      Rules: [
        {
          ScanFrequency: 'SCAN_ON_PUSH',
          RepositoryFilters: [{ Filter: 'fargate-ci/*', FilterType: 'WILDCARD' }],
        },
      ],
    });
  });

  test('a pull-through cache only on demand; kaniko is then sent to it', () => {
    expect(leastStack.ofType('AWS::ECR::PullThroughCacheRule').size).toBe(0);
    expect(fullStack.properties('DockerHubCache')).toEqual({
      EcrRepositoryPrefix: 'fargate-ci/docker-hub',
      UpstreamRegistry: 'docker-hub',
      UpstreamRegistryUrl: 'registry-1.docker.io',
      CredentialArn: allParameters.DockerHubSecretArn,
    });
    expect(fullStack.properties('ImageTemplate').AppliedFor).toEqual(['CREATE_ON_PUSH', 'PULL_THROUGH_CACHE']);
    expect(fullStack.settings()['/fargate-ci/kaniko-args']).toBe(
      '--registry-map=index.docker.io=111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/docker-hub --verbosity=debug',
    );
    expect(granting('BuilderTaskRole', 'ecr:BatchImportUpstreamImage')[0]?.resources).toEqual([
      `arn:aws:ecr:${BUILDER_ACCOUNT}:repository/fargate-ci/docker-hub/*`,
    ]);
  });
});

describe('cluster, logs, network', () => {
  test('the cluster offers Fargate and Spot', () => {
    expect(leastStack.properties('Cluster')).toMatchObject({
      ClusterName: 'fargate-ci',
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
    });
  });

  test('every log group ends its logs', () => {
    const groups = [...leastStack.ofType('AWS::Logs::LogGroup').values()].map((one) => one.Properties);
    expect(groups).toEqual([
      { LogGroupName: '/fargate-ci/builds', RetentionInDays: 90 },
      { LogGroupName: '/fargate-ci/apps', RetentionInDays: 90 },
    ]);
  });

  test('nothing reaches a build', () => {
    expect(fullStack.properties('BuilderSecurityGroup').SecurityGroupIngress).toEqual([]);
  });

  test('an app is open on its port for those who were named, by default for nobody', () => {
    expect(leastStack.properties('AppSecurityGroup').SecurityGroupIngress).toEqual([]);
    expect(fullStack.properties('AppSecurityGroup').SecurityGroupIngress).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.0.0/8' },
    ]);
  });
});

describe("kaniko's task definition", () => {
  const task = leastStack.properties('KanikoTask');
  const container = block(at(task, 'ContainerDefinitions', 0));

  test('has the sizes and the place of a build', () => {
    expect(task).toMatchObject({
      Family: 'fargate-ci-kaniko',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '2048',
      Memory: '8192',
      EphemeralStorage: { SizeInGiB: 40 },
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      TaskRoleArn: '<BuilderTaskRole.Arn>',
      ExecutionRoleArn: '<BuilderExecutionRole.Arn>',
    });
  });

  test('runs kaniko as it needs to be run', () => {
    expect(container).toMatchObject({
      Name: 'kaniko',
      Essential: true,
      Image: 'ghcr.io/osscontainertools/kaniko:v1.28.3',
    });
    expect(Number(container.StopTimeout)).toBeLessThanOrEqual(120);
    for (const harmful of ['User', 'EntryPoint', 'LinuxParameters', 'Secrets'])
      expect(container[harmful]).toBeUndefined();
    expect(container.ReadonlyRootFilesystem).toBe(false);
    expect(container.Environment).toEqual([
      { Name: 'AWS_ECR_CACHE_DIR', Value: '/kaniko/.ecr' },
      { Name: 'AWS_REGION', Value: 'ap-southeast-2' },
      { Name: 'GOMEMLIMIT', Value: '6144MiB' },
      ...FLAG_VARIABLES.map((name) => ({ Name: name, Value: 'true' })),
    ]);
  });

  test('loses no line of the log', () => {
    expect(container.LogConfiguration).toEqual({
      LogDriver: 'awslogs',
      Options: {
        'awslogs-group': '<BuildLogGroup>',
        'awslogs-region': 'ap-southeast-2',
        'awslogs-stream-prefix': 'build',
        mode: 'blocking',
      },
    });
  });
});

describe('settings', () => {
  for (const [name, value] of [
    ['cluster', '<Cluster>'],
    ['bucket', '<ContextBucket>'],
    ['registry', '111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci'],
    ['cache-registry', '111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/cache'],
    ['create-on-push', 'true'],
    ['builder-family', 'fargate-ci-kaniko'],
    ['subnets', 'subnet-1,subnet-2'],
    ['builder-security-groups', '<BuilderSecurityGroup.GroupId>'],
    ['public-ip', 'ENABLED'],
    ['kaniko-args', undefined],
    ['app-subnets', 'subnet-1,subnet-2'],
    ['app-security-groups', '<AppSecurityGroup.GroupId>'],
    ['app-public-ip', 'ENABLED'],
    ['app-execution-role', '<AppExecutionRole.Arn>'],
    ['app-log-group', '<AppLogGroup>'],
  ] as const) {
    test(`/fargate-ci/${name}`, () => expect(leastStack.settings()[`/fargate-ci/${name}`]).toBe(value));
  }

  test('each is one that the helper reads, and each that it reads is here, save the task role, which apps choose', () => {
    const names = Object.keys(fullStack.settings()).map((name) => name.replace('/fargate-ci/', ''));
    expect([...names, 'app-task-role'].sort()).toEqual(Object.keys(settingsCatalogue).map(kebabCase).sort());
  });

  test('another registry, other subnets and addresses for apps, other prefix', () => {
    const other = new Deployed(builderTemplate, {
      ...requiredParameters,
      Prefix: 'team',
      Registry: 'docker.io/acme',
      AppSubnets: 'subnet-8,subnet-9',
      AppPublicIp: 'DISABLED',
    });
    expect(other.settings()).toMatchObject({
      '/team/registry': 'docker.io/acme',
      '/team/cache-registry': 'docker.io/acme/cache',
      '/team/app-subnets': 'subnet-8,subnet-9',
      '/team/app-public-ip': 'DISABLED',
      '/team/public-ip': 'ENABLED',
    });
    const cached = new Deployed(builderTemplate, {
      ...requiredParameters,
      Registry: 'docker.io/acme',
      CacheRegistry: 'docker.io/acme-cache',
    });
    expect(cached.settings()['/fargate-ci/cache-registry']).toBe('docker.io/acme-cache');
  });
});

describe('parameters', () => {
  for (const [prefix, good] of [
    ['fargate-ci', true],
    ['t1', true],
    ['awsome', false],
    ['ssm-x', false],
    ['Upper', false],
    ['a--b', false],
    ['a-', false],
    ['1a', false],
  ] as const) {
    test(`prefix ${prefix} is ${good ? 'taken' : 'refused'}`, () => {
      expect(new RegExp(String(at(builderTemplate.root, 'Parameters', 'Prefix', 'AllowedPattern'))).test(prefix)).toBe(
        good,
      );
    });
  }
});

import { FLAG_VARIABLES } from '../../helper/src/kaniko/feature-flags.ts';
import { kebabCase, settingsCatalogue } from '../../helper/src/settings/catalogue.ts';
import { Deployed } from './deployed.ts';
import { granted as grantedBy, type Statement, WITHOUT_RESOURCE } from './policy.ts';
import { at, block, readTemplate, valuesOfList } from './template.ts';

const template = readTemplate('infrastructure/builder.yaml');
const required = { VpcId: 'vpc-1', Subnets: 'subnet-1,subnet-2' };
const everything = {
  ...required,
  AppCidr: '10.0.0.0/8',
  KanikoArgs: '--verbosity=debug',
  SecretsKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/1',
  DockerHubSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf',
};
const stack = new Deployed(template, required);
const full = new Deployed(template, everything);
const ACCOUNT = 'ap-southeast-2:111122223333';
const REPOSITORIES = `arn:aws:ecr:${ACCOUNT}:repository/fargate-ci/*`;

/** Every statement that allows something: the roles' policies and the caller's. */
const granted = grantedBy(full);
const granting = (where: string, action: string): Statement[] =>
  granted.filter((one) => one.where === where && one.actions.includes(action));
const actionsOf = (where: string): string[] =>
  granted
    .filter((one) => one.where === where)
    .flatMap((one) => one.actions)
    .sort();

describe('context bucket', () => {
  const bucket = stack.properties('ContextBucket');
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
    const { DeletionPolicy, UpdateReplacePolicy } = block(stack.resources.get('ContextBucket'));
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test('refuses all that comes without TLS', () => {
    expect(stack.properties('ContextBucketPolicy').Bucket).toBe('<ContextBucket>');
    expect(at(stack.properties('ContextBucketPolicy'), 'PolicyDocument', 'Statement')).toEqual([
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
      const properties = stack.properties(id);
      expect(properties.Prefix).toBe(prefix);
      expect(valuesOfList(properties.AppliedFor)).toContain('CREATE_ON_PUSH');
      expect(properties.ImageTagMutability).toBe('MUTABLE');
      expect(properties.EncryptionConfiguration).toEqual({ EncryptionType: 'AES256' });
    });
    test(`${id} has one lifecycle rule, and none by untagged age`, () => {
      const policy: unknown = JSON.parse(String(stack.properties(id).LifecyclePolicy));
      expect(policy).toEqual({
        rules: [{ rulePriority: 1, description: expect.any(String), selection: rule, action: { type: 'expire' } }],
      });
    });
  }

  test('without templates, the helper is told to create repositories', () => {
    const local = new Deployed(template, { ...required, RepositoryTemplates: 'false' });
    expect(local.ofType('AWS::ECR::RepositoryCreationTemplate').size).toBe(0);
    expect(local.settings()['/fargate-ci/create-on-push']).toBe('false');
    expect(stack.settings()['/fargate-ci/create-on-push']).toBe('true');
  });

  test('images are scanned where the registry is ours to set', () => {
    expect(stack.resources.has('ImageScanning')).toBe(false);
    expect(new Deployed(template, { ...required, ScanImages: 'true' }).properties('ImageScanning')).toEqual({
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
    expect(stack.ofType('AWS::ECR::PullThroughCacheRule').size).toBe(0);
    expect(full.properties('DockerHubCache')).toEqual({
      EcrRepositoryPrefix: 'fargate-ci/docker-hub',
      UpstreamRegistry: 'docker-hub',
      UpstreamRegistryUrl: 'registry-1.docker.io',
      CredentialArn: everything.DockerHubSecretArn,
    });
    expect(full.properties('ImageTemplate').AppliedFor).toEqual(['CREATE_ON_PUSH', 'PULL_THROUGH_CACHE']);
    expect(full.settings()['/fargate-ci/kaniko-args']).toBe(
      '--registry-map=index.docker.io=111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/docker-hub --verbosity=debug',
    );
    expect(granting('BuilderTaskRole', 'ecr:BatchImportUpstreamImage')[0]?.resources).toEqual([
      `arn:aws:ecr:${ACCOUNT}:repository/fargate-ci/docker-hub/*`,
    ]);
  });
});

describe('cluster, logs, network', () => {
  test('the cluster offers Fargate and Spot', () => {
    expect(stack.properties('Cluster')).toMatchObject({
      ClusterName: 'fargate-ci',
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
    });
  });

  test('every log group ends its logs', () => {
    const groups = [...stack.ofType('AWS::Logs::LogGroup').values()].map((one) => one.Properties);
    expect(groups).toEqual([
      { LogGroupName: '/fargate-ci/builds', RetentionInDays: 90 },
      { LogGroupName: '/fargate-ci/apps', RetentionInDays: 90 },
    ]);
  });

  test('nothing reaches a build', () => {
    expect(full.properties('BuilderSecurityGroup').SecurityGroupIngress).toEqual([]);
  });

  test('an app is open on its port for those who were named, by default for nobody', () => {
    expect(stack.properties('AppSecurityGroup').SecurityGroupIngress).toEqual([]);
    expect(full.properties('AppSecurityGroup').SecurityGroupIngress).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.0.0/8' },
    ]);
  });
});

describe("kaniko's task definition", () => {
  const task = stack.properties('KanikoTask');
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

describe('policies', () => {
  const roles = [...full.ofType('AWS::IAM::Role')];

  test('"*" as resource only where IAM knows no other', () => {
    const wide = granted.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    expect([...new Set(wide)].sort()).toEqual(WITHOUT_RESOURCE);
    expect(granting('CallerPolicy', 'ecs:ListTasks')[0]?.condition).toEqual({
      ArnEquals: { 'ecs:cluster': '<Cluster.Arn>' },
    });
  });

  test('the caller policy has the path of the prefix', () => {
    expect(stack.properties('CallerPolicy').Path).toBe('/fargate-ci/');
  });

  test('roles have what is written here and no managed policy', () => {
    for (const [, role] of roles) expect(at(role, 'Properties', 'ManagedPolicyArns')).toBeUndefined();
  });

  for (const [where, action, resources] of [
    ['BuilderTaskRole', 's3:GetObject', ['<ContextBucket.Arn>/contexts/*.tar.gz']],
    ['BuilderTaskRole', 'ecr:PutImage', [REPOSITORIES]],
    ['BuilderTaskRole', 'ecr:CreateRepository', [REPOSITORIES]],
    ['BuilderExecutionRole', 'ecr:BatchGetImage', [REPOSITORIES]],
    [
      'BuilderExecutionRole',
      'logs:PutLogEvents',
      [`arn:aws:logs:${ACCOUNT}:log-group:/fargate-ci/builds:log-stream:*`],
    ],
    [
      'BuilderExecutionRole',
      'secretsmanager:GetSecretValue',
      [
        `arn:aws:secretsmanager:${ACCOUNT}:secret:fargate-ci/build/*`,
        `arn:aws:ssm:${ACCOUNT}:parameter/fargate-ci/build/*`,
      ],
    ],
    [
      'AppExecutionRole',
      'ssm:GetParameters',
      [
        `arn:aws:secretsmanager:${ACCOUNT}:secret:fargate-ci/app/*`,
        `arn:aws:ssm:${ACCOUNT}:parameter/fargate-ci/app/*`,
      ],
    ],
    [
      'AppExecutionRole',
      'logs:PutLogEvents',
      [
        `arn:aws:logs:${ACCOUNT}:log-group:/fargate-ci/apps:log-stream:*`,
        `arn:aws:logs:${ACCOUNT}:log-group:/fargate-ci/apps/*:log-stream:*`,
      ],
    ],
    ['CallerPolicy', 'ecs:RunTask', [`arn:aws:ecs:${ACCOUNT}:task-definition/fargate-ci-kaniko*:*`]],
    ['CallerPolicy', 'ecs:RegisterTaskDefinition', [`arn:aws:ecs:${ACCOUNT}:task-definition/fargate-ci-*:*`]],
    ['CallerPolicy', 'ecs:StopTask', [`arn:aws:ecs:${ACCOUNT}:task/<Cluster>/*`]],
    ['CallerPolicy', 'ecs:UpdateService', [`arn:aws:ecs:${ACCOUNT}:service/<Cluster>/*`]],
    [
      'CallerPolicy',
      'ecs:StopServiceDeployment',
      [`arn:aws:ecs:${ACCOUNT}:service/<Cluster>/*`, `arn:aws:ecs:${ACCOUNT}:service-deployment/<Cluster>/*`],
    ],
    [
      'CallerPolicy',
      'ssm:GetParametersByPath',
      [`arn:aws:ssm:${ACCOUNT}:parameter/fargate-ci`, `arn:aws:ssm:${ACCOUNT}:parameter/fargate-ci/*`],
    ],
    ['CallerPolicy', 's3:PutObject', ['<ContextBucket.Arn>/contexts/*']],
    ['CallerPolicy', 'ecr:DescribeImages', [REPOSITORIES]],
    [
      'CallerPolicy',
      'iam:PassRole',
      [
        '<BuilderTaskRole.Arn>',
        '<BuilderExecutionRole.Arn>',
        '<AppExecutionRole.Arn>',
        'arn:aws:iam::111122223333:role/fargate-ci/app/*',
      ],
    ],
  ] as const) {
    test(`${where}: ${action}`, () => expect(granting(where, action).map((one) => one.resources)).toEqual([resources]));
  }

  test('builds run in this cluster, roles go to tasks, keys open through the services that hold secrets', () => {
    expect(granting('CallerPolicy', 'ecs:RunTask')[0]?.condition).toEqual({
      ArnEquals: { 'ecs:cluster': '<Cluster.Arn>' },
    });
    expect(granting('CallerPolicy', 'iam:PassRole')[0]?.condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    });
    for (const role of ['BuilderExecutionRole', 'AppExecutionRole']) {
      expect(at(granting(role, 'kms:Decrypt')[0]?.condition, 'StringEquals', 'kms:ViaService')).toHaveLength(2);
    }
  });

  test('what a RUN can do with the task role is this and no more', () => {
    expect(actionsOf('BuilderTaskRole')).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:BatchImportUpstreamImage',
      'ecr:CompleteLayerUpload',
      'ecr:CreateRepository',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
      's3:GetObject',
    ]);
  });

  test('the caller policy fits the 6,144 characters of a managed policy, with the longest prefix', () => {
    const SecretsKeyArn = `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${'0'.repeat(36)}`;
    const long = new Deployed(template, { ...required, Prefix: 'p'.repeat(32), SecretsKeyArn });
    const text = JSON.stringify(long.properties('CallerPolicy').PolicyDocument)
      .replaceAll('<Cluster>', 'p'.repeat(32))
      .replace(/<[A-Za-z]+\.Arn>/g, 'a'.repeat(140));
    expect(text.length).toBeLessThanOrEqual(6144);
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
    test(`/fargate-ci/${name}`, () => expect(stack.settings()[`/fargate-ci/${name}`]).toBe(value));
  }

  test('each is one that the helper reads, and each that it reads is here, save the task role, which apps choose', () => {
    const names = Object.keys(full.settings()).map((name) => name.replace('/fargate-ci/', ''));
    expect([...names, 'app-task-role'].sort()).toEqual(Object.keys(settingsCatalogue).map(kebabCase).sort());
  });

  test('another registry, other subnets and addresses for apps, other prefix', () => {
    const other = new Deployed(template, {
      ...required,
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
    const cached = new Deployed(template, {
      ...required,
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
      expect(new RegExp(String(at(template.root, 'Parameters', 'Prefix', 'AllowedPattern'))).test(prefix)).toBe(good);
    });
  }
});

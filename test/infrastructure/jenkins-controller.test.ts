import { plan } from '../../infrastructure/controller/settings.mjs';
import { ACCOUNT, bare, deployed, GITHUB, parameters, stack } from './jenkins.ts';
import { granted } from './policy.ts';
import { at, block, valuesOfList } from './template.ts';

describe('task', () => {
  const task = stack.properties('ControllerTask');
  const container = block(at(task, 'ContainerDefinitions', 0));
  const names = (value: typeof container.Environment) => valuesOfList(value).map((one) => at(one, 'Name'));

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
        valuesOfList(told.Environment).map((pair) => [String(at(pair, 'Name')), String(at(pair, 'Value'))]),
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
    expect(stack.resources.get('AdminSecret')).toMatchObject({
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
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
    ['in the cluster of the builder', ['Cluster'], parameters.Cluster],
    ['with its task', ['TaskDefinition'], '<ControllerTask>'],
    ['its tasks have its tags', ['PropagateTags'], 'SERVICE'],
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

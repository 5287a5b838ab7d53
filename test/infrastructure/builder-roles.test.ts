import {
  BUILDER_ACCOUNT,
  builderStatements,
  builderTemplate,
  fullStack,
  granting,
  leastStack,
  requiredParameters,
} from './builder-stack.ts';
import { Deployed } from './deployed.ts';
import { WITHOUT_RESOURCE } from './policy.ts';
import { at } from './template.ts';

const REPOSITORIES = `arn:aws:ecr:${BUILDER_ACCOUNT}:repository/fargate-ci/*`;

const actionsOf = (where: string): string[] =>
  builderStatements
    .filter((one) => one.where === where)
    .flatMap((one) => one.actions)
    .sort();

describe('policies', () => {
  const roles = [...fullStack.ofType('AWS::IAM::Role')];

  test('"*" as resource only where IAM knows no other', () => {
    const wide = builderStatements.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    expect([...new Set(wide)].sort()).toEqual(WITHOUT_RESOURCE);
    expect(granting('CallerPolicy', 'ecs:ListTasks')[0]?.condition).toEqual({
      ArnEquals: { 'ecs:cluster': '<Cluster.Arn>' },
    });
  });

  test('the caller policy has the path of the prefix', () => {
    expect(leastStack.properties('CallerPolicy').Path).toBe('/fargate-ci/');
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
      [`arn:aws:logs:${BUILDER_ACCOUNT}:log-group:/fargate-ci/builds:log-stream:*`],
    ],
    [
      'BuilderExecutionRole',
      'secretsmanager:GetSecretValue',
      [
        `arn:aws:secretsmanager:${BUILDER_ACCOUNT}:secret:fargate-ci/build/*`,
        `arn:aws:ssm:${BUILDER_ACCOUNT}:parameter/fargate-ci/build/*`,
      ],
    ],
    [
      'AppExecutionRole',
      'ssm:GetParameters',
      [
        `arn:aws:secretsmanager:${BUILDER_ACCOUNT}:secret:fargate-ci/app/*`,
        `arn:aws:ssm:${BUILDER_ACCOUNT}:parameter/fargate-ci/app/*`,
      ],
    ],
    [
      'AppExecutionRole',
      'logs:PutLogEvents',
      [
        `arn:aws:logs:${BUILDER_ACCOUNT}:log-group:/fargate-ci/apps:log-stream:*`,
        `arn:aws:logs:${BUILDER_ACCOUNT}:log-group:/fargate-ci/apps/*:log-stream:*`,
      ],
    ],
    ['CallerPolicy', 'ecs:RunTask', [`arn:aws:ecs:${BUILDER_ACCOUNT}:task-definition/fargate-ci-kaniko*:*`]],
    ['CallerPolicy', 'ecs:RegisterTaskDefinition', [`arn:aws:ecs:${BUILDER_ACCOUNT}:task-definition/fargate-ci-*:*`]],
    ['CallerPolicy', 'ecs:StopTask', [`arn:aws:ecs:${BUILDER_ACCOUNT}:task/<Cluster>/*`]],
    ['CallerPolicy', 'ecs:UpdateService', [`arn:aws:ecs:${BUILDER_ACCOUNT}:service/<Cluster>/*`]],
    [
      'CallerPolicy',
      'ecs:StopServiceDeployment',
      [
        `arn:aws:ecs:${BUILDER_ACCOUNT}:service/<Cluster>/*`,
        `arn:aws:ecs:${BUILDER_ACCOUNT}:service-deployment/<Cluster>/*`,
      ],
    ],
    [
      'CallerPolicy',
      'ssm:GetParametersByPath',
      [`arn:aws:ssm:${BUILDER_ACCOUNT}:parameter/fargate-ci`, `arn:aws:ssm:${BUILDER_ACCOUNT}:parameter/fargate-ci/*`],
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
    const long = new Deployed(builderTemplate, { ...requiredParameters, Prefix: 'p'.repeat(32), SecretsKeyArn });
    const text = JSON.stringify(long.properties('CallerPolicy').PolicyDocument)
      .replaceAll('<Cluster>', 'p'.repeat(32))
      .replace(/<[A-Za-z]+\.Arn>/g, 'a'.repeat(140));
    expect(text.length).toBeLessThanOrEqual(6144);
  });
});

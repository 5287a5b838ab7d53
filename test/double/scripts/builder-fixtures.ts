import type { JsonObject } from '../json-values.ts';
import type { State } from '../state/state.ts';

/** The task definition that the builder stack registers for kaniko. */
export function kanikoDefinition(prefix = 'fargate-ci'): JsonObject {
  return {
    family: `${prefix}-kaniko`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '2048',
    memory: '8192',
    executionRoleArn: `arn:aws:iam::172173733067:role/${prefix}-kaniko-execution`,
    taskRoleArn: `arn:aws:iam::172173733067:role/${prefix}-kaniko-task`,
    containerDefinitions: [
      {
        name: 'kaniko',
        image: 'ghcr.io/osscontainertools/kaniko:v1.28.3',
        essential: true,
        environment: [{ name: 'AWS_REGION', value: 'ap-southeast-2' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': `/${prefix}/kaniko`,
            'awslogs-region': 'ap-southeast-2',
            'awslogs-stream-prefix': 'build',
            mode: 'blocking',
          },
        },
      },
    ],
  };
}

/** Makes everything that the builder stack makes: cluster, bucket, kaniko's task definition, log groups, parameters. */
export function seedBuilder(state: State, prefix = 'fargate-ci'): void {
  const { account, region } = state.place;
  state.ecs.createCluster(prefix);
  state.ecs.taskDefinitions.register(kanikoDefinition(prefix));
  state.s3.createBucket(`${prefix}-contexts`);
  state.logs.createGroup(`/${prefix}/kaniko`);
  state.logs.createGroup(`/${prefix}/apps`);
  const parameters = {
    cluster: prefix,
    bucket: `${prefix}-contexts`,
    registry: `${account}.dkr.ecr.${region}.amazonaws.com/${prefix}`,
    'builder-family': `${prefix}-kaniko`,
    subnets: 'subnet-0a1,subnet-0b2',
    'builder-security-groups': 'sg-0builder',
    'public-ip': 'ENABLED',
    'app-security-groups': 'sg-0apps',
    'app-execution-role': `arn:aws:iam::${account}:role/${prefix}-app-execution`,
    'app-log-group': `/${prefix}/apps`,
  };
  for (const [name, value] of Object.entries(parameters)) state.ssm.put(`/${prefix}/${name}`, value);
}

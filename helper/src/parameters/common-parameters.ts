import type { ParameterSchema } from './schema.ts';

/** Parameters that every step takes. Those that are settings may also come from the environment or from SSM (settings/catalogue.ts). */
export const commonParameters = {
  prefix: {
    type: 'text',
    otherwise: 'FARGATE_CI_PREFIX, else fargate-ci',
    help: 'Prefix of the names of everything that belongs to the builder; settings are read from SSM parameters under /PREFIX/.',
    example: "prefix: 'team-a'",
  },
  region: {
    type: 'text',
    otherwise: "FARGATE_CI_REGION, AWS_REGION, AWS_DEFAULT_REGION, else the AWS profile's",
    help: 'AWS region of the builder and the services.',
    example: "region: 'ap-southeast-2'",
  },
  cluster: {
    type: 'text',
    otherwise: 'FARGATE_CI_CLUSTER, else SSM',
    help: 'ECS cluster, by name or ARN.',
    example: "cluster: 'production'",
  },
  role: {
    type: 'text',
    otherwise: 'FARGATE_CI_ROLE, else none',
    help: 'ARN of an IAM role to assume for all calls; renewed while the step runs.',
    example: "role: 'arn:aws:iam::111122223333:role/deployer'",
  },
  mask: {
    type: 'list',
    default: [],
    help: 'Values never to be shown in any output.',
    example: 'mask: [env.API_PASSWORD]',
  },
  workspace: {
    type: 'text',
    internal: true,
    help: 'Folder that relative paths start from. The steps pass the workspace; elsewhere it is the current folder.',
  },
} as const satisfies ParameterSchema;

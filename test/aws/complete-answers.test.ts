import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { createOperatorAws } from '../../helper/src/operator/operator-clients.ts';
import type { OperatorAws } from '../../helper/src/operator/operator-world.ts';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { CREDENTIALS, holdTime, onVirtualTime } from '../support/world.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  double.secrets.put('token', 'value');
  double.cloudFormation.seed('network', 'CREATE_COMPLETE');
  double.elbv2.createTargetGroup('shop');
  double.ecr.create('shop');
});
afterEach(() => double.close());

/** All clients, on the double. */
function makeClients(): OperatorAws {
  const { clock, place, url } = double;
  const made = createOperatorAws({ region: place.region, credentials: CREDENTIALS, endpoint: url, clock });
  holdTime(made.cloudFormation, clock);
  return onVirtualTime(made, clock);
}

/** One call of each client, and something of its answer that must be there. */
const CALLS: Readonly<Record<string, (aws: OperatorAws) => Promise<unknown>>> = {
  DescribeStacks: async (aws) => (await aws.cloudFormation.send(new DescribeStacksCommand({}))).Stacks?.length,
  DescribeLogGroups: async (aws) => (await aws.logs.send(new DescribeLogGroupsCommand({}))).logGroups?.length,
  DescribeRepositories: async (aws) => (await aws.ecr.send(new DescribeRepositoriesCommand({}))).repositories?.length,
  ListTaskDefinitions: async (aws) =>
    (await aws.ecs.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns?.length,
  DescribeTargetGroups: async (aws) => (await aws.elbv2.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.length,
  GetSecretValue: async (aws) =>
    (await aws.secretsManager.send(new GetSecretValueCommand({ SecretId: 'token' }))).SecretString?.length,
  GetParametersByPath: async (aws) =>
    (await aws.ssm.send(new GetParametersByPathCommand({ Path: '/fargate-ci' }))).Parameters?.length,
};

for (const [action, call] of Object.entries(CALLS)) {
  test(`${action}: an answer without a body is an error, and not an empty answer`, async () => {
    const aws = makeClients();
    double.fault({ action, fault: { kind: 'cut', none: true } });
    await expect(call(aws)).rejects.toMatchObject({ name: 'SyntaxError', message: 'the answer has no body' });
    expect(await call(aws)).toBeGreaterThan(0);
  });
}

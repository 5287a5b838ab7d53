import { type ContainerDefinition, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { type DeployResult, deployService } from '../../helper/src/commands/deploy/deploy.ts';
import { Failure } from '../../helper/src/failure.ts';
import { deployParameters as schema } from '../../helper/src/parameters/deploy-parameters.ts';
import { validate } from '../../helper/src/parameters/validate.ts';
import type { DeploySettings } from '../../helper/src/settings/required-settings.ts';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { type TestWorld, testWorld } from './world.ts';

/** `sha256:` and the same digit 64 times. */
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

export const ECR = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci';

/** What the builder stack tells a deployment. */
export const settings: DeploySettings = {
  prefix: 'fargate-ci',
  region: 'ap-southeast-2',
  cluster: 'fargate-ci',
  registry: ECR,
  appSubnets: ['subnet-0a1', 'subnet-0b2'],
  appSecurityGroups: ['sg-0apps'],
  appPublicIp: true,
  appExecutionRole: 'arn:aws:iam::172173733067:role/fargate-ci-app-execution',
  appTaskRole: undefined,
  appLogGroup: '/fargate-ci/apps',
  perService: { targetGroup: undefined, securityGroups: undefined, taskRole: undefined, logGroup: undefined },
};

/** The image of a digit: `shop@sha256:1111...`. */
export const shop = (digit: string): string => `${ECR}/shop@${digest(digit)}`;

/** Parameters as a Jenkinsfile gives them, with the declared defaults. */
export function parameters(given: Readonly<Record<string, unknown>>) {
  const { values, complaints } = validate(schema, { service: 'shop', ...given });
  expect(complaints).toEqual([]);
  return values;
}

/** A double with the builder stack, and a world on it. */
export interface DeployScene {
  double: Double;
  world: TestWorld;
  /** Deploys with these parameters. */
  deploy(given: Readonly<Record<string, unknown>>, own?: Partial<DeploySettings>): Promise<DeployResult>;
  /** Deploys, and must fail. */
  fail(given: Readonly<Record<string, unknown>>, own?: Partial<DeploySettings>): Promise<Failure>;
  /** How often each action that changes something was called. */
  writes(): Record<string, number>;
}

const WRITES = ['RegisterTaskDefinition', 'CreateService', 'UpdateService', 'StopServiceDeployment'];

/** Sets the stage. `env` is the process's environment. */
export async function makeDeployScene(env: Readonly<Record<string, string>> = {}): Promise<DeployScene> {
  const double = await startDouble();
  seedBuilder(double);
  const world = testWorld(double, env);
  const run = (given: Readonly<Record<string, unknown>>, own: Partial<DeploySettings> = {}) =>
    deployService(world, parameters(given), { ...settings, ...own }, '/nowhere');
  return {
    double,
    world,
    deploy: run,
    async fail(given, own) {
      try {
        await run(given, own);
      } catch (error) {
        if (error instanceof Failure) return error;
        throw error;
      }
      throw new Error('the deployment was to fail');
    },
    writes() {
      const counted = WRITES.map((action): [string, number] => [action, double.calls(action).length]);
      return Object.fromEntries(counted.filter(([, times]) => times > 0));
    },
  };
}

/** Aborts the run this long after the action is called, in milliseconds of the double's clock. */
export function abortAfter({ double, world }: DeployScene, ms: number, action = 'UpdateService'): void {
  double.on(action, () => {
    const reason = new Failure('aborted', 'ended by SIGTERM', { signal: 15 });
    double.clock.after(ms, () => world.controller.abort(reason));
  });
}

/** The desired count of the service shop, as ECS has it; undefined where there is no such service. */
export const desiredCount = ({ double }: DeployScene): number | undefined =>
  double.ecs.services.find('fargate-ci', 'shop')?.desiredCount;

/** Registers the revision that `seed` runs: what a deployment of `shop('1')` with port 8080 would make. */
export async function seedShop(
  { world, double }: DeployScene,
  more: Readonly<Record<string, unknown>> = {},
  container: ContainerDefinition = {},
): Promise<void> {
  await world.aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'fargate-ci-shop',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: settings.appExecutionRole,
      containerDefinitions: [
        {
          name: 'shop',
          image: shop('1'),
          portMappings: [{ containerPort: 8080 }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/fargate-ci/apps',
              'awslogs-region': 'ap-southeast-2',
              'awslogs-stream-prefix': 'shop',
            },
          },
          ...container,
        },
      ],
    }),
  );
  double.ecs.services.seed({
    cluster: 'fargate-ci',
    serviceName: 'shop',
    taskDefinition: 'fargate-ci-shop:1',
    desiredCount: 1,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1'], assignPublicIp: 'ENABLED' } },
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    ...more,
  });
  double.requests.length = 0;
}

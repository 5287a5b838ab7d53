import { runsUntilStopped, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const revision = (result: { taskDefinition: string }) => result.taskDefinition.split('/')[1];

test('a new service comes into being, and its address is told', async () => {
  const result = await stage.deploy({ image: shop('1'), port: 8080 });
  expect(result).toMatchObject({
    service: 'shop',
    cluster: 'fargate-ci',
    previousTaskDefinition: null,
    changed: true,
    deployment: expect.stringMatching(/:service-deployment\//),
    url: null,
    addresses: [expect.stringMatching(/^\d+\.\d+\.\d+\.\d+:8080$/)],
  });
  expect(revision(result)).toBe('fargate-ci-shop:1');
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, CreateService: 1 });
  const [{ input } = { input: {} }] = stage.double.calls('CreateService');
  expect(input).toMatchObject({
    launchType: 'FARGATE',
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    networkConfiguration: { awsvpcConfiguration: { securityGroups: ['sg-0apps'], assignPublicIp: 'ENABLED' } },
  });
});

test('a new image is one revision and one update', async () => {
  await seedShop(stage);
  stage.double.ecs.services.script(succeeds({ after: 60_000, tasks: [{ at: 0, script: runsUntilStopped }] }));
  const result = await stage.deploy({ image: shop('2') });
  expect(revision(result)).toBe('fargate-ci-shop:2');
  expect(result.previousTaskDefinition).toMatch(/fargate-ci-shop:1$/);
  expect(result.seconds).toBeGreaterThanOrEqual(60);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
  expect(stage.world.events).toContainEqual({
    type: 'definition-registered',
    taskDefinition: 'fargate-ci-shop:2',
    changes: ['image 111111111111 -> 222222222222'],
  });
});

test('nothing changed: nothing is written', async () => {
  await seedShop(stage);
  const result = await stage.deploy({ image: shop('1'), port: 8080 });
  expect(result).toMatchObject({ changed: false, deployment: null });
  expect(stage.writes()).toEqual({});
});

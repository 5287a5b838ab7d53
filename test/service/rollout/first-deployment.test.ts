import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import { Failure } from '../../../helper/src/failure.ts';
import { exitsWith, hangs, rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import {
  abortAfter,
  type DeployScene,
  desiredCount,
  makeDeployScene,
  parameters,
  seedShop,
  settings,
  shop,
} from '../../support/deploy-scene.ts';
import { testWorld } from '../../support/world.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

test('a first deployment that cannot come up is scaled to 0, with the last lines of its tasks', async () => {
  const dying = exitsWith(127, 'sh: gunicorn: not found');
  script({
    ...hangs({ failures: 0 }),
    tasks: [0, 1, 2, 3].map((index) => ({ at: 2_000 + index * 30_000, script: dying })),
  });
  const failure = await stage.fail({ image, port: 8080 });
  expect(failure.category).toBe('deploy');
  expect(failure.message).toMatch(/failed: service shop has nothing to go back to and is scaled to 0 tasks$/);
  expect(failure.evidence).toContain('  | sh: gunicorn: not found');
  expect(desiredCount(stage)).toBe(0);
});

test('the next deployment after a failed first one starts a task again', async () => {
  script(
    { ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exitsWith(1) })) },
    succeeds(),
  );
  await stage.fail({ image, port: 8080 });
  await stage.deploy({ image: shop('3') });
  expect(desiredCount(stage)).toBe(1);
});

test('the next deployment after an aborted first one starts a task again, although ECS calls that one a success', async () => {
  script(succeeds({ after: 60_000 }));
  abortAfter(stage, 10_000, 'CreateService');
  await stage.fail({ image, port: 8080 });
  const { double } = stage;
  expect(desiredCount(stage)).toBe(0);
  await double.clock.sleep(90_000);
  const world = testWorld(double);
  await deployService(world, parameters({ image: shop('3') }), settings, '/nowhere');
  expect(desiredCount(stage)).toBe(1);
  // Somebody scales it to 0 on purpose: then it stays at 0.
  await world.aws.ecs.send(new UpdateServiceCommand({ cluster: 'fargate-ci', service: 'shop', desiredCount: 0 }));
  await deployService(world, parameters({ image: shop('4') }), settings, '/nowhere');
  expect(desiredCount(stage)).toBe(0);
});

test('the failure is the same where the service may not be tagged', async () => {
  script({ ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exitsWith(1) })) });
  stage.double.fault({ action: 'TagResource', times: 9, fault: { kind: 'access-denied' } });
  expect((await stage.fail({ image, port: 8080 })).message).toMatch(/is scaled to 0 tasks$/);
});

test('a second deployment after a failed first one fails at once, too: there is nothing to go back to', async () => {
  const crashing = { ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exitsWith(1) })) };
  script(crashing);
  await stage.fail({ image, port: 8080 });
  const failure = await stage.fail({ image: shop('3') });
  expect(failure).toMatchObject({ category: 'deploy' });
  expect(failure.message).toMatch(/fargate-ci-shop:2 .* is scaled to 0 tasks$/);
});

test('a first deployment that is aborted is scaled to 0', async () => {
  script(hangs());
  const { double, world } = stage;
  double.on('CreateService', () => {
    double.clock.after(10_000, () =>
      world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })),
    );
  });
  expect((await stage.fail({ image, port: 8080 })).message).toMatch(/is scaled to 0 tasks$/);
  expect(desiredCount(stage)).toBe(0);
});

test('a rollback that is under way proves an earlier success, so an abort does not scale to 0', async () => {
  await seedShop(stage, { desiredCount: 2 });
  script(rollsBack({ after: 600_000 }), hangs());
  const { double, world } = stage;
  const request = { cluster: 'fargate-ci', service: 'shop', taskDefinition: 'fargate-ci-shop:1' };
  await world.aws.ecs.send(new UpdateServiceCommand({ ...request, forceNewDeployment: true }));
  await double.clock.sleep(450_000);
  // ECS shows deployments for 90 days: the first one, which succeeded, is no longer shown.
  const service = double.ecs.services.find('fargate-ci', 'shop');
  service?.rollouts.shift();
  abortAfter(stage, 20_000);
  await stage.fail({ image });
  expect(desiredCount(stage)).toBe(2);
});

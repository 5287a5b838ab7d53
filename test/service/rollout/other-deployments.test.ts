import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { hangs, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

test("somebody else's deployment at the same moment is not taken for ours", async () => {
  await seedShop(stage);
  script(hangs(), succeeds());
  const request = { cluster: 'fargate-ci', service: 'shop', taskDefinition: 'fargate-ci-shop:1' };
  let others: Promise<unknown> | undefined;
  // The last call that reads before anything is changed.
  stage.double.on('ListServiceDeployments', () => {
    others ??= stage.world.aws.ecs.send(new UpdateServiceCommand({ ...request, forceNewDeployment: true }));
  });
  const { deployment } = await stage.deploy({ image });
  await others;
  const [, , ours] = stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? [];
  expect(deployment).toBe(ours?.arn);
});

test('superseded by a newer deployment: exit 21, and by which', async () => {
  await seedShop(stage);
  script(hangs(), succeeds());
  stage.double.on('UpdateService', () => {
    if (stage.double.calls('UpdateService').length > 1) return;
    stage.double.clock.after(20_000, () => {
      void stage.world.aws.ecs.send(
        new UpdateServiceCommand({
          cluster: 'fargate-ci',
          service: 'shop',
          taskDefinition: 'fargate-ci-shop:1',
          forceNewDeployment: true,
        }),
      );
    });
  });
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'superseded', exitStatus: 21 });
  expect(failure.message).toMatch(/superseded by a newer one: fargate-ci-shop:1/);
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
});

test('a service that is being deleted is refused; a deleted service is created again', async () => {
  await seedShop(stage);
  await stage.world.aws.ecs.send(new DeleteServiceCommand({ cluster: 'fargate-ci', service: 'shop', force: true }));
  expect((await stage.fail({ image })).message).toMatch(/is being deleted \(DRAINING\)/);
  await stage.double.clock.sleep(60_000);
  script(succeeds());
  expect((await stage.deploy({ image, port: 8080 })).previousTaskDefinition).toBeNull();
});

test('the service is deleted during its deployment', async () => {
  await seedShop(stage);
  script(hangs());
  stage.double.on('UpdateService', () => {
    stage.double.clock.after(20_000, () => {
      void stage.world.aws.ecs.send(new DeleteServiceCommand({ cluster: 'fargate-ci', service: 'shop', force: true }));
    });
  });
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'deploy' });
  expect(failure.message).toMatch(/was deleted while fargate-ci-shop:2 was being deployed/);
});

test("somebody else's deployment of the same revision after ours supersedes ours", async () => {
  await seedShop(stage);
  script(hangs({ listedAfter: 20_000 }), succeeds({ after: 60_000 }));
  const { double, world } = stage;
  let once = true;
  double.on('UpdateService', () => {
    if (!once) return;
    once = false;
    double.clock.after(1_000, async () => {
      const request = { cluster: 'fargate-ci', service: 'shop', forceNewDeployment: true };
      await world.aws.ecs.send(new UpdateServiceCommand(request));
    });
  });
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'superseded', exitStatus: 21 });
});

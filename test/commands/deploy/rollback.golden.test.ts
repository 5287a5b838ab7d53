import { rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, digest, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';
import { expectGolden } from '../../support/golden.ts';
import { runCli } from '../../support/host.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  for (const digit of ['1', '2', '3']) stage.double.ecr.push('fargate-ci/shop', `v${digit}`, digest(digit));
  await seedShop(stage);
  stage.double.ecs.services.script(succeeds());
  await stage.deploy({ image: shop('2') });
});
afterEach(() => stage.double.close());

async function cli(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await runCli(stage.double, argv);
  return `${stderr}${stdout}(exit status ${status})\n`;
}

test('a rollback', async () => expectGolden('rollback', await cli('rollback', 'shop')));

test('the plan of one', async () => expectGolden('rollback-dry-run', await cli('rollback', 'shop', '--dry-run')));

test('one that ECS has done already', async () => {
  stage.double.ecs.services.script(rollsBack());
  await stage.fail({ image: shop('3') });
  expectGolden('rollback-already', await cli('rollback', 'shop'));
});

test('one with an image', async () =>
  expectGolden(
    'rollback-usage',
    await cli('deploy', '--service', 'shop', '--rollback-to', 'previous', '--image', 'shop:v3'),
  ));

test('help', async () => expectGolden('help-rollback', await cli('rollback', '--help')));

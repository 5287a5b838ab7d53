import { exitsWith, hangs, rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, digest, makeDeployScene, seedShop } from '../../support/deploy-scene.ts';
import { expectGolden } from '../../support/golden.ts';
import { runCli, sigterm } from '../../support/host.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  stage.double.ecr.push('fargate-ci/shop', '1.4.2', digest('2'));
});
afterEach(() => stage.double.close());

type Options = Parameters<typeof runCli>[2];

async function deploy(flags: readonly string[], options?: Options): Promise<string> {
  const { stdout, stderr, status } = await runCli(stage.double, ['deploy', '--service', 'shop', ...flags], options);
  return `${stderr}${stdout}(exit status ${status})\n`;
}

const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

const crashing = exitsWith(
  1,
  'Traceback (most recent call last):',
  '  File "/app/settings.py", line 12',
  "KeyError: 'DATABASE_URL'",
);

test('a first deployment', async () => {
  script(succeeds());
  expectGolden('deploy-create', await deploy(['--image', 'shop:1.4.2', '--port', '8080']));
});

test('a new image behind a load balancer', async () => {
  const group = stage.double.elbv2.expose({ name: 'shop', protocol: 'HTTPS', hosts: ['shop.example.com'] });
  script(succeeds());
  await deploy(['--image', 'shop:1.4.2', '--port', '8080', '--target-group', group.arn]);
  stage.double.ecr.push('fargate-ci/shop', '1.5.0', digest('3'));
  script(succeeds());
  expectGolden('deploy-update', await deploy(['--image', 'shop:1.5.0', '--env', 'LOG_LEVEL=debug']));
  expectGolden('deploy-unchanged', await deploy(['--image', 'shop:1.5.0']));
});

test('a deployment that is rolled back', async () => {
  await seedShop(stage);
  script(
    rollsBack({
      tasks: [
        { at: 2_000, script: crashing },
        { at: 20_000, script: crashing },
      ],
    }),
  );
  expectGolden('deploy-rolled-back', await deploy(['--image', 'shop:1.4.2']));
});

test('a deployment that another pipeline overtakes', async () => {
  await seedShop(stage);
  script(hangs());
  const { double } = stage;
  double.on('UpdateService', () =>
    double.clock.after(30_000, () => double.ecs.services.interfere('fargate-ci', 'shop', 'fargate-ci-shop:1')),
  );
  expectGolden('deploy-superseded', await deploy(['--image', 'shop:1.4.2']));
});

test('a deployment that takes too long', async () => {
  await seedShop(stage);
  script(hangs());
  expectGolden('deploy-timeout', await deploy(['--image', 'shop:1.4.2', '--timeout', '5']));
});

test('a deployment that is aborted', async () => {
  await seedShop(stage);
  script(hangs());
  const controller = new AbortController();
  stage.double.on('UpdateService', () => stage.double.clock.after(30_000, () => controller.abort(sigterm())));
  expectGolden('deploy-aborted', await deploy(['--image', 'shop:1.4.2'], { controller }));
});

test('the plan of a deployment', async () => {
  await seedShop(stage);
  expectGolden(
    'deploy-dry-run',
    await deploy(['--image', 'shop:1.4.2', '--cpu', '512', '--memory', '1024', '--dry-run']),
  );
});

test('which image?', async () => {
  expectGolden('deploy-no-image', await deploy(['--port', '8080']));
});

test('an image that ECR does not have', async () => {
  expectGolden('deploy-image-missing', await deploy(['--image', 'shop:9.9.9', '--port', '8080']));
});

for (const [name, argv] of [
  ['help', ['--help']],
  ['help-build', ['build', '--help']],
  ['help-deploy', ['deploy', '--help']],
  ['help-unknown-command', ['biuld']],
] as const)
  test(name, async () => {
    const { stdout, stderr, status } = await runCli(stage.double, argv);
    expectGolden(name, `${stderr}${stdout}(exit status ${status})\n`);
  });

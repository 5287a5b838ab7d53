import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hangs } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

const bundle = fileURLToPath(new URL('../../../resources/fargateci/helper.mjs', import.meta.url));

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  stage.double.ecs.services.script(hangs());
});
afterEach(() => stage.double.close());

/** Runs the bundle as a process. Sends it the first signal while it watches the rollout, the second while it ends it. */
async function deploy(flags: readonly string[], first: NodeJS.Signals, second?: NodeJS.Signals) {
  const { double } = stage;
  const argv = [bundle, 'deploy', '--service', 'shop', ...flags];
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: double.url,
    AWS_REGION: double.place.region,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'fake',
  };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let begun = false;
  for (const action of ['CreateService', 'UpdateService']) {
    double.on(action, () => {
      begun = true;
    });
  }
  double.on('ListTasks', () => begun && child.kill(first));
  for (const action of ['StopServiceDeployment', 'TagResource']) double.on(action, () => second && child.kill(second));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [status] = await once(child, 'close');
  return { status, stderr };
}

for (const [name, first, second, expected] of [
  ['SIGTERM', 'SIGTERM', undefined, 143],
  ['SIGINT', 'SIGINT', undefined, 130],
  ['SIGTERM, and SIGTERM again while it ends the rollout', 'SIGTERM', 'SIGTERM', 143],
  ['SIGINT, and SIGTERM while it ends the rollout', 'SIGINT', 'SIGTERM', 130],
] as const) {
  test(`a process that gets ${name} has the rollout rolled back, and says so`, async () => {
    await seedShop(stage);
    const { status, stderr } = await deploy(['--image', shop('2')], first, second);
    expect(stderr).toMatch(
      new RegExp(
        `ABORTED  aborted by ${first} while fargate-ci-shop:2 .*: ECS rolls service shop back to fargate-ci-shop:1 `,
      ),
    );
    expect(status).toBe(expected);
    expect(stage.double.calls('StopServiceDeployment')).toHaveLength(1);
  }, 60_000);
}

test('a process that gets SIGTERM twice in a first deployment scales it to 0', async () => {
  const { status, stderr } = await deploy(['--image', shop('1'), '--port', '8080'], 'SIGTERM', 'SIGTERM');
  expect(stderr).toMatch(/ABORTED .* service shop has nothing to go back to and is scaled to 0 tasks/);
  expect(status).toBe(143);
  expect(stage.double.ecs.services.find('fargate-ci', 'shop')?.desiredCount).toBe(0);
}, 60_000);

test('a process that gets SIGTERM with onAbort: leave leaves the rollout', async () => {
  await seedShop(stage);
  const { status, stderr } = await deploy(['--image', shop('2'), '--on-abort', 'leave'], 'SIGTERM');
  expect(stderr).toMatch(/ABORTED .*: the rollout of fargate-ci-shop:2 is left as it is in ECS/);
  expect(status).toBe(143);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
}, 60_000);

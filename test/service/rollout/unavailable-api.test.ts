import { DescribeServicesCommand, type DescribeServicesCommandOutput, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { hangs, rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

test('a service deployment that ECS lists late is found', async () => {
  await seedShop(stage);
  script(succeeds({ listedAfter: 7_000, staleFor: 20_000 }));
  const result = await stage.deploy({ image });
  expect(result.deployment).toMatch(/:service-deployment\//);
});

test('where service deployments may not be listed, a warning says that the rollout is judged by the service', async () => {
  await seedShop(stage);
  script(succeeds());
  stage.double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'access-denied' } });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
  const text = expect.stringMatching(/^ListServiceDeployments gives no answer \(refused\)/);
  expect(stage.world.events).toContainEqual({ type: 'warning', text });
});

test('a stand-in for ECS without the API: the deployment succeeds', async () => {
  await seedShop(stage);
  script(succeeds());
  stage.double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'server-error' } });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
});

describe('where service deployments cannot be read', () => {
  beforeEach(async () => {
    await seedShop(stage);
    for (const action of ['ListServiceDeployments', 'DescribeServiceDeployments', 'StopServiceDeployment']) {
      stage.double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } });
    }
  });

  test('success is COMPLETED on our own deployment, with all tasks running', async () => {
    script(succeeds({ after: 60_000 }));
    const result = await stage.deploy({ image });
    expect(result.deployment).toMatch(/^ecs-svc\//);
    expect(result.seconds).toBeGreaterThanOrEqual(60);
  });

  test('steady must be seen twice, with no task dying in between', async () => {
    const why = {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      exitCode: 1,
    };
    const dying = {
      timeline: [
        { at: 0, lastStatus: 'RUNNING' as const },
        { at: 2_000, lastStatus: 'STOPPED' as const, ...why },
      ],
    };
    script({ timeline: [{ at: 0, status: 'SUCCESSFUL' }], tasks: [{ at: 0, script: dying }] });
    await stage.deploy({ image });
    // Steady at 0 s. At 3 s steady, but a task has died. Steady at 6 s. In the next 15 s no task dies.
    expect(stage.double.clock.elapsed()).toBe(21_000);
  });

  test('a rollback that looks stable is a failure', async () => {
    script(rollsBack());
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'deploy' });
    expect(failure.message).toMatch(/rolled back|rollback is not complete/);
    expect(failure.message).toMatch(/fargate-ci-shop:1/);
  });

  test('a newer deployment supersedes ours', async () => {
    script(hangs(), hangs());
    stage.double.on('UpdateService', () => {
      if (stage.double.calls('UpdateService').length > 1) return;
      stage.double.clock.after(20_000, () => {
        const request = { cluster: 'fargate-ci', service: 'shop', taskDefinition: 'fargate-ci-shop:2' };
        void stage.world.aws.ecs.send(new UpdateServiceCommand({ ...request, forceNewDeployment: true }));
      });
    });
    expect((await stage.fail({ image })).category).toBe('superseded');
  });

  test('a timeout puts the previous revision back', async () => {
    script(hangs());
    expect((await stage.fail({ image, timeout: 1 })).message).toMatch(
      /service shop goes back to fargate-ci-shop:1 \(sha256:111111111111\)$/,
    );
  });
});

describe('where service deployments cannot be listed', () => {
  test('a service that still shows only the old deployment is not taken for rolled back', async () => {
    await seedShop(stage);
    script(succeeds());
    const { double, world } = stage;
    double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'access-denied' } });
    const before = await world.aws.ecs.send(new DescribeServicesCommand({ cluster: 'fargate-ci', services: ['shop'] }));
    answerStale(before);
    expect(await stage.deploy({ image })).toMatchObject({ changed: true });
  });
});

/** Makes DescribeServices answer as before the update for 9 s after it. */
function answerStale(before: DescribeServicesCommandOutput): void {
  const { double, world } = stage;
  let until = Number.POSITIVE_INFINITY;
  double.on('UpdateService', () => {
    until = double.clock.elapsed() + 9_000;
  });
  world.aws.ecs.middlewareStack.add(
    (next, context) => async (args) => {
      const found = await next(args);
      const old = context.commandName === 'DescribeServicesCommand' && double.clock.elapsed() < until;
      return old && until < Number.POSITIVE_INFINITY ? { ...found, output: before } : found;
    },
    { step: 'initialize', name: 'stale' },
  );
}

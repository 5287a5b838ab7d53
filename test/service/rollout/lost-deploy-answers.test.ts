import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import type { Fault } from '../../double/injected-faults.ts';
import { succeeds } from '../../double/scripts/rollout-scripts.ts';
import { type DeployScene, makeDeployScene, parameters, seedShop, settings, shop } from '../../support/deploy-scene.ts';

// A lost or cut answer is no failure: the deployment succeeds, and everything exists exactly once.

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  stage.double.ecs.services.script(succeeds({ after: 20_000 }));
});
afterEach(() => stage.double.close());

const FAULTS: readonly [string, Fault][] = [
  ['lost', { kind: 'reset', effect: true }],
  ['lost on the way there', { kind: 'reset' }],
  ['broken off', { kind: 'half' }],
  ['cut', { kind: 'cut' }],
  ['empty', { kind: 'cut', none: true }],
  ['a 500, though it took effect', { kind: 'server-error', effect: true }],
  ["a proxy's, though it took effect", { kind: 'gateway' }],
  ['a 500, and it took no effect', { kind: 'server-error' }],
];

/** What exists at the end. */
function made({ double }: DeployScene) {
  const service = double.ecs.services.find('fargate-ci', 'shop');
  return {
    revision: Number(/:(\d+)$/.exec(double.ecs.taskDefinitions.find('fargate-ci-shop')?.arn ?? '')?.[1]),
    rollouts: service?.rollouts.length,
  };
}

for (const [what, fault] of FAULTS) {
  for (const times of [1, 2]) {
    for (const action of ['RegisterTaskDefinition', 'CreateService'] as const) {
      for (const knowsTokens of [true, false]) {
        test(`first deployment, answer to ${action} ${what}, ${times} times, tokens known: ${knowsTokens}`, async () => {
          stage.double.ecs.services.knowsTokens = knowsTokens;
          stage.double.fault({ action, times, fault });
          expect(await stage.deploy({ image: shop('1'), port: 8080 })).toMatchObject({ changed: true });
          expect(made(stage)).toEqual({ revision: 1, rollouts: 1 });
        });
      }
    }
    for (const action of ['RegisterTaskDefinition', 'UpdateService', 'DescribeServices'] as const) {
      test(`update, answer to ${action} ${what}, ${times} times`, async () => {
        await seedShop(stage);
        stage.double.fault({ action, times, fault });
        expect(await stage.deploy({ image: shop('2') })).toMatchObject({ changed: true });
        expect(made(stage)).toEqual({ revision: 2, rollouts: 2 });
      });
    }
  }
  test(`a count alone, answer to UpdateService ${what}`, async () => {
    await seedShop(stage);
    stage.double.fault({ action: 'UpdateService', fault });
    await stage.deploy({ image: shop('1'), count: 3 });
    expect(stage.double.ecs.services.find('fargate-ci', 'shop')?.desiredCount).toBe(3);
    expect(made(stage)).toEqual({ revision: 1, rollouts: 1 });
  });
}

for (const action of ['CreateService', 'UpdateService'] as const) {
  test(`the answer to ${action} is lost and nothing can be read for half a minute: it is not sent again`, async () => {
    const { double } = stage;
    if (action === 'UpdateService') await seedShop(stage);
    double.ecs.services.knowsTokens = false;
    double.fault({ action, fault: { kind: 'reset', effect: true } });
    double.on(action, () => {
      const until = double.clock.elapsed() + 30_000;
      const where = (): boolean => double.clock.elapsed() < until;
      double.fault({ action: 'DescribeServices', times: 9_999, where, fault: { kind: 'server-error' } });
    });
    const nth = action === 'UpdateService' ? 2 : 1;
    expect(await stage.deploy({ image: shop('2'), port: 8080 })).toMatchObject({ changed: true });
    expect(double.calls('UpdateService')).toHaveLength(nth - 1);
    expect(made(stage)).toEqual({ revision: nth, rollouts: nth });
  });
}

test('a service that somebody else created meanwhile is not taken for ours after a lost answer', async () => {
  const { double } = stage;
  double.fault({ action: 'CreateService', fault: { kind: 'server-error' } });
  let theirs = false;
  double.on('CreateService', () => {
    if (theirs) return;
    theirs = true;
    const containerDefinitions = [{ name: 'app', image: shop('9'), essential: true }];
    double.ecs.taskDefinitions.register({ family: 'theirs', networkMode: 'awsvpc', containerDefinitions });
    double.ecs.services.seed({ cluster: 'fargate-ci', serviceName: 'shop', taskDefinition: 'theirs:1' });
  });
  const failure = await stage.fail({ image: shop('1'), port: 8080 });
  expect(failure).toMatchObject({ category: 'deploy' });
  expect(failure.message).toMatch(/created by someone else/);
});

test('the copy of a deregistered revision is registered once although the answer is lost', async () => {
  const { double, world } = stage;
  await seedShop(stage);
  double.ecs.services.script(succeeds({ after: 900_000 }));
  for (const name of ['ListServiceDeployments', 'DescribeServiceDeployments']) {
    double.fault({ action: name, times: 9_999, fault: { kind: 'access-denied' } });
  }
  const previous = double.ecs.taskDefinitions.find('fargate-ci-shop:1');
  if (previous) previous.status = 'INACTIVE';
  double.fault({ action: 'RegisterTaskDefinition', skip: 1, fault: { kind: 'reset', effect: true } });
  double.on('UpdateService', () => double.clock.after(5_000, () => world.controller.abort(new Error('aborted'))));
  await expect(deployService(world, parameters({ image: shop('2') }), settings, '/nowhere')).rejects.toThrow();
  expect(made(stage)).toEqual({ revision: 3, rollouts: 3 });
});

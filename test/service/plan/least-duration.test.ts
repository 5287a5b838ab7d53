import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describeDeployment } from '../../../helper/src/commands/deploy/deploy.ts';
import { leastDuration } from '../../../helper/src/service/plan/least-duration.ts';
import { runsUntilStopped, succeeds } from '../../double/scripts/rollout-scripts.ts';
import {
  type DeployScene,
  digest,
  makeDeployScene,
  parameters,
  seedShop,
  settings,
  shop,
} from '../../support/deploy-scene.ts';

describe('how long a rollout takes at least, by its strategy', () => {
  for (const [name, configuration, minutes, why] of [
    ['nothing said', undefined, 0, ''],
    ['rolling', { strategy: 'ROLLING' }, 0, ''],
    ['rolling, with a bake time left from before', { strategy: 'ROLLING', bakeTimeInMinutes: 30 }, 0, ''],
    ['no strategy, which is rolling', { bakeTimeInMinutes: 30 }, 0, ''],
    ['blue/green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }, 30, 'BLUE_GREEN: bake time 30 min'],
    ['blue/green without a bake time', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }, 0, ''],
    [
      'canary',
      { strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 60 }, bakeTimeInMinutes: 10 },
      70,
      'CANARY: canary 60 min, bake time 10 min',
    ],
    ["canary, ECS' defaults", { strategy: 'CANARY' }, 10, 'CANARY: canary 10 min'],
    ["linear, ECS' defaults", { strategy: 'LINEAR' }, 54, 'LINEAR: 9 times 6 min between the steps'],
    [
      'linear, a last step that is smaller, and a bake time',
      {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 20 },
        bakeTimeInMinutes: 5,
      },
      65,
      'LINEAR: 3 times 20 min between the steps, bake time 5 min',
    ],
    [
      'linear in one step',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 100, stepBakeTimeInMinutes: 20 } },
      0,
      '',
    ],
    [
      'linear, percents with a decimal',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 3.1, stepBakeTimeInMinutes: 1 } },
      32,
      'LINEAR: 32 times 1 min between the steps',
    ],
    [
      'hooks are waited for, not judged',
      {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 5,
        lifecycleHooks: [{ timeoutConfiguration: { timeoutInMinutes: 1440 } }],
      },
      5,
      'BLUE_GREEN: bake time 5 min',
    ],
  ] satisfies [string, DeploymentConfiguration | undefined, number, string][]) {
    test(name, () => expect(leastDuration(configuration)).toEqual({ minutes, why }));
  }
});

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  for (const digit of ['1', '2']) stage.double.ecr.push('fargate-ci/shop', `v${digit}`, digest(digit));
});
afterEach(() => stage.double.close());

const BREAKER = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
};
const CANARY = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 20 },
  bakeTimeInMinutes: 2,
};

/** A service with this deployment configuration, whose next rollout succeeds after some minutes. */
async function deployedBy(how: Readonly<Record<string, unknown>>, minutes: number): Promise<void> {
  await seedShop(stage, { deploymentConfiguration: { ...BREAKER, ...how } });
  stage.double.ecs.services.script(
    succeeds({ after: minutes * 60_000, tasks: [{ at: 2000, script: runsUntilStopped }] }),
  );
}

describe('the default grows with what the strategy takes', () => {
  for (const [name, how, minutes] of [
    ['blue/green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 21 }, 22],
    ['canary', CANARY, 24],
    ['linear', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 21 } }, 22],
  ] as const) {
    test(name, async () => {
      await deployedBy(how, minutes);
      expect(await stage.deploy({ image: shop('2') })).toMatchObject({ changed: true });
      expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
    });
  }

  test('and ends all the same', async () => {
    await deployedBy({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }, 600);
    expect(await stage.fail({ image: shop('2') })).toMatchObject({
      category: 'timeout',
      message: expect.stringMatching(/within 21 min/),
    });
  });

  test('a rolling one has 20 minutes', async () => {
    await deployedBy({}, 600);
    expect((await stage.fail({ image: shop('2') })).message).toMatch(/within 20 min/);
  });
});

describe('a timeout that would undo a good release', () => {
  const refused = {
    category: 'usage',
    message: expect.stringMatching(
      /timeout: 22 is too short: a deployment of service shop takes more than 22 minutes \(CANARY: canary 20 min, bake time 2 min\), so that .*leave timeout out, which makes it 42, or give more than 22/,
    ),
  };

  test('is refused before anything begins', async () => {
    await deployedBy(CANARY, 24);
    expect(await stage.fail({ image: shop('2'), timeout: 22 })).toMatchObject(refused);
    expect(stage.writes()).toEqual({});
  });

  test('is refused by a dry run, too, which else says how long it waits', async () => {
    await deployedBy(CANARY, 24);
    const plan = (given: Readonly<Record<string, unknown>>) =>
      describeDeployment(stage.world, parameters({ image: shop('2'), ...given }), settings, '/nowhere');
    await expect(plan({ timeout: 22 })).rejects.toMatchObject(refused);
    expect(await plan({})).toContain(
      '  wait for it, up to 42 min: it takes more than 22 (CANARY: canary 20 min, bake time 2 min)',
    );
  });

  test('is refused for the way back, too', async () => {
    await deployedBy({}, 2);
    await stage.deploy({ image: shop('2') });
    const service = stage.double.ecs.services.find('fargate-ci', 'shop');
    Object.assign(service?.settings ?? {}, { deploymentConfiguration: { ...BREAKER, ...CANARY } });
    stage.double.requests.length = 0;
    expect(await stage.fail({ rollbackTo: 'previous', timeout: 22 })).toMatchObject(refused);
    expect(stage.writes()).toEqual({});
    stage.double.ecs.services.script(succeeds({ after: 24 * 60_000, tasks: [{ at: 2000, script: runsUntilStopped }] }));
    expect(await stage.deploy({ rollbackTo: 'previous' })).toMatchObject({ changed: true });
    expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
  });

  test('one more minute is none', async () => {
    await deployedBy(CANARY, 22.5);
    expect(await stage.deploy({ image: shop('2'), timeout: 23 })).toMatchObject({ changed: true });
  });

  test('with wait: false none is looked at', async () => {
    await deployedBy(CANARY, 24);
    expect(await stage.deploy({ image: shop('2'), timeout: 5, wait: false })).toMatchObject({ changed: true });
  });

  test("with onAbort: 'leave' nothing is undone: it is warned of", async () => {
    await deployedBy(CANARY, 24);
    expect(await stage.fail({ image: shop('2'), timeout: 5, onAbort: 'leave' })).toMatchObject({ category: 'timeout' });
    expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
    expect(stage.world.events).toContainEqual({
      type: 'warning',
      text: expect.stringMatching(/timeout: 5 is too short.*The step will be red before it ends/),
    });
  });

  test('where nothing is rolled out any timeout does', async () => {
    await deployedBy(CANARY, 24);
    expect(await stage.deploy({ image: shop('1'), timeout: 5 })).toMatchObject({ changed: false });
  });
});

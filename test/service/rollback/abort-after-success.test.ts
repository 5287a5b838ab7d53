import { Failure } from '../../../helper/src/failure.ts';
import { succeeds } from '../../double/scripts/rollout-scripts.ts';
import {
  abortAfter,
  type DeployScene,
  desiredCount,
  makeDeployScene,
  seedShop,
  shop,
} from '../../support/deploy-scene.ts';
import { denied } from '../rollout/table/row.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

/** ECS says SUCCESSFUL after 90 s. Then tasks without checks are watched for 15 s more, and the address is looked for. */
describe('an abort after ECS has called it a success', () => {
  const back =
    /^ended by SIGTERM while fargate-ci-shop:2 .*: service shop goes back to fargate-ci-shop:1 \(sha256:1{12}\)$/;
  const moments: readonly [string, () => void][] = [
    ['in the watch that follows', () => abortAfter(stage, 95_000)],
    [
      'while its address is looked for',
      () => {
        stage.double.on('DescribeNetworkInterfaces', () =>
          stage.world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })),
        );
      },
    ],
  ];
  for (const [name, set] of moments) {
    for (const [how, deny] of [
      ['', () => {}],
      [', without the right to service deployments', denied],
    ] as const) {
      test(`${name}${how}: the service goes back`, async () => {
        await seedShop(stage);
        script(succeeds());
        deny(stage);
        set();
        const failure = await stage.fail({ image });
        expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
        expect(failure.message).toMatch(back);
        const calls = stage.double.calls('UpdateService').map(({ input }) => input.taskDefinition);
        expect(calls).toEqual([expect.stringMatching(/:2$/), expect.stringMatching(/:1$/)]);
        expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
      });
    }

    test(`${name}, onAbort: 'leave': the new revision stays, and the message says so`, async () => {
      await seedShop(stage);
      script(succeeds());
      set();
      const failure = await stage.fail({ image, onAbort: 'leave' });
      expect(failure.message).toMatch(
        /: ECS calls the deployment of fargate-ci-shop:2 successful, and service shop is left with it$/,
      );
      expect(stage.writes()).toMatchObject({ UpdateService: 1 });
    });

    test(`${name}, on a first deployment: it is scaled to 0`, async () => {
      script(succeeds());
      if (name === 'in the watch that follows') abortAfter(stage, 95_000, 'CreateService');
      else set();
      expect((await stage.fail({ image, port: 8080 })).message).toMatch(/is scaled to 0 tasks$/);
      expect(desiredCount(stage)).toBe(0);
    });
  }

  test('before the watch has seen the success: a deployment that can no longer be stopped is undone by an update', async () => {
    await seedShop(stage);
    // The watch looks every three seconds.
    script(succeeds({ after: 28_500 }));
    abortAfter(stage, 29_500);
    const failure = await stage.fail({ image });
    expect(failure.message).toMatch(back);
  });

  for (const [name, given, settings] of [
    ['network', { publicIp: false }, { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1'] } } }],
    ['capacity provider', { spot: true }, { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] }],
  ] as const) {
    for (const [digit, revision] of [
      ['2', 'a new revision'],
      ['1', 'the revision that ran'],
    ] as const) {
      test(`with ${revision} and another ${name}: the ${name} is restored, too`, async () => {
        await seedShop(stage);
        script(succeeds());
        abortAfter(stage, 95_000);
        const failure = await stage.fail({ image: shop(digit), ...given });
        expect(failure.message).toMatch(
          /: service shop goes back to fargate-ci-shop:1 \(sha256:1{12}\) and the settings that it had$/,
        );
        const { input } = stage.double.calls('UpdateService')[1] ?? {};
        expect(input).toMatchObject({ ...settings, taskDefinition: expect.stringMatching(/:1$/) });
      });
    }
  }

  test('AWS hangs while the service goes back: the message says so', async () => {
    await seedShop(stage);
    script(succeeds());
    abortAfter(stage, 95_000);
    stage.world.signal.addEventListener('abort', () => {
      stage.double.fault({ action: 'UpdateService', times: 99, fault: { kind: 'hang' } });
    });
    expect((await stage.fail({ image })).message).toMatch(
      /: service shop could not be put back \(no answer in time\) and keeps fargate-ci-shop:2$/,
    );
  });
});

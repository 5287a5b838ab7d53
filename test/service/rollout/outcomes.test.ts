import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  type DescribeServicesCommandOutput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { deployService } from '../../../helper/src/commands/deploy/deploy.ts';
import { Failure } from '../../../helper/src/failure.ts';
import {
  exits,
  failsToRollBack,
  failsWithoutRollback,
  hangs,
  rollsBack,
  stays,
  succeeds,
  unhealthy,
  unpullable,
} from '../../double/scripts/rollout-scripts.ts';
import { parameters, type Scene, scene, seedShop, settings, shop } from '../../support/deploy-scene.ts';
import { testWorld } from '../../support/world.ts';
import { denied } from './table/row.ts';

let stage: Scene;
beforeEach(async () => {
  stage = await scene();
});
afterEach(() => stage.double.close());

const image = shop('2');
const script = (...scripts: Parameters<Scene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);
const types = () => stage.world.events.map(({ type }) => type);

/** The service as ECS shows it in the end: what runs, and how many. */
async function remains() {
  const service = stage.double.ecs.services.find('fargate-ci', 'shop');
  return service?.desiredCount;
}

test('rolled back, although the service looks stable: exit 20, what runs now, why the tasks died, their last lines', async () => {
  await seedShop(stage);
  const dying = exits(1, 'Traceback (most recent call last):', "KeyError: 'DATABASE_URL'");
  script(
    rollsBack({
      tasks: [
        { at: 2_000, script: dying },
        { at: 20_000, script: dying },
      ],
    }),
  );
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'deploy', exitStatus: 20 });
  expect(failure.message).toBe(
    'the deployment of fargate-ci-shop:2 to service shop failed and was rolled back: fargate-ci-shop:1 (sha256:111111111111) runs again',
  );
  expect(failure.evidence).toContain('ECS deployment circuit breaker: tasks failed to start.');
  expect(failure.evidence).toContain("  | KeyError: 'DATABASE_URL'");
  expect(failure.evidence).toContainEqual(expect.stringMatching(/^2 tasks died: .*container shop exited with 1/));
  expect(failure.hint).toMatch(/last lines/);
  const deaths = stage.world.events.filter(({ type }) => type === 'task-died');
  expect(deaths).toHaveLength(2);
  expect(deaths[0]).toMatchObject({ lines: ['Traceback (most recent call last):', "KeyError: 'DATABASE_URL'"] });
});

test('a container that ended without a word: the hint sends nobody to lines that are not there', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [{ at: 2_000, script: exits(3) }] }));
  expect((await stage.fail({ image })).hint).toMatch(/without a line in its log/);
});

test('what the application itself says of health checks and memory is no reason for a hint', async () => {
  await seedShop(stage);
  const dying = exits(
    1,
    'health check endpoint on :8080',
    'alarms: none',
    'handler for OutOfMemory installed',
    'KeyError',
  );
  script(rollsBack({ tasks: [{ at: 2_000, script: dying }] }));
  expect((await stage.fail({ image })).hint).toMatch(/its last lines above say why/);
});

test('the log of a dead task may come late', async () => {
  await seedShop(stage);
  const dying = exits(1);
  const late = { ...dying, lines: [{ at: 24_000, printedAt: 13_000, text: 'out of cheese' }] };
  script(rollsBack({ tasks: [{ at: 2_000, script: late }] }));
  expect((await stage.fail({ image })).evidence).toContain('  | out of cheese');
});

test('tasks that the scheduler takes away did not die', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [{ at: 2_000, script: stays }] }));
  await stage.fail({ image });
  expect(types()).not.toContain('task-died');
});

test('of many dead tasks three are told, and all are counted', async () => {
  await seedShop(stage);
  script(rollsBack({ tasks: [0, 1, 2, 3, 4].map((index) => ({ at: index * 10_000, script: exits(1) })) }));
  const failure = await stage.fail({ image });
  expect(types().filter((type) => type === 'task-died')).toHaveLength(3);
  expect(failure.evidence).toContainEqual(expect.stringMatching(/^5 tasks died/));
});

test('events of the service are told once, and only new ones', async () => {
  await seedShop(stage);
  const message = '(service shop) has started 1 tasks.';
  script(succeeds({ events: [{ at: 10_000, message }] }));
  await stage.deploy({ image });
  const told = stage.world.events.flatMap((event) => (event.type === 'service-event' ? [event.text] : []));
  expect(told).toEqual([message, expect.stringMatching(/steady state/), expect.stringMatching(/deployment completed/)]);
});

test("somebody else's deployment at the same moment is not taken for ours", async () => {
  await seedShop(stage);
  script(hangs(), succeeds());
  const request = { cluster: 'fargate-ci', service: 'shop', taskDefinition: 'fargate-ci-shop:1' };
  let others: Promise<unknown> | undefined;
  // The last that is read before anything is changed.
  stage.double.on('ListServiceDeployments', () => {
    others ??= stage.world.aws.ecs.send(new UpdateServiceCommand({ ...request, forceNewDeployment: true }));
  });
  const { deployment } = await stage.deploy({ image });
  await others;
  const [, , ours] = stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? [];
  expect(deployment).toBe(ours?.arn);
});

test('a rollback that fails too is said to be so, and what runs', async () => {
  await seedShop(stage);
  script(failsToRollBack());
  expect((await stage.fail({ image })).message).toMatch(
    /failed, and so did ECS' way back to fargate-ci-shop:1 \S+: service shop runs fargate-ci-shop:1 \S+, 1 of 1 tasks$/,
  );
});

test('failed without a rollback, where none was asked for', async () => {
  await seedShop(stage);
  script(failsWithoutRollback());
  const failure = await stage.fail({ image, rollback: false });
  expect(failure.category).toBe('deploy');
  expect(failure.message).toMatch(/failed: the rollout of fargate-ci-shop:2 is left as it is in ECS/);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
});

for (const [name, task, hint] of [
  ['an image that cannot be pulled', unpullable, /image cannot be pulled/],
  ['tasks that are never healthy', unhealthy, /not healthy/],
] as const) {
  test(`${name}: the hint says what to look at`, async () => {
    await seedShop(stage);
    script(rollsBack({ tasks: [{ at: 2_000, script: task }] }));
    expect((await stage.fail({ image })).hint).toMatch(hint);
  });
}

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

test('timed out: ECS is told to roll back, exit 13', async () => {
  await seedShop(stage);
  script(
    hangs({
      events: [
        {
          at: 30_000,
          message: '(service shop) was unable to place a task. Reason: Capacity is unavailable at this time.',
        },
      ],
    }),
  );
  const failure = await stage.fail({ image, timeout: 2 });
  expect(failure).toMatchObject({ category: 'timeout', exitStatus: 13 });
  expect(failure.message).toBe(
    'the deployment of fargate-ci-shop:2 to service shop did not end within 2 min: ECS rolls service shop back to fargate-ci-shop:1 (sha256:111111111111)',
  );
  expect(failure.hint).toMatch(/no room/);
  expect(failure.evidence).toEqual([
    '0 of 1 tasks running, 1 pending, 0 failed',
    expect.stringMatching(/Capacity is unavailable/),
  ]);
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1, StopServiceDeployment: 1 });
  expect(stage.double.clock.elapsed()).toBeLessThan(125_000);
});

test('timed out, but to be left alone', async () => {
  await seedShop(stage);
  script(hangs());
  const failure = await stage.fail({ image, timeout: 2, onAbort: 'leave' });
  expect(failure.message).toMatch(
    /is left as it is in ECS; service shop runs fargate-ci-shop:1 \(sha256:1{12}\), 1 of 1 tasks$/,
  );
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
});

function abortAfter(ms: number, action = 'UpdateService'): void {
  const { double, world } = stage;
  double.on(action, () => {
    const reason = new Failure('aborted', 'ended by SIGTERM', { signal: 15 });
    double.clock.after(ms, () => world.controller.abort(reason));
  });
}

test('aborted: rolled back within seconds, exit 128 + signal', async () => {
  await seedShop(stage);
  script(hangs());
  abortAfter(20_000);
  const failure = await stage.fail({ image });
  expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
  expect(failure.message).toMatch(
    /^ended by SIGTERM while fargate-ci-shop:2 .*: ECS rolls service shop back to fargate-ci-shop:1 \(sha256:111111111111\)$/,
  );
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(1);
  expect(stage.double.clock.elapsed()).toBeLessThan(21_000);
});

test('aborted, but to be left alone', async () => {
  await seedShop(stage);
  script(hangs());
  abortAfter(20_000);
  expect((await stage.fail({ image, onAbort: 'leave' })).message).toMatch(/is left as it is in ECS$/);
  expect(stage.double.calls('StopServiceDeployment')).toHaveLength(0);
});

test('aborted before ECS lists the deployment: it is put back all the same', async () => {
  await seedShop(stage);
  script(hangs({ listedAfter: 60_000 }));
  abortAfter(1_000);
  expect((await stage.fail({ image })).message).toMatch(
    /service shop goes back to fargate-ci-shop:1 \(sha256:111111111111\)$/,
  );
  expect(stage.double.calls('UpdateService').map(({ input }) => input.taskDefinition)).toEqual([
    expect.stringMatching(/:2$/),
    expect.stringMatching(/:1$/),
  ]);
});

test('aborted while AWS hangs: given up within nine seconds', async () => {
  await seedShop(stage);
  script(hangs());
  stage.double.fault({ action: 'StopServiceDeployment', times: 99, fault: { kind: 'hang' } });
  abortAfter(20_000);
  const failure = await stage.fail({ image });
  expect(failure.message).toMatch(/could not be ended \(no answer in time\) and goes on in ECS$/);
  expect(stage.double.clock.elapsed()).toBeLessThanOrEqual(29_000);
});

for (const [name, effect, state] of [
  ['took effect', true, /ECS rolls service shop back to fargate-ci-shop:1 \(sha256:111111111111\)$/],
  ['was never heard', false, /^ended by SIGTERM: ECS was asked to update service shop and gave no answer/],
] as const) {
  test(`aborted while UpdateService hangs, and it ${name}`, async () => {
    await seedShop(stage);
    script(hangs());
    const { double, world } = stage;
    double.fault({ action: 'UpdateService', fault: { kind: 'hang', effect } });
    double.on('RegisterTaskDefinition', () => {
      double.clock.after(5_000, () =>
        world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })),
      );
    });
    expect((await stage.fail({ image })).message).toMatch(state);
    expect(double.calls('UpdateService')).toHaveLength(1);
    expect(double.clock.elapsed()).toBeLessThanOrEqual(14_000);
  });
}

test('a service that is being deleted is refused; one that is gone is created anew', async () => {
  await seedShop(stage);
  await stage.world.aws.ecs.send(new DeleteServiceCommand({ cluster: 'fargate-ci', service: 'shop', force: true }));
  expect((await stage.fail({ image })).message).toMatch(/is being deleted \(DRAINING\)/);
  await stage.double.clock.sleep(60_000);
  script(succeeds());
  expect((await stage.deploy({ image, port: 8080 })).previousTaskDefinition).toBeNull();
});

test('a service with 0 tasks is told to run nothing', async () => {
  await seedShop(stage, { desiredCount: 0 });
  script(succeeds());
  await stage.deploy({ image });
  expect(stage.world.events).toContainEqual({ type: 'warning', text: expect.stringMatching(/0 tasks/) });
});

test('a first deployment that cannot come up is scaled to 0, with the last lines of its tasks', async () => {
  const dying = exits(127, 'sh: gunicorn: not found');
  script({
    ...hangs({ failures: 0 }),
    tasks: [0, 1, 2, 3].map((index) => ({ at: 2_000 + index * 30_000, script: dying })),
  });
  const failure = await stage.fail({ image, port: 8080 });
  expect(failure.category).toBe('deploy');
  expect(failure.message).toMatch(/failed: service shop has nothing to go back to and is scaled to 0 tasks$/);
  expect(failure.evidence).toContain('  | sh: gunicorn: not found');
  expect(await remains()).toBe(0);
});

test('the next deployment after a failed first one starts a task again', async () => {
  script({ ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exits(1) })) }, succeeds());
  await stage.fail({ image, port: 8080 });
  await stage.deploy({ image: shop('3') });
  expect(await remains()).toBe(1);
});

test('so does the next one after a first one that was aborted, although ECS calls that a success at 0 tasks', async () => {
  script(succeeds({ after: 60_000 }));
  abortAfter(10_000, 'CreateService');
  await stage.fail({ image, port: 8080 });
  const { double } = stage;
  expect(await remains()).toBe(0);
  await double.clock.sleep(90_000);
  const world = testWorld(double);
  await deployService(world, parameters({ image: shop('3') }), settings, '/nowhere');
  expect(await remains()).toBe(1);
  // Scaled to 0 on purpose it stays there.
  await world.aws.ecs.send(new UpdateServiceCommand({ cluster: 'fargate-ci', service: 'shop', desiredCount: 0 }));
  await deployService(world, parameters({ image: shop('4') }), settings, '/nowhere');
  expect(await remains()).toBe(0);
});

test('without the right to tag the service the failure is the same', async () => {
  script({ ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exits(1) })) });
  stage.double.fault({ action: 'TagResource', times: 9, fault: { kind: 'access-denied' } });
  expect((await stage.fail({ image, port: 8080 })).message).toMatch(/is scaled to 0 tasks$/);
});

test('nor is there anything to go back to for the second one: it is not waited for in vain', async () => {
  const crashing = { ...hangs(), tasks: [0, 1, 2, 3].map((index) => ({ at: index * 30_000, script: exits(1) })) };
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
  expect(await remains()).toBe(0);
});

test('the service is deleted while it is being deployed', async () => {
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

test('a deployment that ECS lists late is found', async () => {
  await seedShop(stage);
  script(succeeds({ listedAfter: 7_000, staleFor: 20_000 }));
  const result = await stage.deploy({ image });
  expect(result.deployment).toMatch(/:service-deployment\//);
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
    // Steady at 0 s; a task is dead at 3 s, steady still; steady at 6 s; and nothing dies in the 15 s after that.
    expect(stage.double.clock.elapsed()).toBe(21_000);
  });

  test('a rollback that looks stable is a failure', async () => {
    script(rollsBack());
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'deploy' });
    expect(failure.message).toMatch(/rolled back|rollback is not complete/);
    expect(failure.message).toMatch(/fargate-ci-shop:1/);
  });

  test('a newer deployment supersedes', async () => {
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

describe('a bad line', () => {
  beforeEach(() => seedShop(stage));

  for (const kind of ['reset', 'half', 'server-error'] as const) {
    test(`UpdateService took effect, but its answer is lost (${kind}): it is not sent twice`, async () => {
      stage.double.fault({ action: 'UpdateService', fault: kind === 'half' ? { kind } : { kind, effect: true } });
      const result = await stage.deploy({ image });
      expect(result.deployment).toMatch(/:service-deployment\//);
      expect(stage.double.calls('UpdateService')).toHaveLength(1);
    });

    // Half an answer comes after the effect only.
    if (kind !== 'half')
      test(`UpdateService had no effect (${kind}): it is sent again`, async () => {
        stage.double.fault({ action: 'UpdateService', times: 1, fault: { kind } });
        await stage.deploy({ image });
        expect(stage.double.calls('UpdateService')).toHaveLength(2);
      });

    test(`RegisterTaskDefinition took effect, but its answer is lost (${kind}): one revision`, async () => {
      stage.double.fault({
        action: 'RegisterTaskDefinition',
        fault: kind === 'half' ? { kind } : { kind, effect: true },
      });
      const result = await stage.deploy({ image });
      expect(result.taskDefinition).toMatch(/fargate-ci-shop:2$/);
      expect(stage.double.calls('RegisterTaskDefinition')).toHaveLength(1);
    });
  }

  test('throttled calls are repeated', async () => {
    for (const action of ['RegisterTaskDefinition', 'UpdateService', 'DescribeServices', 'ListTasks']) {
      stage.double.fault({ action, times: 2, fault: { kind: 'throttle' } });
    }
    await stage.deploy({ image });
    expect(stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts).toHaveLength(2);
  });

  test('an outage of a minute during the rollout is survived', async () => {
    const { clock } = stage.double;
    let begins = Number.POSITIVE_INFINITY;
    stage.double.on('UpdateService', () => {
      begins = clock.now() + 10_000;
    });
    const where = () => clock.now() >= begins && clock.now() < begins + 60_000;
    stage.double.fault({ action: 'DescribeServices', times: 9_999, where, fault: { kind: 'server-error' } });
    await stage.deploy({ image });
    expect(clock.now()).toBeGreaterThan(begins + 60_000);
  });

  test('without the right to list tasks it goes on, and says what is not seen', async () => {
    stage.double.fault({ action: 'ListTasks', times: 9_999, fault: { kind: 'access-denied' } });
    await stage.deploy({ image });
    expect(stage.world.events.filter(({ type }) => type === 'warning').length).toBeGreaterThan(0);
  });
});

test('CreateService is repeated under one token', async () => {
  stage.double.fault({ action: 'CreateService', fault: { kind: 'reset', effect: true } });
  await stage.deploy({ image, port: 8080 });
  const tokens = stage.double.calls('CreateService').map(({ input }) => input.clientToken);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(1);
  expect(String(tokens[0]).length).toBeLessThanOrEqual(36);
});

test('the service-linked role of a new account is waited for', async () => {
  const message = 'Unable to assume the service linked role. Please verify that the ECS service linked role exists.';
  stage.double.fault({
    action: 'CreateService',
    times: 2,
    fault: { kind: 'error', code: 'InvalidParameterException', message },
  });
  await stage.deploy({ image, port: 8080 });
  expect(stage.double.calls('CreateService')).toHaveLength(3);
});

test('a deployment that need not be waited for returns at once and says so', async () => {
  await seedShop(stage);
  script(hangs());
  const result = await stage.deploy({ image, wait: false });
  expect(result).toMatchObject({ changed: true, deployment: expect.stringMatching(/^ecs-svc\//) });
  expect(stage.double.clock.elapsed()).toBe(0);
  expect(types()).toContain('rollout-ending');
  expect(types()).not.toContain('deploy-done');
});

describe('what comes after a success does not turn it red', () => {
  for (const action of ['ListTasks', 'DescribeServices', 'DescribeTasks']) {
    test(`${action} fails from then on`, async () => {
      await seedShop(stage);
      script(succeeds());
      const { double } = stage;
      double.on('DescribeServiceDeployments', () => {
        if (double.clock.elapsed() >= 90_000) double.fault({ action, times: 9_999, fault: { kind: 'server-error' } });
      });
      expect(await stage.deploy({ image })).toMatchObject({ changed: true });
    });
  }
});

test('without the right to list service deployments the rollout is judged otherwise, and that is said', async () => {
  await seedShop(stage);
  script(succeeds());
  stage.double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'access-denied' } });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
  const text = expect.stringMatching(/^ListServiceDeployments gives no answer \(refused\)/);
  expect(stage.world.events).toContainEqual({ type: 'warning', text });
});

test('a stand-in that does not have the API is no reason to give up', async () => {
  await seedShop(stage);
  script(succeeds());
  stage.double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'server-error' } });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
});

test('an alarm that went off is the hint', async () => {
  await seedShop(stage);
  const base = rollsBack({ tasks: [], reason: 'alarm' });
  const timeline = base.timeline.map(({ circuitBreaker: _, ...step }) => ({ ...step, triggeredAlarms: ['shop-5xx'] }));
  script({ ...base, timeline });
  const failure = await stage.fail({ image });
  expect(failure.evidence).toContain('alarms: shop-5xx');
  expect(failure.hint).toMatch(/alarm/);
});

test('a rollback under way proves that something succeeded once: an abort never scales to 0', async () => {
  await seedShop(stage, { desiredCount: 2 });
  script(rollsBack({ after: 600_000 }), hangs());
  const { double, world } = stage;
  const request = { cluster: 'fargate-ci', service: 'shop', taskDefinition: 'fargate-ci-shop:1' };
  await world.aws.ecs.send(new UpdateServiceCommand({ ...request, forceNewDeployment: true }));
  await double.clock.sleep(450_000);
  // ECS shows 90 days only: of the first, successful deployment nothing is left.
  const service = double.ecs.services.find('fargate-ci', 'shop');
  service?.rollouts.shift();
  abortAfter(20_000);
  await stage.fail({ image });
  expect(await remains()).toBe(2);
});

test('deaths from before are not told by a deployment that changes nothing', async () => {
  script({ ...succeeds(), tasks: [{ at: 0, script: exits(1) }] });
  await stage.deploy({ image, port: 8080 });
  stage.world.events.length = 0;
  await stage.deploy({ image, port: 8080, count: 1 });
  expect(types()).not.toContain('task-died');
});

for (const [name, action, state] of [
  ['before anything', 'DescribeServices', /^ended by SIGTERM: nothing was changed$/],
  ['after the revision was registered', 'RegisterTaskDefinition', /^ended by SIGTERM: service shop was not changed$/],
] as const) {
  test(`aborted ${name}: it says so`, async () => {
    await seedShop(stage);
    const { double, world } = stage;
    double.on(action, () => world.controller.abort(new Failure('aborted', 'ended by SIGTERM', { signal: 15 })));
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aborted', exitStatus: 143 });
    expect(failure.message).toMatch(state);
    expect(double.calls('UpdateService')).toHaveLength(0);
  });
}

for (const action of ['RegisterTaskDefinition', 'UpdateService']) {
  test(`a role that ${action} may not pass is named, with what to allow`, async () => {
    await seedShop(stage);
    const role = 'arn:aws:iam::172173733067:role/shop-task';
    const message = `User: arn:aws:iam::172173733067:role/ci is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
    stage.double.fault({ action, times: 9, fault: { kind: 'access-denied', message } });
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
    expect(failure.message).toContain(`the role ${role} may not be passed to ECS`);
    expect(failure.hint).toContain(`iam:PassRole on ${role}`);
  });
}

for (const [message, hint] of [
  ["ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.", /trust policy/],
  ["The security group 'sg-1' does not exist", /evidence says what to mend/],
] as const) {
  test(`ECS refuses a value: ${message}`, async () => {
    const fault = { kind: 'error', code: 'InvalidParameterException', message } as const;
    stage.double.fault({ action: 'CreateService', times: 9, fault });
    const failure = await stage.fail({ image, port: 8080 });
    expect(failure.evidence[0]).toBe(`InvalidParameterException: ${message}`);
    expect(failure.hint).toMatch(hint);
  });
}

describe('where the deployments API does not answer', () => {
  test('a service that still shows the old deployment alone was not rolled back', async () => {
    await seedShop(stage);
    script(succeeds());
    const { double, world } = stage;
    double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'access-denied' } });
    const before = await world.aws.ecs.send(new DescribeServicesCommand({ cluster: 'fargate-ci', services: ['shop'] }));
    stale(before);
    expect(await stage.deploy({ image })).toMatchObject({ changed: true });
  });
});

/** For 9 s after UpdateService DescribeServices answers as before it. */
function stale(before: DescribeServicesCommandOutput): void {
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

for (const [name, kind] of [
  ['no connection', 'reset'],
  ['credentials that have expired, and are renewed then', 'expired-token'],
] as const) {
  for (const [how, ms, green] of [
    ['a minute', 60_000, true],
    ['good', 3_600_000, false],
  ] as const) {
    test(`${name} for ${how} while the rollout is watched: ${green ? 'gone on from' : 'one clear failure'}`, async () => {
      await seedShop(stage);
      script(succeeds({ after: 120_000 }));
      const { double } = stage;
      double.on('UpdateService', () => {
        const until = double.clock.elapsed() + ms;
        double.fault({ action: '*', times: 9_999, fault: { kind }, where: () => double.clock.elapsed() < until });
      });
      if (green) return void expect(await stage.deploy({ image })).toMatchObject({ changed: true });
      const failure = await stage.fail({ image });
      expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
      expect(failure.message).toMatch(/^could not read /);
      const text = expect.stringMatching(/goes on in ECS, unwatched/);
      expect(stage.world.events).toContainEqual({ type: 'warning', text });
      expect(double.calls('UpdateService')).toHaveLength(1);
    });
  }
}

test('throttled for good: the timeout is kept, and the rollout is ended all the same', async () => {
  await seedShop(stage);
  script(hangs());
  const { double } = stage;
  double.on('UpdateService', () => {
    for (const action of ['DescribeServices', 'ListTasks'])
      double.fault({ action, times: 9_999, skip: 3, fault: { kind: 'throttle' } });
  });
  const failure = await stage.fail({ image, timeout: 2 });
  expect(failure).toMatchObject({ category: 'timeout', exitStatus: 13 });
  expect(failure.message).toMatch(/ECS rolls service shop back to fargate-ci-shop:1 /);
  expect(double.clock.elapsed()).toBeLessThan(160_000);
});

test('throttled for a minute, in every call that watches', async () => {
  await seedShop(stage);
  script(succeeds({ after: 120_000 }));
  const { double } = stage;
  const watching = ['DescribeServices', 'ListServiceDeployments', 'DescribeServiceDeployments', 'ListTasks'];
  let began = Number.POSITIVE_INFINITY;
  double.on('UpdateService', () => {
    began = double.clock.elapsed();
    for (const action of watching)
      double.fault({
        action,
        times: 9_999,
        fault: { kind: 'throttle' },
        where: () => double.clock.elapsed() < began + 60_000,
      });
  });
  expect(await stage.deploy({ image })).toMatchObject({ changed: true });
});

for (const [name, action] of [
  ['reading the revision', 'DescribeTaskDefinition'],
  ['registering', 'RegisterTaskDefinition'],
  ['updating', 'UpdateService'],
  ['reading the service', 'DescribeServices'],
] as const) {
  test(`${name} is refused: aws, what was refused, and what to attach`, async () => {
    await seedShop(stage);
    stage.double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } });
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
    expect(failure.evidence.join()).toContain(`ecs:${action}`);
    expect(failure.hint).toMatch(/caller policy/);
  });
}

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

/** ECS' SUCCESSFUL comes after 90 s; then unchecked tasks are watched for 15 s more, and the address is looked for. */
describe('an abort after ECS has called it a success', () => {
  const back =
    /^ended by SIGTERM while fargate-ci-shop:2 .*: service shop goes back to fargate-ci-shop:1 \(sha256:1{12}\)$/;
  const moments: readonly [string, () => void][] = [
    ['in the watch that follows', () => abortAfter(95_000)],
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
      test(`${name}${how}: it is put back`, async () => {
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

    test(`${name}, onAbort: 'leave': it stays, and that is said`, async () => {
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
      if (name === 'in the watch that follows') abortAfter(95_000, 'CreateService');
      else set();
      expect((await stage.fail({ image, port: 8080 })).message).toMatch(/is scaled to 0 tasks$/);
      expect(await remains()).toBe(0);
    });
  }

  test('and before the watch has seen that: a deployment that cannot be stopped any more is put back', async () => {
    await seedShop(stage);
    // The watch looks every three seconds.
    script(succeeds({ after: 28_500 }));
    abortAfter(29_500);
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
      test(`with ${revision} and another ${name}: the ${name} is put back, too`, async () => {
        await seedShop(stage);
        script(succeeds());
        abortAfter(95_000);
        const failure = await stage.fail({ image: shop(digit), ...given });
        expect(failure.message).toMatch(
          /: service shop goes back to fargate-ci-shop:1 \(sha256:1{12}\) and the settings that it had$/,
        );
        const { input } = stage.double.calls('UpdateService')[1] ?? {};
        expect(input).toMatchObject({ ...settings, taskDefinition: expect.stringMatching(/:1$/) });
      });
    }
  }

  test('AWS hangs as it is put back: the message says so', async () => {
    await seedShop(stage);
    script(succeeds());
    abortAfter(95_000);
    stage.world.signal.addEventListener('abort', () => {
      stage.double.fault({ action: 'UpdateService', times: 99, fault: { kind: 'hang' } });
    });
    expect((await stage.fail({ image })).message).toMatch(
      /: service shop could not be put back \(no answer in time\) and keeps fargate-ci-shop:2$/,
    );
  });
});

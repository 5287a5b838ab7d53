import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { deployComplaints } from '../../../helper/src/commands/deploy/deploy-complaints.ts';
import { exitsWith, hangs, rollsBack, succeeds } from '../../double/scripts/rollout-scripts.ts';
import {
  abortAfter,
  type DeployScene,
  digest,
  makeDeployScene,
  parameters,
  seedShop,
  shop,
} from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  for (const digit of ['1', '2', '3', '4']) stage.double.ecr.push('fargate-ci/shop', `v${digit}`, digest(digit));
  await seedShop(stage);
});
afterEach(() => stage.double.close());

const script = (...scripts: Parameters<DeployScene['double']['ecs']['services']['script']>) =>
  stage.double.ecs.services.script(...scripts);

const back = (more: Record<string, unknown> = {}) => stage.deploy({ rollbackTo: 'previous', ...more });

/** The revision that the service is set to. */
const runs = (): string => {
  const service = stage.double.ecs.services.find('fargate-ci', 'shop');
  return String(service?.rollouts.at(-1)?.definition.arn).replace(/^.*\//, '');
};

const chosen = () => stage.world.events.findLast(({ type }) => type === 'rollback-chosen');

/** Deploys revisions 2, 3... one after the other. `ok` succeeds, `bad` is rolled back. */
async function deployed(...outcomes: ('ok' | 'bad')[]): Promise<void> {
  for (const [index, outcome] of outcomes.entries()) {
    script(outcome === 'ok' ? succeeds() : rollsBack());
    const given = { image: shop(String(index + 2)) };
    if (outcome === 'ok') await stage.deploy(given);
    else await stage.fail(given);
  }
  script(succeeds());
  stage.double.requests.length = 0;
}

test('previous is the last revision that succeeded before the present one; the rollback is watched like any deployment', async () => {
  await deployed('ok');
  const result = await back();
  expect(result).toMatchObject({
    service: 'shop',
    taskDefinition: expect.stringMatching(/fargate-ci-shop:1$/),
    previousTaskDefinition: expect.stringMatching(/fargate-ci-shop:2$/),
    changed: true,
    deployment: expect.stringMatching(/:service-deployment\//),
  });
  expect(result.seconds).toBeGreaterThanOrEqual(90);
  expect(stage.writes()).toEqual({ UpdateService: 1 });
  expect(chosen()).toMatchObject({ from: 'fargate-ci-shop:2', revision: 'fargate-ci-shop:1' });
});

test('a failed revision is passed over, although its number is the next lower one', async () => {
  await deployed('bad', 'ok');
  await back();
  expect(runs()).toBe('fargate-ci-shop:1');
});

test('two rollbacks in a row go further back, never forward', async () => {
  await deployed('ok', 'ok');
  await back();
  expect(runs()).toBe('fargate-ci-shop:2');
  await back();
  expect(runs()).toBe('fargate-ci-shop:1');
  expect((await stage.fail({ rollbackTo: 'previous' })).message).toMatch(/nothing to go back to: no revision is known/);
});

test('ECS has gone back already: nothing is done, and the report names what runs and how to go further back', async () => {
  await deployed('ok', 'bad');
  expect(await back()).toMatchObject({ changed: false, taskDefinition: expect.stringMatching(/:2$/) });
  expect(stage.writes()).toEqual({});
  expect(chosen()).toMatchObject({
    from: 'fargate-ci-shop:2',
    revision: 'fargate-ci-shop:2',
    why: expect.stringMatching(
      /fargate-ci-shop:3 failed, and ECS went back to fargate-ci-shop:2 by itself; further back is fargate-ci-shop:1: rollbackTo: 'fargate-ci-shop:1'/,
    ),
  });
});

test('a deployment that is under way is given up for the last revision that was up', async () => {
  await deployed('ok');
  script(hangs(), succeeds());
  await stage.deploy({ image: shop('3'), wait: false });
  expect(await back()).toMatchObject({ changed: true });
  expect(runs()).toBe('fargate-ci-shop:2');
});

test('a revision can be named by number, by name and by ARN', async () => {
  await deployed('ok', 'ok');
  const arn = 'arn:aws:ecs:ap-southeast-2:172173733067:task-definition/fargate-ci-shop:3';
  for (const [rollbackTo, number] of [
    ['1', 1],
    ['fargate-ci-shop:2', 2],
    [arn, 3],
    [1, 1],
  ] as const) {
    await back({ rollbackTo });
    expect(runs()).toBe(`fargate-ci-shop:${number}`);
  }
});

test('nothing is done for the revision that runs already', async () => {
  await deployed('ok');
  expect(await back({ rollbackTo: '2' })).toMatchObject({ changed: false });
  expect(stage.writes()).toEqual({});
});

describe('refused before anything starts', () => {
  afterEach(() => expect(stage.writes()).toEqual({}));

  test('the image is gone from ECR', async () => {
    await deployed('ok');
    stage.double.ecr.repository('fargate-ci/shop').images.shift();
    const failure = await stage.fail({ rollbackTo: 'previous' });
    expect(failure).toMatchObject({ category: 'registry', exitStatus: 11, evidence: [shop('1')] });
    expect(failure.message).toBe('fargate-ci-shop:1 cannot be gone back to: its image is no longer in ECR');
  });

  test('there is no such revision', async () => {
    expect((await stage.fail({ rollbackTo: '9' })).message).toMatch(/fargate-ci-shop:9: it does not exist$/);
  });

  test("another application's revision", async () => {
    expect((await stage.fail({ rollbackTo: 'other:1' })).message).toMatch(/other:1 is one of other$/);
  });

  test('there is no such service', async () => {
    expect((await stage.fail({ service: 'shoq', rollbackTo: 'previous' })).message).toMatch(
      /^there is no service shoq/,
    );
  });

  test('there was only one deployment', async () => {
    const failure = await stage.fail({ rollbackTo: 'previous' });
    expect(failure).toMatchObject({ category: 'usage', hint: expect.stringMatching(/90 days.*rollbackTo: 41/) });
  });

  test('what ran before cannot be read', async () => {
    await deployed('ok');
    stage.double.fault({ action: 'ListServiceDeployments', times: 99, fault: { kind: 'access-denied' } });
    const failure = await stage.fail({ rollbackTo: 'previous' });
    expect(failure).toMatchObject({ category: 'aws', hint: expect.stringMatching(/ecs:ListServiceDeployments/) });
  });
});

const deregister = (revision: number) =>
  stage.world.aws.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `fargate-ci-shop:${revision}` }));

test('a deregistered revision is deployed as a copy, which counts as the original from then on', async () => {
  await deployed('ok', 'ok');
  await deregister(2);
  expect(await back()).toMatchObject({ changed: true, taskDefinition: expect.stringMatching(/:4$/) });
  expect(chosen()).toMatchObject({
    revision: 'fargate-ci-shop:2',
    why: 'fargate-ci-shop:2 is what ran before fargate-ci-shop:3; it was deregistered, so a copy of it is registered',
  });
  expect(stage.writes()).toEqual({ RegisterTaskDefinition: 1, UpdateService: 1 });
  const [copy] = stage.double.calls('RegisterTaskDefinition');
  expect(copy?.input.containerDefinitions).toMatchObject([{ image: shop('2') }]);
  // Further back, and never forward to 3.
  await back();
  expect(runs()).toBe('fargate-ci-shop:1');
  // A revision that is based on a copy is not a copy.
  await back({ rollbackTo: '4' });
  await stage.deploy({ image: shop('4') });
  expect(stage.double.calls('RegisterTaskDefinition').at(-1)?.input.tags ?? []).toEqual([]);
});

test('a copy is made where revisions may not be tagged, too', async () => {
  await deployed('ok');
  await deregister(1);
  const message = 'User: arn:aws:iam::172173733067:role/ci is not authorized to perform: ecs:TagResource';
  stage.double.fault({ action: 'RegisterTaskDefinition', fault: { kind: 'access-denied', message } });
  await back();
  expect(runs()).toBe('fargate-ci-shop:3');
});

for (const [name, setUp] of [
  ['', () => {}],
  [
    ', also where revisions may not be tagged',
    () => {
      const message = 'User: arn:aws:iam::172173733067:role/ci is not authorized to perform: ecs:TagResource';
      const where = ({ tags }: { tags?: unknown }): boolean => Array.isArray(tags) && tags.length > 0;
      stage.double.fault({
        action: 'RegisterTaskDefinition',
        times: 9,
        where,
        fault: { kind: 'access-denied', message },
      });
    },
  ],
] as const) {
  test(`an abort goes back to a deregistered revision by a copy of it${name}`, async () => {
    await deployed('ok');
    await deregister(2);
    setUp();
    abortAfter(stage, 95_000);
    const failure = await stage.fail({ image: shop('3') });
    expect(failure.message).toMatch(/goes back to fargate-ci-shop:2 \(.*\), registered anew as fargate-ci-shop:4$/);
    expect(runs()).toBe('fargate-ci-shop:4');
  });
}

test('a copy that an abort registers names its original, so that a later rollback does not go back to what failed', async () => {
  await deployed('ok');
  await deregister(2);
  abortAfter(stage, 95_000);
  await stage.fail({ image: shop('3') });
  const tags = [{ key: 'fargate-ci:copy-of', value: 'fargate-ci-shop:2' }];
  expect(stage.double.calls('RegisterTaskDefinition').at(-1)?.input).toMatchObject({ tags });
});

test('a deregistered revision that runs already needs no copy', async () => {
  await deployed('ok', 'bad');
  await deregister(2);
  expect(await back()).toMatchObject({ changed: false });
  expect(stage.writes()).toEqual({});
});

test('hundreds of deployments are read page by page', async () => {
  await deployed('ok');
  const { rollouts = [] } = stage.double.ecs.services.find('fargate-ci', 'shop') ?? {};
  const [oldest] = rollouts;
  if (oldest === undefined) throw new Error('no rollout');
  const failed = { ...oldest, script: rollsBack(), settled: true };
  const between = Array.from({ length: 350 }, (_, index) => ({
    ...failed,
    arn: `${failed.arn}${index}`,
    createdAt: failed.createdAt + 200_000 * (index + 1),
  }));
  rollouts.splice(1, 0, ...between);
  await back();
  expect(runs()).toBe('fargate-ci-shop:1');
  expect(stage.double.calls('ListServiceDeployments').length).toBeGreaterThanOrEqual(4);
});

test('a named revision needs no list of deployments', async () => {
  await deployed('ok');
  stage.double.fault({ action: 'ListServiceDeployments', times: 9_999, fault: { kind: 'access-denied' } });
  await back({ rollbackTo: '1' });
  expect(runs()).toBe('fargate-ci-shop:1');
});

test('a revision whose deployment ECS no longer shows is found in the deployment that replaced it', async () => {
  await deployed('ok');
  const [oldest] = stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? [];
  if (oldest) oldest.createdAt -= 90 * 86_400_000;
  await back();
  expect(runs()).toBe('fargate-ci-shop:1');
});

test('where ECR may not be asked, there is a warning and the rollback goes on', async () => {
  await deployed('ok');
  stage.double.fault({ action: 'DescribeImages', times: 99, fault: { kind: 'access-denied' } });
  await back();
  expect(stage.world.events).toContainEqual({ type: 'warning', text: expect.stringMatching(/is not known/) });
});

test('a first deployment that never ran cannot be gone back to', async () => {
  const fresh = await makeDeployScene();
  fresh.double.ecs.services.script({
    ...hangs(),
    tasks: [0, 1, 2, 3].map((at) => ({ at: at * 30_000, script: exitsWith(1) })),
  });
  await fresh.fail({ image: shop('1'), port: 8080 });
  expect((await fresh.fail({ rollbackTo: 'previous' })).message).toMatch(/no deployment of it ever succeeded/);
  await fresh.double.close();
});

test('a rollback that fails is reported as failed, with what runs', async () => {
  await deployed('ok');
  script(rollsBack());
  const failure = await stage.fail({ rollbackTo: 'previous' });
  expect(failure).toMatchObject({ category: 'deploy' });
  expect(failure.message).toMatch(/fargate-ci-shop:1 .* was rolled back: fargate-ci-shop:2 .*runs again$/);
});

test("the load balancer's port goes back, too", async () => {
  const group = stage.double.elbv2.expose({ name: 'shop' });
  script(succeeds());
  await stage.deploy({ service: 'web', image: shop('1'), port: 8080, targetGroup: group.arn });
  await stage.deploy({ service: 'web', image: shop('2'), port: 9090 });
  await stage.deploy({ service: 'web', rollbackTo: 'previous' });
  const [, update] = stage.double.calls('UpdateService');
  expect(update?.input.loadBalancers).toMatchObject([{ containerPort: 8080 }]);
});

test('other parameters beside rollbackTo are refused by name', () => {
  const given = parameters({
    rollbackTo: 'previous',
    image: shop('2'),
    port: 80,
    count: 2,
    timeout: 5,
    rollback: false,
  });
  expect(deployComplaints(given)).toEqual([
    'rollbackTo goes back to a revision as it was: leave out image, port, count, or deploy that afterwards',
  ]);
  expect(deployComplaints(parameters({ rollbackTo: '' }))).toEqual([
    `"rollbackTo": "" is neither 'previous' nor a revision (41, shop:41)`,
  ]);
});

import { type ContainerDefinition, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describeDeployment } from '../../../helper/src/commands/deploy/deploy.ts';
import { deployParameters as schema } from '../../../helper/src/parameters/deploy-parameters.ts';
import { validate } from '../../../helper/src/parameters/validate.ts';
import {
  type DeployScene,
  digest,
  makeDeployScene,
  parameters,
  seedShop,
  settings,
  shop,
} from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
  for (const digit of ['1', '2']) stage.double.ecr.push('fargate-ci/shop', `v${digit}`, digest(digit));
});
afterEach(() => stage.double.close());

/** The service runs these containers. */
async function runs(...containers: ContainerDefinition[]): Promise<void> {
  await seedShop(stage);
  await stage.world.aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'fargate-ci-shop',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: settings.appExecutionRole,
      containerDefinitions: containers,
    }),
  );
  const [rollout] = stage.double.ecs.services.find('fargate-ci', 'shop')?.rollouts ?? [];
  const revision = stage.double.ecs.taskDefinitions.find('fargate-ci-shop:2');
  if (!rollout || !revision) throw new Error('the service was to be there');
  rollout.definition = revision;
  stage.double.requests.length = 0;
}

const web: ContainerDefinition = { name: 'shop', image: shop('1'), portMappings: [{ containerPort: 8080 }] };
const worker: ContainerDefinition = { name: 'worker', image: shop('1'), command: ['work'] };
const proxy: ContainerDefinition = { name: 'proxy', image: 'docker.io/library/nginx:1' };

const warnings = (): string[] => stage.world.events.flatMap((event) => (event.type === 'warning' ? [event.text] : []));

/** The registered containers, by name. */
function registered(): Record<string, ContainerDefinition> {
  const input = stage.double.calls('RegisterTaskDefinition')[0]?.input;
  const list: unknown = input?.containerDefinitions;
  const all: ContainerDefinition[] = Array.isArray(list) ? list : [];
  return Object.fromEntries(all.map((one) => [one.name ?? '', one]));
}

describe('several containers of one image', () => {
  test('a warning names the container that keeps the old image, and how to change it, too', async () => {
    await runs(web, worker, proxy);
    await stage.deploy({ image: shop('2') });
    expect(registered()).toMatchObject({ shop: { image: shop('2') }, worker: { image: shop('1') } });
    expect(warnings()).toContainEqual(
      "of service shop only shop gets the new image; worker had the very same one and keeps it: container: ['shop', 'worker'] moves all of them",
    );
  });

  test('a list changes the image of all; env, secrets, command and port are for the first one', async () => {
    await runs(web, worker, { ...worker, name: 'cron' }, proxy);
    await stage.deploy({
      image: shop('2'),
      container: ['shop', 'worker', 'cron'],
      env: { A: '1' },
      command: ['serve'],
      port: 80,
    });
    const now = registered();
    expect(now.shop).toMatchObject({ image: shop('2'), command: ['serve'], environment: [{ name: 'A', value: '1' }] });
    const untouched = { image: shop('2'), command: ['work'], environment: [], portMappings: [] };
    expect(now.worker).toMatchObject(untouched);
    expect(now.cron).toMatchObject(untouched);
    expect(now.proxy).toMatchObject(proxy);
    expect(warnings()).toEqual([]);
  });

  test('a warning names the container that a list leaves out', async () => {
    await runs(web, worker, { ...worker, name: 'cron' });
    await stage.deploy({ image: shop('2'), container: ['shop', 'worker'] });
    expect(warnings()).toContainEqual(
      expect.stringMatching(/; cron had the very same one.*\['shop', 'worker', 'cron'\]/),
    );
  });

  test('a container with the older image can be changed alone', async () => {
    await runs({ ...web, image: shop('2') }, worker);
    await stage.deploy({ image: shop('2'), container: ['shop', 'worker'] });
    expect(registered().worker?.image).toBe(shop('2'));
  });

  test('no warning where the image does not change', async () => {
    await runs(web, worker);
    await stage.deploy({ image: shop('1'), count: 2 });
    expect(warnings().join()).not.toMatch(/worker/);
  });

  test('an unknown container is refused, and the error lists the known ones', async () => {
    await runs(web, worker);
    expect(await stage.fail({ image: shop('2'), container: ['shop', 'wroker'] })).toMatchObject({
      category: 'usage',
      message: expect.stringMatching(/no container named wroker: it has shop, worker/),
    });
    expect(stage.writes()).toEqual({});
  });

  for (const [what, container, complaint] of [
    ['an empty list', [], /"container" must not be empty/],
    ['an empty name', '', /"container" must not be empty/],
    ['a variable that is not set', ['shop', 'null'], /"container" is "null": a Groovy variable that is not set/],
    ['null in a list', ['shop', null], /null/],
  ] as const) {
    test(`${what} is refused`, () => {
      const { complaints } = validate(schema, { service: 'shop', image: 'shop:1', container });
      expect(complaints).toEqual([expect.stringMatching(complaint)]);
    });
  }
});

describe('what a dry run shows of a change', () => {
  const plan = (given: Readonly<Record<string, unknown>>) =>
    describeDeployment(stage.world, parameters(given), settings, '/nowhere');

  test('variables, command and names of secrets, old and new', async () => {
    await runs({
      ...web,
      command: ['gunicorn', 'shop.wsgi', '--workers', '2'],
      environment: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'OLD', value: 'yes, it is' },
      ],
      secrets: [{ name: 'API', valueFrom: 'arn:aws:ssm:ap-southeast-2:172173733067:parameter/shop/api' }],
    });
    const lines = await plan({
      image: shop('1'),
      env: { LOG_LEVEL: 'debug', OLD: null, NEW: '1' },
      command: [],
      secrets: { API: 'arn:aws:ssm:ap-southeast-2:172173733067:parameter/shop/api-2' },
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        '    command removed, was ["gunicorn","shop.wsgi","--workers","2"]',
        '    env LOG_LEVEL info -> debug',
        '    env NEW added: 1',
        '    env OLD removed, was "yes, it is"',
        '    secret API arn:aws:ssm:ap-southeast-2:172173733067:parameter/shop/api -> arn:aws:ssm:ap-southeast-2:172173733067:parameter/shop/api-2',
      ]),
    );
    expect(stage.writes()).toEqual({});
  });

  test('secrets are hidden: by name, by shape, by the parameter mask, or because the variable becomes a secret', async () => {
    const hidden = ['hunter22-old', 'hunter22-new', 'pg-word-77', 'flag-word-78', 'a-plain-old-one', 'given-to-mask'];
    const [old, fresh, address, flag, plain, masked] = hidden;
    stage.world.mask.add([masked ?? '']);
    await runs({
      ...web,
      command: ['run', '--password', flag ?? ''],
      environment: [
        { name: 'ADMIN_PASSWORD', value: old },
        { name: 'BACKEND', value: `postgres://shop:${address}@db/shop` },
        { name: 'SIGNING', value: plain },
        { name: 'NOTE', value: 'nothing' },
      ],
    });
    const lines = await plan({
      image: shop('1'),
      env: { ADMIN_PASSWORD: fresh, BACKEND: 'postgres://db/shop', NOTE: `${'x'.repeat(195)}${masked}` },
      command: ['run'],
      secrets: { SIGNING: 'arn:aws:ssm:ap-southeast-2:172173733067:parameter/shop/signing' },
    });
    const text = lines.join('\n');
    for (const value of hidden) expect(text).not.toContain(value);
    expect(text).not.toContain('given');
    expect(lines).toEqual(
      expect.arrayContaining([
        '    env ADMIN_PASSWORD (hidden) -> (hidden)',
        '    env BACKEND (hidden) -> postgres://db/shop',
        '    env SIGNING removed, was (hidden)',
        '    command ["run","--password","(hidden)"] -> ["run"]',
      ]),
    );
  });

  test("of several containers, each change has the container's name", async () => {
    await runs({ ...web, environment: [{ name: 'A', value: '1' }] }, worker);
    expect(await plan({ image: shop('1'), env: { A: '2' } })).toContain('    shop: env A 1 -> 2');
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_KEY_VARIABLES, FLAG_VARIABLES } from '../../../helper/src/kaniko/feature-flags.ts';
import { kanikoDefinition } from '../../double/scripts/builder-fixtures.ts';
import { task } from '../../double/scripts/task-scripts.ts';
import { type BuildScene, makeBuildScene, play, pushes, REGISTRY } from '../../support/build-scene.ts';
import { kaniko, recorded } from '../../support/recorded-logs.ts';

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
});
afterEach(() => scene.close());

const OWNERSHIP = ['COPY_AS_ROOT', 'CHOWN_ON_IMPLICIT_DIRS', 'COPY_CHMOD_ON_IMPLICIT_DIRS', 'RUN_HONOR_GROUP'].map(
  (name) => `FF_KANIKO_${name}`,
);
const OTHERS = FLAG_VARIABLES.filter((name) => !OWNERSHIP.includes(name));
const all = (names: readonly string[], value: string) => names.map((name) => ({ name, value }));

type Named = { name: string; value?: string };
const flagsOf = (variables: readonly Named[] | undefined) =>
  Object.fromEntries((variables ?? []).flatMap(({ name, value }) => (/^FF_/.test(name) ? [[name, value]] : [])));
/** Registers the builder's task definition with additions to kaniko's container. */
const define = (more: { environment?: Named[]; secrets?: { name: string; valueFrom: string }[]; image?: string }) => {
  const base = kanikoDefinition();
  const [container] = base.containerDefinitions as [{ environment: Named[] }];
  const environment = [...container.environment, ...(more.environment ?? [])];
  scene.double.ecs.taskDefinitions.register({
    ...base,
    containerDefinitions: [{ ...container, ...more, environment }] as never,
  });
};
/** The flags in the overrides of the task, and the family and flags of its definition. */
const ran = () => {
  const [call] = scene.double.calls('RunTask');
  const input = call?.input as unknown as {
    taskDefinition: string;
    overrides: { containerOverrides: [{ environment: Named[] }] };
  };
  const [registered] = scene.double.calls('RegisterTaskDefinition');
  const made = registered?.input as unknown as
    | { family: string; containerDefinitions: [{ environment: Named[]; secrets: Named[] }] }
    | undefined;
  return {
    length: JSON.stringify(input.overrides).length,
    definition: input.taskDefinition.replace(/.*\//, ''),
    overrides: flagsOf(input.overrides.containerOverrides[0].environment),
    registered: made && flagsOf(made.containerDefinitions[0].environment),
    secrets: made?.containerDefinitions[0].secrets.map(({ name }) => name),
  };
};
const ON = Object.fromEntries(FLAG_VARIABLES.map((name) => [name, 'true']));
const OTHERS_ON = Object.fromEntries(OTHERS.map((name) => [name, 'true']));

describe('the flags are switched on by', () => {
  test('the overrides, where the task definition has none', async () => {
    expect((await scene.build()).status).toBe(0);
    expect(ran()).toMatchObject({ definition: 'fargate-ci-kaniko:1', overrides: ON, registered: undefined });
  });

  test('the task definition alone, where it has all of them', async () => {
    define({ environment: all(FLAG_VARIABLES, '1') });
    expect((await scene.build()).status).toBe(0);
    expect(ran()).toMatchObject({ definition: 'fargate-ci-kaniko:2', overrides: {} });
  });

  test('the overrides, where the task definition sets them to false; those about ownership stay as they are', async () => {
    define({ environment: [...all(OTHERS, 'false'), ...all(OWNERSHIP, 'false')] });
    await scene.build();
    expect(ran().overrides).toEqual(OTHERS_ON);
  });

  test('a derived definition, where one of them is a secret, which ECS refuses to override', async () => {
    const secrets = ['FF_KANIKO_RESOLVE_CACHE_KEY', 'FF_KANIKO_COPY_AS_ROOT'].map((name) => ({
      name,
      valueFrom: '/x',
    }));
    define({ secrets });
    expect((await scene.build()).status).toBe(0);
    const { FF_KANIKO_COPY_AS_ROOT: _, ...others } = ON;
    expect(ran()).toMatchObject({ overrides: {}, secrets: ['FF_KANIKO_COPY_AS_ROOT'] });
    expect(ran().registered).toEqual(others);
  });

  for (const [name, flags] of [
    ['secrets', ['--secrets', 'npmrc=fargate-ci/build/npmrc']],
    ['another platform', ['--platform', 'linux/arm64']],
  ] as const)
    test(`the derived definition, where a build with ${name} needs one anyway`, async () => {
      scene.double.secrets.put('fargate-ci/build/npmrc');
      expect((await scene.build(flags)).status).toBe(0);
      expect(ran()).toMatchObject({ overrides: {}, registered: ON });
    });
});

describe('where the overrides have no room', () => {
  /** Fills the overrides until this many characters are left. */
  const fill = async (left: number) => {
    await scene.build(['--no-push', '--build-args', 'NOTES=']);
    const { length, overrides } = ran();
    const flags = Object.entries(overrides).map(([name, value]) => JSON.stringify({ name, value }).length + 1);
    scene.double.requests.length = 0;
    return 8_192 - (length - flags.reduce((sum, one) => sum + one, 0)) - left;
  };
  const buildWith = async (notes: number) => {
    scene.double.ecs.tasks.script(play('success'));
    return await scene.build(['--no-push', '--build-args', `NOTES=${'x'.repeat(notes)}`]);
  };

  test('a derived definition has them, and the next build finds it', async () => {
    const notes = await fill(0);
    expect((await buildWith(notes)).status).toBe(0);
    expect(ran()).toMatchObject({ length: 8_192, overrides: {}, registered: ON });
    expect((await buildWith(notes - 1)).status).toBe(0);
    expect(scene.double.calls('RegisterTaskDefinition')).toHaveLength(1);
  });

  test('one character more is refused even then', async () => {
    const notes = await fill(-1);
    const seen = await buildWith(notes);
    expect(seen.status).toBe(2);
    expect(seen.stderr).toContain('too long: 8,193 characters where ECS takes 8,192');
    expect(scene.double.calls('RegisterTaskDefinition')).toEqual([]);
  });

  test('a definition that has them needs no room in the overrides', async () => {
    const notes = await fill(0);
    define({ environment: all(FLAG_VARIABLES, 'true') });
    await buildWith(notes);
    expect(ran()).toMatchObject({ definition: 'fargate-ci-kaniko:2', overrides: {}, registered: undefined });
  });
});

test('a skipped stage is shown with its name from the Dockerfile', async () => {
  const stages = ['busybox AS base', 'base AS deps', 'base AS Build', 'busybox', 'busybox AS last'];
  const copies = ['deps', 'build', '3'].map((from) => `COPY --from=${from} /d /d\n`);
  const text = stages.map((stage) => `FROM ${stage}\nRUN true\n`).join('') + copies.join('');
  await writeFile(join(scene.workspace, 'Dockerfile'), text);
  scene.double.ecs.tasks.script(play('stages-cached'));
  const { stderr } = await scene.build();
  const names = ['base', 'deps', 'build', '3 (busybox:1.36)'].map((name) => `  | stage ${name}  from cache\n`);
  expect(stderr).toContain(`${names.join('')}  | FROM busybox:1.36\n`);
});

describe('what kaniko says about them', () => {
  const ours = (lines: readonly string[]) =>
    lines.map((line) =>
      line.replaceAll('127.0.0.1:5055/demo/app', `${REGISTRY}/shop`).replaceAll('shop:1"', 'shop:1.4.2"'),
    );
  const older = () => ours(recorded('success').lines.slice(1));
  const warnings = (seen: Awaited<ReturnType<BuildScene['build']>>) =>
    (seen.outcome as unknown as { result: { warnings: string[] } }).result.warnings;

  test('no warning: the list of warnings in the result is empty', async () => {
    expect(warnings(await scene.build())).toEqual([]);
  });

  for (const [name, lines, says] of [
    ['an older kaniko without a word of it', older, 'does not say that the fixes of its cache are on'],
    ['a kaniko without them', () => ours(recorded('success').lines), `has not switched on ${CACHE_KEY_VARIABLES[0]}`],
  ] as const)
    test(`${name}: a warning in the log and in the result names image and version`, async () => {
      define({ image: 'registry.example.com/kaniko:v1.27.1' });
      scene.double.ecs.tasks.script(task({ lines: lines(), lag: 3_000 }));
      const seen = await scene.build();
      expect(seen.status).toBe(0);
      const [warning] = warnings(seen);
      expect(warning).toContain(`kaniko 1.27.1 (registry.example.com/kaniko:v1.27.1) ${says}`);
      // Once, and before the first step.
      expect(seen.stderr.split(says)).toHaveLength(2);
      expect(seen.stderr.indexOf(says)).toBeLessThan(seen.stderr.indexOf('| FROM busybox'));
    });

  test('a build without a cache has no warning', async () => {
    scene.double.ecs.tasks.script(task({ lines: older() }));
    expect(warnings(await scene.build(['--no-cache']))).toEqual([]);
  });

  test('a RUN that forges the line does not suppress the warning', async () => {
    const [first = ''] = recorded('stages-cached').lines;
    const lines = older();
    const running = lines.findIndex((line) => line.includes('"Running: '));
    scene.double.ecs.tasks.script(task({ lines: lines.toSpliced(running + 1, 0, first) }));
    expect(warnings(await scene.build())).toHaveLength(1);
  });

  test('a build that fails has the warning, too', async () => {
    const lines = recorded('run-fails').lines.slice(1);
    scene.double.ecs.tasks.script(task({ exitCode: 3, lines }));
    const seen = await scene.build();
    expect(seen.outcome).toMatchObject({ ok: false, partial: { warnings: [expect.stringContaining('does not say')] } });
  });

  test('a build that ends before its first step has no warning', async () => {
    scene.double.ecs.tasks.script(task({ exitCode: 1, lines: [kaniko('Retrieving image x')] }));
    const seen = await scene.build();
    expect(seen.stderr).not.toContain('layers from the cache');
  });
});

describe('the first build with the flags', () => {
  const TOLD = /^\[fargate-ci\] cache {4}nothing in it was of use: .* a first build makes all of them anew/m;
  const JENKINS = { JOB_NAME: 'shop', JENKINS_URL: 'https://ci/' };
  const build = async (number: number, name: string, options: { flags?: string[]; env?: object } = {}) => {
    scene.double.ecs.tasks.script(play(name));
    const env = { ...JENKINS, BUILD_NUMBER: String(number), ...options.env };
    return (await scene.build(['--no-push', ...(options.flags ?? [])], { env })).stderr;
  };

  test('says that everything is built again and that owners change; the next build does not say it', async () => {
    const first = await build(1, 'stages-first');
    expect(first).toMatch(TOLD);
    expect(first).toContain('Files of a COPY after USER belong to root now');
    expect(await build(2, 'stages-first')).not.toMatch(TOLD);
  });

  test('says nothing where a layer comes from the cache, or where there is no cache', async () => {
    expect(await build(1, 'stages-cached')).not.toMatch(TOLD);
    expect(await build(1, 'stages-first', { env: { JOB_NAME: 'a' }, flags: ['--no-cache'] })).not.toMatch(TOLD);
  });

  test('says nothing for a new cache, and later builds do not either', async () => {
    expect(await build(1, 'stages-first', { flags: ['--cache', `${REGISTRY}/cache/tea`] })).not.toMatch(TOLD);
    expect(await build(2, 'stages-first', { flags: ['--cache', `${REGISTRY}/cache/tea`] })).not.toMatch(TOLD);
  });

  test('reads no note after a build with a layer from its cache', async () => {
    await build(1, 'stages-changed');
    const asked = scene.double.requests.filter(({ input }) => JSON.stringify(input).includes('.cache.json'));
    expect(asked).toEqual([]);
  });

  test('says it even where it fails', async () => {
    scene.double.ecs.tasks.script(play('run-fails'));
    expect((await scene.build()).stderr).toMatch(TOLD);
  });

  test('says it once for all branches of a project', async () => {
    expect(await build(1, 'stages-first', { env: { JOB_NAME: 'shop/main' } })).toMatch(TOLD);
    expect(await build(1, 'stages-first', { env: { JOB_NAME: 'shop/feature' } })).not.toMatch(TOLD);
  });

  test('says nothing of owners where the task definition leaves them as they were', async () => {
    const lines = recorded('stages-first').lines.map((line) => line.replace('FF_KANIKO_COPY_AS_ROOT, ', ''));
    scene.double.ecs.tasks.script(task({ lines }));
    const { stderr } = await scene.build(['--no-push']);
    expect(stderr).toMatch(TOLD);
    expect(stderr).not.toContain('COPY after USER');
  });
});

import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { task } from '../double/scripts/task-scripts.ts';
import { type BuildScene, makeBuildScene } from '../support/build-scene.ts';
import { listFolder, makeFolder, makeTree, removeTrees } from '../support/context-tree.ts';
import { runCli } from '../support/host.ts';

// Whole runs on workspaces whose sources lead out of them: nothing outside is read, and no request to AWS is made before the refusal.

afterAll(removeTrees);

let scene: BuildScene;
let home: string;
beforeEach(async () => {
  scene = await makeBuildScene();
  home = realpathSync(makeFolder());
  mkdirSync(join(home, 'secrets'));
  writeFileSync(join(home, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  writeFileSync(join(home, 'secrets', 'master.key'), 'TOP-SECRET');
  writeFileSync(join(home, 'task.json'), 'TOP-SECRET');
  mkdirSync(join(scene.workspace, 'services'));
});
afterEach(() => scene.close());

const inWorkspace = (path: string) => join(scene.workspace, path);
/** A link as a pull request may bring it. */
const link = (path: string, target: string) => symlinkSync(target, inWorkspace(path));

async function refused(argv: readonly string[], current = scene.workspace, env: Record<string, string> = {}) {
  const [command = '', ...flags] = argv;
  const seen = await runCli(scene.double, [command, '--workspace', current, ...flags], {
    env: { WORKSPACE: scene.workspace, JENKINS_URL: 'https://jenkins.example.com/', BUILD_NUMBER: '7', ...env },
  });
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain('leads out of the workspace');
  expect(seen.stderr).toContain('only what is in the workspace is read');
  expect(seen.stderr + seen.stdout + JSON.stringify(seen.outcome)).not.toContain('TOP-SECRET');
  expect(seen.outcome).toMatchObject({ ok: false, failure: { category: 'usage' } });
  // Not even the settings.
  expect(scene.double.requests).toEqual([]);
}

const build = (...flags: string[]) => ['build', '--image', 'shop:1', ...flags];
const deploy = (...flags: string[]) => ['deploy', '--service', 'shop', '--image', 'shop:1', '--port', '80', ...flags];

describe('a context that leads out is refused', () => {
  test('a folder that is a link, on the way or at its end', async () => {
    link('services/shop', home);
    link('services/deep', '../services/shop/secrets');
    link('all', 'services/../services/shop');
    for (const context of ['services/shop', 'services/shop/secrets', 'services/deep', 'all', 'all/../services/shop'])
      await refused(build('--context', context));
    await refused(build('--context', 'services/shop', '--dry-run'));
  });

  test('.. and absolute paths', async () => {
    for (const context of ['..', 'services/../..', 'a/../../x', home, '/', `../${home}`])
      await refused(build('--context', context));
  });

  test('the current folder itself', async () => {
    link('services/shop', home);
    await refused(build(), inWorkspace('services/shop'));
    await refused(build('--context', 'secrets'), inWorkspace('services/shop'));
  });
});

describe('a task definition that leads out is refused, and nothing of it is told', () => {
  test('a link, .., an absolute path', async () => {
    link('task.json', join(home, 'task.json'));
    link('ops', home);
    for (const file of ['task.json', 'ops/task.json', join(home, 'task.json'), `../${home}/task.json`])
      await refused(deploy('--task-definition', file));
  });

  test('a file inside that is no JSON is not quoted', async () => {
    writeFileSync(inWorkspace('task.json'), 'TOP-SECRET');
    const seen = await runCli(scene.double, [
      ...deploy('--task-definition', 'task.json'),
      '--workspace',
      scene.workspace,
    ]);
    expect(seen.status).toBe(2);
    expect(seen.stderr).toContain('task.json is not JSON');
    expect(seen.stderr + JSON.stringify(seen.outcome)).not.toMatch(/TOP|SECRET/);
  });
});

describe('what is inside is built', () => {
  const built = (current: string, ...flags: string[]) =>
    runCli(scene.double, [...build('--dry-run', '--workspace', current, ...flags)], {
      env: { WORKSPACE: scene.workspace, JENKINS_URL: 'https://jenkins.example.com/', BUILD_NUMBER: '7' },
    });

  test('upwards from a folder of the workspace; by an absolute path; through a link that does not lead out', async () => {
    link('services/root', '..');
    for (const [current, context] of [
      [inWorkspace('services'), '..'],
      [scene.workspace, scene.workspace],
      [scene.workspace, 'services/..'],
      [scene.workspace, 'services/root'],
    ] as const) {
      const seen = await built(current, '--context', context);
      expect(seen.stderr).toBe('');
      expect(seen.stdout).toContain(`context   ${realpathSync(scene.workspace)}: `);
    }
  });

  test('where WORKSPACE is a link, and where it does not exist any more', async () => {
    const alias = join(home, 'alias');
    symlinkSync(scene.workspace, alias);
    for (const [WORKSPACE, current] of [
      [alias, alias],
      [alias, scene.workspace],
      [scene.workspace, alias],
      ['/nowhere/at/all', scene.workspace],
      ['', scene.workspace],
    ] as const) {
      const seen = await runCli(scene.double, build('--dry-run', '--workspace', current), { env: { WORKSPACE } });
      expect([seen.status, seen.stderr]).toEqual([0, '']);
    }
  });

  test('a person may use any folder, but no link among the sources', async () => {
    const person = (context: string) => runCli(scene.double, build('--dry-run', '--context', context));
    expect((await person(home)).status).toBe(0);
  });
});

test('a folder that becomes a link after it was checked is not followed', async () => {
  mkdirSync(inWorkspace('services/shop'));
  writeFileSync(inWorkspace('services/shop/Dockerfile'), 'FROM scratch\n');
  scene.double.ecs.tasks.script(task({ exitCode: 0, lines: [] }));
  // The settings are asked for between the check and the listing.
  scene.double.on('GetParametersByPath', () => {
    renameSync(inWorkspace('services/shop'), inWorkspace('services/old'));
    link('services/shop', home);
  });
  const seen = await runCli(scene.double, build('--workspace', scene.workspace, '--context', 'services/shop'), {
    env: { WORKSPACE: scene.workspace },
  });
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain('moved out of the workspace');
});

describe('an ignore file or a Dockerfile by links', () => {
  test('is the folder that the system finds, not the one that the text seems to name', async () => {
    // `d/../rules` is the folder above `far/away`, and not the root.
    const root = makeTree({
      '.dockerignore': { link: 'd/../rules' },
      d: { link: 'far/away' },
      'far/away': null,
      'far/rules': 'b\n',
      rules: 'a\n',
      a: '',
      b: '',
    });
    expect((await listFolder(root)).paths).not.toContain('b');
    const other = makeTree({ D: { link: 'd/../Dockerfile' }, d: { link: 'far/away' }, 'far/away': null });
    await expect(listFolder(other, { dockerfile: 'D' })).rejects.toThrow('does not exist');
    rmSync(join(other, 'd'));
    symlinkSync(home, join(other, 'd'));
    await expect(listFolder(other, { dockerfile: 'D' })).rejects.toThrow('outside the context');
  });
});

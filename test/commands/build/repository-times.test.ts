// A build in a git checkout: its files have the times of their commits. git is asked only for files without a known time.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type BuildScene, makeBuildScene, play, pushes } from '../../support/build-scene.ts';
import { timesIn } from '../../support/context-tree.ts';
import { runCli } from '../../support/host.ts';

let scene: BuildScene;
let folder: string;
let env: Record<string, string | undefined>;
beforeEach(async () => {
  scene = await makeBuildScene();
  scene.double.ecs.tasks.script(play('success'));
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fargate-ci-git-')));
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh\necho "$*" >>${folder}/calls\nexec ${real} "$@"\n`;
  writeFileSync(join(folder, 'git'), script, { mode: 0o755 });
  env = { JENKINS_URL: 'https://j/', JOB_NAME: 'shop/main', PATH: `${folder}${delimiter}${process.env.PATH}` };
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await scene.close();
});

const git = (at: string, ...args: string[]): string =>
  execFileSync('git', ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@e', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

function commit(at: string, time: number): void {
  git(at, 'add', '-A');
  execFileSync('git', ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@e', 'commit', '-qm', 'c'], {
    env: { ...process.env, GIT_COMMITTER_DATE: `@${time} +0000` },
  });
}

/** How many times git was asked for commit times. */
const asked = (): number =>
  existsSync(join(folder, 'calls'))
    ? (readFileSync(join(folder, 'calls'), 'utf8').match(/ log -| ls-files /g) ?? []).length
    : 0;

/** All builds give the same image. */
const SAME = '--kaniko-args=--reproducible';
let number = 0;
/** Runs a build. @returns the times of the files that were sent */
async function build(workspace = scene.workspace): Promise<Record<string, number>> {
  number += 1;
  pushes(scene.double);
  const { status, stderr } = await runCli(
    scene.double,
    ['build', '--image', 'shop:1.4.2', '--workspace', workspace, SAME],
    {
      env: { ...env, BUILD_NUMBER: String(number), WORKSPACE: workspace },
    },
  );
  if (status !== 0) throw new Error(stderr);
  const [request] = scene.double.calls('RunTask').slice(-1);
  const [, key = ''] = /--context=s3:\/\/[^/]+\/([^"]+)/.exec(JSON.stringify(request?.input)) ?? [];
  const times = await timesIn(gunzipSync(scene.double.s3.existing('fargate-ci-contexts', key).body));
  return Object.fromEntries([...times].filter(([path]) => /app|Dockerfile/.test(path)));
}

test('commits decide the times, and an unchanged build does not ask git for them, not even in a fresh clone', async () => {
  const { workspace } = scene;
  git(workspace, 'init', '-q');
  writeFileSync(join(workspace, '.dockerignore'), '.git\n');
  commit(workspace, 1_600_000_000);
  writeFileSync(join(workspace, 'src', 'app.py'), 'print("other")');
  commit(workspace, 1_700_000_000);
  const first = await build();
  expect(first).toEqual({ Dockerfile: 1_600_000_000, 'src/app.py': 1_700_000_000 });
  const before = asked();
  expect(before).toBeGreaterThan(0);
  expect(await build()).toEqual(first);
  const clone = join(folder, 'clone');
  git(workspace, 'clone', '-q', workspace, clone);
  expect(await build(clone)).toEqual(first);
  expect(asked()).toBe(before);
  writeFileSync(join(clone, 'src', 'app.py'), 'print("third")');
  commit(clone, 1_710_000_000);
  expect(await build(clone)).toEqual({ ...first, 'src/app.py': 1_710_000_000 });
  expect(asked()).toBeGreaterThan(before);
});

test('a shallow clone gives new files the time of the build', async () => {
  const { workspace } = scene;
  git(workspace, 'init', '-q');
  writeFileSync(join(workspace, '.dockerignore'), '.git\n');
  commit(workspace, 1_600_000_000);
  const clone = join(folder, 'clone');
  git(workspace, 'clone', '-q', '--depth', '1', `file://${workspace}`, clone);
  const times = await build(clone);
  expect(new Set(Object.values(times)).size).toBe(1);
  expect(times.Dockerfile).toBeGreaterThan(1_700_000_000);
});

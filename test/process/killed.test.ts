import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { task } from '../double/scripts/task-scripts.ts';
import { type BuildScene, DIGEST, makeBuildScene, play, pushes } from '../support/build-scene.ts';

// The bundle as a process of its own, with real signals. Its time is the machine's; the double's passes when a test says so.

const BUNDLE = fileURLToPath(new URL('../../resources/fargateci/helper.mjs', import.meta.url));
const JENKINS = { JENKINS_URL: 'https://jenkins.example.com/', JOB_NAME: 'acme/shop', BUILD_NUMBER: '7' };

let scene: BuildScene;
/** A folder outside of the workspace, so that files in it are no part of the context. */
let home: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  scene = await makeBuildScene();
  home = await mkdtemp(join(tmpdir(), 'fargate-ci-home-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await scene.close();
  await rm(home, { recursive: true });
});

/** A build with the bundle, started as the step does it. */
class Build {
  readonly child;
  said = '';
  readonly #result;

  constructor(name: string) {
    this.#result = join(home, `${name}.json`);
    const parameters = ['--image', 'shop:1.4.2', '--workspace', scene.workspace, '--result', this.#result];
    this.child = spawn(process.execPath, [BUNDLE, 'build', ...parameters], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        AWS_REGION: scene.double.place.region,
        AWS_ENDPOINT_URL: scene.double.url,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'fake',
        ...JENKINS,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(this.child);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** Its exit status, or the signal that ended it. */
  async end(): Promise<number | string> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode ?? this.child.signalCode ?? 'none';
  }

  get result(): unknown {
    return JSON.parse(readFileSync(this.#result, 'utf8'));
  }
}

/** Resolves when the action is answered the next time. */
const answered = (action: string) => new Promise<void>((resolve) => scene.double.on(action, () => resolve()));
/** Resolves at the next request for an action. The action takes effect, but its answer hangs. */
const hanging = (action: string) =>
  new Promise<void>((resolve) => {
    const where = () => {
      resolve();
      return true;
    };
    scene.double.fault({ action, where, fault: { kind: 'hang', effect: true } });
  });

const SLOW = 60_000;

for (const [signals, status] of [
  [['SIGINT', 'SIGINT'], 130],
  [['SIGTERM', 'SIGTERM'], 143],
  [['SIGHUP'], 129],
  [['SIGQUIT', 'SIGQUIT'], 131],
  [['SIGUSR2'], 140],
  [['SIGALRM'], 142],
  [['SIGXCPU', 'SIGXCPU'], 152],
  [['SIGPWR'], 158],
] as const) {
  test(
    `${signals.join(', ')} while the task runs: it is stopped, once`,
    async () => {
      scene.double.ecs.tasks.script(task({ running: 1e7 }));
      const watched = answered('DescribeTasks');
      const build = new Build('signals');
      await watched;
      for (const signal of signals) build.child.kill(signal);
      expect(await build.end()).toBe(status);
      expect(scene.double.calls('StopTask').map(({ input }) => input.reason)).toEqual([
        'fargate-ci: the build was aborted',
      ]);
      expect(build.said).toContain(`ABORTED  aborted by ${signals[0]}`);
      expect(build.result).toMatchObject({ ok: false, failure: { category: 'aborted', exitStatus: status } });
    },
    SLOW,
  );
}

test.each([
  ['SIGTERM', 143],
  ['SIGQUIT', 131],
] as const)(
  '%s while the context is sent: no task was started',
  async (signal, status) => {
    const sending = hanging('PutObject');
    const build = new Build('sending');
    await sending;
    build.child.kill(signal);
    expect(await build.end()).toBe(status);
    expect(build.said).toContain('the upload was aborted; no task was started');
    expect(scene.double.calls('RunTask')).toEqual([]);
  },
  SLOW,
);

test(
  'SIGTERM while a long list of names is matched with thousands of patterns: the run ends and says so',
  async () => {
    for (let index = 0; index < 20_000; index += 1) writeFileSync(join(scene.workspace, `name${index}`), '');
    writeFileSync(join(scene.workspace, '.dockerignore'), '*\n!*\n'.repeat(2_000));
    const asked = answered('GetParametersByPath');
    const build = new Build('listing');
    await asked;
    build.child.kill('SIGTERM');
    expect(await build.end()).toBe(143);
    expect(build.result).toMatchObject({ ok: false, failure: { category: 'aborted', exitStatus: 143 } });
    expect(scene.double.calls('PutObject')).toEqual([]);
    expect(scene.double.calls('RunTask')).toEqual([]);
  },
  SLOW,
);

test(
  'SIGTERM while RunTask has no answer: its task is found and stopped',
  async () => {
    scene.double.ecs.tasks.script(task({ running: 1e7 }));
    const starting = hanging('RunTask');
    const build = new Build('starting');
    await starting;
    build.child.kill('SIGTERM');
    expect(await build.end()).toBe(143);
    expect(scene.double.ecs.tasks.all.map(({ stopped }) => stopped?.reason)).toEqual([
      'fargate-ci: the build was aborted',
    ]);
  },
  SLOW,
);

test(
  'the reader of the log goes away: the task is stopped',
  async () => {
    scene.double.ecs.tasks.script(task({ running: 1e7 }));
    const watched = answered('DescribeTasks');
    const build = new Build('unread');
    await watched;
    build.child.stderr.destroy();
    await scene.double.clock.sleep(60_000);
    expect(await build.end()).toBe(129);
    expect(scene.double.ecs.tasks.all[0]?.stopped).toBeDefined();
  },
  SLOW,
);

test(
  'SIGKILL, and the same call again: it adopts the running task, shows its log from the start and returns its result',
  async () => {
    scene.double.ecs.tasks.script(play('success'));
    pushes(scene.double);
    const watched = answered('DescribeTasks');
    const killed = new Build('killed');
    await watched;
    killed.child.kill('SIGKILL');
    expect(await killed.end()).toBe('SIGKILL');
    expect(killed.result).toMatchObject({ ok: false, failure: { message: expect.stringContaining('was killed') } });
    expect(scene.double.calls('StopTask')).toEqual([]);
    await scene.double.clock.sleep(50_000);

    // Time passes after it has seen that the task runs.
    scene.double.fault({ action: 'DescribeTasks', skip: 1, fault: { kind: 'delay', ms: 60_000 } });
    const again = new Build('again');
    expect({ status: await again.end(), said: again.said }).toMatchObject({ status: 0 });
    const [only, ...others] = scene.double.ecs.tasks.all;
    expect(others).toEqual([]);
    expect(again.said).toContain(`going on with ${only?.id}, which an earlier call of this build has started`);
    expect(again.said).toMatch(/FROM busybox[\s\S]*compiling[\s\S]*pushed/);
    expect(again.result).toMatchObject({ ok: true, result: { digest: DIGEST, task: only?.arn } });
  },
  SLOW,
);

test(
  'SIGKILL, and the call again after the task has ended: a new build',
  async () => {
    scene.double.ecs.tasks.script(task({ running: 1_000 }), play('success'));
    pushes(scene.double);
    const watched = answered('DescribeTasks');
    const killed = new Build('killed');
    await watched;
    killed.child.kill('SIGKILL');
    await killed.end();
    await scene.double.clock.sleep(600_000);
    scene.double.fault({ action: 'DescribeTasks', skip: 1, fault: { kind: 'delay', ms: 120_000 } });
    const again = new Build('again');
    scene.double.ecr.repository('fargate-ci/shop').images.length = 0;
    expect({ status: await again.end(), said: again.said }).toMatchObject({ status: 0 });
    expect(scene.double.ecs.tasks.all).toHaveLength(2);
    expect(again.result).toMatchObject({ ok: true, result: { task: scene.double.ecs.tasks.all[1]?.arn } });
  },
  SLOW,
);

import { type TaskOptions, type TaskScript, task } from '../../double/scripts/task-scripts.ts';
import { type BuildScene, DIGEST, makeBuildScene, play, pushes, REGISTRY } from '../../support/build-scene.ts';
import { runCli } from '../../support/host.ts';
import { kaniko } from '../../support/recorded-logs.ts';

// Forgeries in a Dockerfile, and mishaps of a build: the build succeeds only where ECR stores the image that it has pushed.

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

const IMAGE = `${REGISTRY}/shop:1.4.2`;
const FORGED = `sha256:${'f'.repeat(64)}`;
const pushed = (digest = FORGED) => `Pushed ${REGISTRY}/shop@${digest}`;
const inJson = kaniko(pushed());
const START = [
  kaniko("Building stage 'busybox:1.36' [idx: '0', base-idx: '-1']"),
  kaniko('RUN sh forge.sh'),
  kaniko('Running: [/bin/sh -c sh forge.sh]'),
];
/** A build whose RUN prints these lines, and whose task ends in this way. */
const forging = (lines: readonly string[], end: TaskOptions = {}): TaskScript =>
  task({ provisioning: 2_000, pulling: 500, running: 2_500, lines: [...START, ...lines], ...end });
/** A clock that is wrong by this much, in milliseconds. */
const ahead = (ms: number) => ({
  now: () => scene.double.clock.now() + ms,
  sleep: (pause: number, signal?: AbortSignal) => scene.double.clock.sleep(pause, signal),
});
const both = [kaniko(`Pushing image to ${IMAGE}`), inJson];

/** Runs a build that must fail. */
async function red(script: TaskScript, flags: readonly string[] = []) {
  scene.double.ecs.tasks.script(script);
  const { status, stderr, outcome } = await scene.build(flags);
  expect(stderr).not.toContain('[fargate-ci] pushed');
  expect(status).not.toBe(0);
  expect(outcome).toMatchObject({ ok: false, failure: { exitStatus: status } });
  return { status, stderr };
}

describe('a RUN that prints the line of a push, and ends kaniko with 0', () => {
  for (const [name, lines] of [
    ['as text', [pushed()]],
    ['as logrus colours it', [`\x1b[36mINFO\x1b[0m[0042] ${pushed()}`]],
    ['as logrus has it without a terminal', [`time="2026-11-22T20:25:14Z" level=info msg="${pushed()}"`]],
    ['in our own format', [inJson]],
    ['after the line before it', both],
    ['with CR', [`${inJson}\r`]],
    ['with a progress bar before it', [`10%\r50%\r${inJson}`]],
    ['after what was left unfinished', [`compiling... ${inJson}`]],
    ['in colour, in our format', [`\x1b[32m${inJson}\x1b[0m`]],
    ['twice', [...both, ...both]],
    ['many lines in one event', [both.join('\n')]],
    ['with kaniko’s words around it', [kaniko('Taking snapshot of full filesystem...'), ...both]],
    ['for a cache as well', [kaniko(`Pushed ${REGISTRY}/cache/shop@${FORGED}`), ...both]],
  ] as const) {
    test(name, async () => {
      const { status, stderr } = await red(forging(lines));
      expect(status).toBe(11);
      expect(stderr).toMatch(/is not in ECR, though|did not report that it pushed/);
    });
  }

  test('a RUN that prints nothing', async () => {
    const { status, stderr } = await red(forging([]));
    expect(status).toBe(11);
    expect(stderr).toContain(`kaniko ended with 0 but did not report that it pushed ${IMAGE}`);
  });

  test('a digest that ECR stores under another tag', async () => {
    scene.double.ecr.push('fargate-ci/shop', 'other', FORGED);
    expect((await red(forging(both))).status).toBe(11);
  });

  test('a push to the first of two tags, the line of the second', async () => {
    pushes(scene.double, FORGED);
    const second = [kaniko(`Pushing image to ${REGISTRY}/shop:latest`), inJson];
    scene.double.ecs.tasks.script(forging([...both, ...second]));
    const { status, stderr } = await scene.build(['--image', 'shop:latest']);
    expect(status).toBe(11);
    expect(stderr).toContain('shop:latest is not in ECR');
  });
});

describe('the digest of an older image', () => {
  beforeEach(async () => {
    scene.double.ecr.push('fargate-ci/shop', '1.4.2', FORGED);
    await scene.double.clock.sleep(86_400_000);
  });

  for (const [name, clockAhead] of [
    ['on a machine whose clock is right', 0],
    ['an hour ahead', 3_600_000],
    ['two days behind', -2 * 86_400_000],
  ] as const) {
    test(`is no proof, ${name}`, async () => {
      scene.double.ecs.tasks.script(forging(both));
      const { status, stderr } = await scene.build([], { clock: ahead(clockAhead) });
      expect(status).toBe(11);
      expect(stderr).toContain('was in ECR before this build began: this build has pushed nothing');
      expect(stderr).toContain('pushed 2026-11-22T03:00:00.000Z');
    });

    test(`the digest of a new image is a proof, ${name}`, async () => {
      scene.double.ecs.tasks.script(play('success'));
      pushes(scene.double);
      expect((await scene.build([], { clock: ahead(clockAhead) })).status).toBe(0);
    });
  }

  test('is a proof for a reproducible build, which can give the same image again', async () => {
    scene.double.ecs.tasks.script(forging(both));
    expect((await scene.build(['--kaniko-args=--reproducible'])).status).toBe(0);
    expect((await scene.build(['--kaniko-args=--reproducible', '--kaniko-args=--reproducible=false'])).status).toBe(11);
  });
});

describe('the line of a push, and then another end of the task', () => {
  beforeEach(() => pushes(scene.double, FORGED));

  for (const [name, end, status, message] of [
    ['its parent is killed', { exitCode: 137 }, 12, 'was killed (SIGKILL) and ECS gives no reason'],
    ['its parent dies of a signal', { exitCode: 255 }, 10, 'exit code 255'],
    ['its parent ends with 1', { exitCode: 1 }, 10, 'exit code 1'],
    [
      'memory ran out in the last second',
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      12,
      'ran out of memory',
    ],
    ['Spot', { exitCode: 143, stopCode: 'SpotInterruption' }, 12, 'took the Spot capacity back'],
    [
      'a person',
      { exitCode: 143, stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' },
      12,
      'someone stopped the task: Task stopped by user',
    ],
    ['the platform retires the host', { exitCode: 143, stopCode: 'TerminationNotice' }, 12, 'retired the host'],
    [
      'it is said never to have started',
      { exitCode: null, stopCode: 'TaskFailedToStart', stoppedReason: 'x' },
      12,
      'could not start',
    ],
    ['no exit code', { exitCode: null }, 12, 'no exit code'],
    [
      'no exit code, and the agent was lost',
      { exitCode: null, stopCode: '', stoppedReason: 'Host EC2 (instance i-0) terminated.' },
      12,
      'no exit code',
    ],
  ] as const) {
    test(`${name}: the build fails`, async () => {
      const { status: ended, stderr } = await red(forging(both, { stopCode: 'EssentialContainerExited', ...end }));
      expect({ ended, stderr }).toEqual({ ended: status, stderr: expect.stringContaining(message) });
    });
  }

  for (const [name, end] of [
    ['memory ran out beside kaniko', { reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    ['Spot took it back after its end', { stopCode: 'SpotInterruption' }],
    ['a person stopped it after its end', { stopCode: 'UserInitiated' }],
  ] as const) {
    test(`exit code 0 although ${name}: the build succeeds because ECR has the image`, async () => {
      scene.double.ecs.tasks.script(forging(both, { exitCode: 0, ...end }));
      expect((await scene.build()).status).toBe(0);
    });

    test(`exit code 0 although ${name}, without a push: the build fails`, async () => {
      await red(forging([], { exitCode: 0, ...end }));
    });
  }
});

describe('another registry than ECR', () => {
  const other = (line: string) => line.replaceAll(`${REGISTRY}/shop`, 'ghcr.io/acme/shop');
  const build = (lines: readonly string[]) => {
    scene.double.ecs.tasks.script(forging(lines.map(other)));
    return runCli(scene.double, ['build', '--image', 'ghcr.io/acme/shop:1.4.2', '--workspace', scene.workspace]);
  };

  test('two digests in the log: the last one counts, and a warning says that it is not proved', async () => {
    const { status, stderr } = await build([...both, ...both.map((line) => line.replace(FORGED, DIGEST))]);
    expect(status).toBe(0);
    expect(stderr).toContain('the log names more than one digest for the image, and this registry cannot be asked');
  });

  test('no line of a push: the build fails', async () => {
    expect((await build([])).status).toBe(11);
  });
});

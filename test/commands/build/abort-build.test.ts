import { randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../helper/src/failure.ts';
import type { Fault } from '../../double/injected-faults.ts';
import { type TaskScript, task } from '../../double/scripts/task-scripts.ts';
import { taskTimeline } from '../../double/state/task-view.ts';
import { type BuildScene, DIGEST, makeBuildScene, REGISTRY } from '../../support/build-scene.ts';
import { recorded } from '../../support/recorded-logs.ts';

// A build is aborted at every moment at which it waits for something, one moment after the other. Nothing may be left behind.

const SIGNALS = [
  ['SIGTERM', 15],
  ['SIGINT', 2],
] as const;
/** What we promise. Jenkins waits twice as long before it kills the process. */
const WITHIN_MS = 10_000;

let scene: BuildScene;
/** A build that makes every kind of call: it has secrets, a new repository, and an image that is pushed. */
const FLAGS = ['--secrets', 'npmrc=fargate-ci/build/npmrc', '--image', 'tea/cup:1'];
const SHORT = { provisioning: 2_000, pulling: 500, running: 3_000 };

async function prepare(script: TaskScript, large?: Buffer): Promise<void> {
  scene = await makeBuildScene();
  const { double, workspace } = scene;
  double.secrets.put('fargate-ci/build/npmrc');
  double.ecs.tasks.script(script);
  double.on('RunTask', () => {
    double.ecr.push('fargate-ci/shop', '1.4.2', DIGEST);
    double.ecr.push('fargate-ci/tea/cup', '1', DIGEST);
  });
  if (large) await writeFile(join(workspace, 'src', 'noise.bin'), large);
}

/** Bytes that do not compress, more than one part of an upload can hold. */
const NOISE = randomFillSync(Buffer.alloc(9_000_000));

/** One build, with the moment at which it is aborted. */
class Aborted {
  readonly controller = new AbortController();
  /** How many moments have passed; the build is aborted at the nth. */
  seen = 0;
  at: number | undefined;
  readonly #signal;

  constructor(readonly nth: number) {
    this.#signal = SIGNALS[nth % SIGNALS.length] ?? SIGNALS[0];
  }

  /** Counts a moment. @returns true at the moment at which this build is aborted */
  moment(): boolean {
    this.seen += 1;
    return this.seen === this.nth;
  }

  abort(): void {
    this.at ??= scene.double.clock.elapsed();
    const [name, signal] = this.#signal;
    this.controller.abort(new Failure('aborted', `aborted by ${name}`, { signal }));
  }

  async run(options: Parameters<BuildScene['build']>[1] = {}): Promise<void> {
    const { double } = scene;
    const { status, stderr, outcome } = await scene.build(FLAGS, { controller: this.controller, ...options });
    const took = double.clock.elapsed() - (this.at ?? Number.NEGATIVE_INFINITY);
    const what = `moment ${this.nth}\n${stderr}`;
    if (this.at === undefined) {
      expect(`${status} ${what}`).toBe(`0 ${what}`);
      return;
    }
    // After its last answer a build may also succeed.
    if (status !== 0) {
      expect(`${status} ${what}`).toBe(`${128 + this.#signal[1]} ${what}`);
      expect(outcome).toMatchObject({ ok: false, failure: { category: 'aborted' } });
      expect(stderr).toContain(`ABORTED  aborted by ${this.#signal[0]}`);
    }
    expect(`${took <= WITHIN_MS} ${what}`).toBe(`true ${what}`);
    // An upload whose id was never answered may stay: it holds no parts.
    const parts = [...double.s3.uploads.values()].reduce((sum, upload) => sum + upload.parts.size, 0);
    expect(`${parts} parts, ${what}`).toBe(`0 parts, ${what}`);
    for (const one of double.ecs.tasks.all) {
      const over = taskTimeline(one).some(({ at, stopCode }) => stopCode && one.createdAt + at <= double.clock.now());
      expect(`${over} ${what}`).toBe(`true ${what}`);
      if (one.stopped) expect(stderr).toContain(`stopping ${one.id}: the build was aborted`);
    }
  }
}

/**
 * Aborts one build after the other, each at a later moment, until a build has no further moment.
 * @param arm makes a build abort at its moment
 * @returns the number of moments
 */
async function sweep(
  script: () => TaskScript,
  arm: (build: Aborted) => Parameters<BuildScene['build']>[1] | undefined,
  large?: Buffer,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    await prepare(script(), large);
    const build = new Aborted(nth);
    try {
      await build.run(arm(build));
    } finally {
      await scene.close();
    }
    if (build.at === undefined) return build.seen;
    expect(nth).toBeLessThan(300);
  }
}

/** The recorded build, pushing to both of our repositories. */
function pushing(): TaskScript {
  const lines = recorded('two-destinations')
    .lines.join('\n')
    .replaceAll('127.0.0.1:5055/demo/app:1', `${REGISTRY}/shop:1.4.2`)
    .replaceAll('127.0.0.1:5055/demo/app:latest', `${REGISTRY}/tea/cup:1`);
  let pushes = 0;
  const repositories = ['shop', 'tea/cup'];
  const digests = lines.replace(
    /Pushed 127\.0\.0\.1:5055\/demo\/app@sha256:[0-9a-f]{64}/g,
    () => `Pushed ${REGISTRY}/${repositories[pushes++ % 2]}@${DIGEST}`,
  );
  return task({ ...SHORT, lines: digests.split('\n') });
}

/** The calls of a build. Of calls that it repeats, the first two are enough. */
const S3 = [
  ...['HeadObject', 'GetObject', 'PutObject', 'CreateMultipartUpload', 'UploadPart', 'UploadPartCopy'],
  'CompleteMultipartUpload',
];
const ALL = [
  ...['GetParametersByPath', 'DescribeTaskDefinition', 'DescribeSecret', 'RegisterTaskDefinition'],
  ...['DescribeRepositories', 'CreateRepository', ...S3, 'RunTask', 'DescribeTasks', 'GetLogEvents', 'DescribeImages'],
];
const FIRST = 2;

/** Makes a fault of each request in turn; the build is aborted `after` ms later. */
const faulty = (actions: readonly string[], fault: Fault, after: number) => (build: Aborted) => {
  const { double } = scene;
  for (const action of actions) {
    let count = 0;
    const where = () => {
      count += 1;
      if (count > FIRST || !build.moment()) return false;
      double.clock.after(after, () => build.abort());
      return true;
    };
    double.fault({ action, times: Number.POSITIVE_INFINITY, where, fault });
  }
  return {};
};

/** Each is dozens of builds. */
const LONG = 300_000;
const sweeps = (name: string, check: () => Promise<void>) => test(name, check, LONG);

const BEFORE = ['before it is answered', { kind: 'delay', ms: 1_500 }, 300] as const;
const HANGS = ['while it hangs, having taken effect', { kind: 'hang', effect: true }, 300] as const;
const LOST = ['when its answer is lost', { kind: 'reset', effect: true }, 0] as const;

for (const [[name, fault, after], actions] of [
  [BEFORE, ALL],
  [HANGS, ALL],
  [LOST, ['RegisterTaskDefinition', 'CreateRepository', 'PutObject', 'RunTask', 'DescribeTasks']],
] as const) {
  sweeps(`each call in turn is aborted ${name}`, async () => {
    expect(await sweep(pushing, faulty(actions, fault, after))).toBeGreaterThanOrEqual(actions === ALL ? 15 : 5);
  });
}

sweeps('each call in turn is aborted once it is answered', async () => {
  const arm = (build: Aborted) => {
    for (const action of ALL) {
      let count = 0;
      scene.double.on(action, () => {
        count += 1;
        if (count <= FIRST && build.moment()) build.abort();
      });
    }
    return {};
  };
  expect(await sweep(pushing, arm)).toBeGreaterThan(15);
});

sweeps('each sleep in turn is aborted', async () => {
  const arm = (build: Aborted) => ({
    clock: {
      now: () => scene.double.clock.now(),
      sleep: (ms: number, signal?: AbortSignal) => {
        if (build.moment()) scene.double.clock.after(Math.min(ms / 2, 200), () => build.abort());
        return scene.double.clock.sleep(ms, signal);
      },
    },
  });
  expect(await sweep(pushing, arm)).toBeGreaterThan(5);
});

sweeps('whatever is said, it is aborted just then', async () => {
  const arm = (build: Aborted) => ({ onSaid: () => void (build.at === undefined && build.moment() && build.abort()) });
  expect(await sweep(pushing, arm)).toBeGreaterThan(10);
});

sweeps(`a large context: each call of S3 in turn is aborted ${HANGS[0]}`, async () => {
  expect(await sweep(pushing, faulty(S3, HANGS[1], HANGS[2]), NOISE)).toBeGreaterThanOrEqual(4);
});

test('an aborted upload is reported as aborted', async () => {
  await prepare(pushing());
  try {
    const build = new Aborted(1);
    faulty(S3, HANGS[1], 300)(build);
    const { stderr } = await scene.build(FLAGS, { controller: build.controller });
    expect(stderr).toContain('[fargate-ci] context  the upload was aborted; no task was started\n');
  } finally {
    await scene.close();
  }
});

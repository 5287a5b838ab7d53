import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotPull, noCapacity, outOfMemory, spotInterruption, task } from '../../double/scripts/task-scripts.ts';
import { type BuildScene, DIGEST, makeBuildScene, play, pushes, REGISTRY } from '../../support/build-scene.ts';
import { expectGolden } from '../../support/golden.ts';
import { sigterm } from '../../support/host.ts';

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

/** Everything that a user sees, and the exit status. */
const transcript = ({ stdout, stderr, status }: { stdout: string; stderr: string; status: number }) =>
  `${stderr}${stdout}(exit status ${status})\n`;

test('a build that succeeds', async () => {
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  const seen = await scene.build();
  expectGolden('build-success', transcript(seen));
  expect(seen.outcome).toMatchObject({
    ok: true,
    result: {
      image: `${REGISTRY}/shop:1.4.2`,
      images: [`${REGISTRY}/shop:1.4.2`],
      digest: DIGEST,
      reference: `${REGISTRY}/shop@${DIGEST}`,
      context: { files: 3 },
      seconds: { start: 26, build: 60 },
    },
  });
});

test('a cached build with the whole log', async () => {
  scene.double.ecs.tasks.script(play('success-cached'));
  pushes(scene.double, 'sha256:b89964805b0ede8697f6e41036b8557697d230fbfbfe5961676b8c2654974c68');
  expectGolden('build-verbose', transcript(await scene.build(['--verbose'])));
});

for (const name of [
  'run-fails',
  'run-killed',
  'copy-missing',
  'dockerfile-syntax',
  'dockerfile-missing',
  'target-unknown',
  'base-tag-unknown',
  'base-image-unknown',
  'context-missing',
  'context-corrupt',
  'push-unauthorized',
  'registry-unreachable',
  'flag-unknown',
])
  test(`a recorded failure: ${name}`, async () => {
    scene.double.ecs.tasks.script(play(name));
    expectGolden(`build-${name}`, transcript(await scene.build(['--target', 'zz'])));
  });

for (const [name, script] of [
  ['out-of-memory', outOfMemory({ lines: play('run-fails').lines?.slice(0, 20) ?? [] })],
  ['cannot-pull', cannotPull('ghcr.io/osscontainertools/kaniko:v1.28.3')],
  ['no-capacity', noCapacity],
  ['spot', spotInterruption()],
  ['no-push-line', task({ lines: ['compiling'] })],
] as const)
  test(`a failure of the platform: ${name}`, async () => {
    scene.double.ecs.tasks.script(script);
    expectGolden(`build-${name}`, transcript(await scene.build()));
  });

test('a build with a forged Pushed line fails', async () => {
  scene.double.ecs.tasks.script(play('success'));
  const seen = await scene.build();
  expectGolden('build-forged', transcript(seen));
  expect(seen.status).toBe(11);
});

test('a build whose tag another build has moved fails', async () => {
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double, `sha256:${'1'.repeat(64)}`);
  expectGolden('build-tag-moved', transcript(await scene.build()));
});

test('a build that takes too long is stopped', async () => {
  scene.double.ecs.tasks.script(task({ running: 3_600_000, lines: ['still compiling'] }));
  const seen = await scene.build(['--timeout', '10']);
  expectGolden('build-timeout', transcript(seen));
  expect(scene.double.calls('StopTask')).toHaveLength(1);
});

test('an abort stops the task', async () => {
  const controller = new AbortController();
  scene.double.ecs.tasks.script(task({ lines: ['compiling'] }));
  scene.double.on('RunTask', () => scene.double.clock.after(40_000, () => controller.abort(sigterm())));
  const seen = await scene.build([], { controller });
  expectGolden('build-aborted', transcript(seen));
  expect(seen.status).toBe(143);
  expect(scene.double.calls('StopTask')).toHaveLength(1);
});

test('repositories are created on first use', async () => {
  scene.double.ecs.tasks.script(play('success'));
  scene.double.on('RunTask', () => scene.double.ecr.push('fargate-ci/tea/cup', '1.4.2', DIGEST));
  const seen = await scene.build(['--image', 'tea/cup:1']);
  expect(seen.stderr).toContain(`created the repository ${REGISTRY}/tea/cup: it did not exist yet`);
  expect(scene.double.calls('CreateRepository').map(({ input }) => input.repositoryName)).toEqual([
    'fargate-ci/tea/cup',
  ]);
});

test('an image with a registry in its name is pushed to that registry', async () => {
  const seen = await scene.build(['--dry-run', '--image', 'ghcr.io/acme/shop:1', '--image', 'docker.io/shop:2']);
  expect(seen.stdout).toContain('--destination=ghcr.io/acme/shop:1\n');
  expect(seen.stdout).toContain('--destination=docker.io/shop:2\n');
});

test('secrets go into a derived task definition, registered once', async () => {
  scene.double.secrets.put('fargate-ci/build/npmrc');
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  const flags = ['--secrets', 'npmrc=fargate-ci/build/npmrc'];
  expectGolden('build-secrets', transcript(await scene.build(flags)));
  const digest = 'sha256:b89964805b0ede8697f6e41036b8557697d230fbfbfe5961676b8c2654974c68';
  scene.double.ecs.tasks.script(play('success-cached'));
  pushes(scene.double, digest);
  const again = await scene.build(flags);
  expect(again.status).toBe(0);
  expect(scene.double.calls('RegisterTaskDefinition')).toHaveLength(1);
});

test('a dry run shows the plan and changes nothing', async () => {
  const seen = await scene.build([
    '--dry-run',
    '--build-args',
    'VERSION=1',
    '--secrets',
    'npmrc=fargate-ci/build/npmrc',
  ]);
  expectGolden('build-dry-run', transcript(seen));
  const reading = ['GetParametersByPath', 'DescribeTaskDefinition', 'DescribeSecret', 'DescribeRepositories'];
  expect(scene.double.requests.filter(({ action }) => !reading.includes(action))).toEqual([]);
});

test('all complaints are shown together, and AWS is not called', async () => {
  const seen = await scene.build([
    '--build-arg',
    'A=1',
    '--memory',
    '1000',
    '--image',
    'shop:feature/x',
    '--kaniko-args=--destination=x',
  ]);
  expectGolden('build-usage', transcript(seen));
  expect(scene.double.requests).toEqual([]);
});

test('the error about missing settings says where we looked for them', async () => {
  expectGolden('build-settings-missing', transcript(await scene.build(['--prefix', 'other'])));
});

test('a missing Dockerfile', async () => {
  expectGolden('build-no-dockerfile', transcript(await scene.build(['--dockerfile', 'dockerfile'])));
});

test('an argument that is too long for ECS', async () => {
  const seen = await scene.build(['--build-args', `NOTES=${'x'.repeat(9_000)}`]);
  expectGolden('build-too-long', transcript(seen));
  expect(scene.double.calls('RunTask')).toEqual([]);
});

test('a value that withCredentials has bound is masked wherever it appears', async () => {
  await writeFile(join(scene.workspace, 'Dockerfile'), 'FROM busybox:1.36\n');
  scene.double.ecs.tasks.script(
    task({ exitCode: 3, lines: ['token is s3cr3t-value!', 'error building image: s3cr3t-value! is bad'] }),
  );
  const seen = await scene.build([], { env: { API_TOKEN: 's3cr3t-value!' } });
  expect(seen.stderr + seen.stdout + JSON.stringify(seen.outcome)).not.toContain('s3cr3t-value!');
  expect(seen.stderr).toContain('token is ****');
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables
import { mkdir, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildScene, makeBuildScene, play, pushes } from '../../support/build-scene.ts';
import { expectGolden } from '../../support/golden.ts';

// Before anything is sent we say what kaniko would silently do otherwise than Docker.

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());

const dockerfile = (text: string, name = 'Dockerfile') => writeFile(join(scene.workspace, name), text);
const transcript = ({ stdout, stderr, status }: { stdout: string; stderr: string; status: number }) =>
  `${stderr}${stdout}(exit status ${status})\n`;

const WRONG = `FROM golang:1.25 AS build
COPY --exclude=*.env . /src
ADD --checksum=sha256:0000 \\
    https://example.com/tool /usr/bin/tool
RUN --mount=type=ssh go build
FROM build AS unused
COPY --parents a b
FROM alpine:3
COPY --from=build /src/app /app
`;

test('instructions that would give another image are refused together, before anything is created', async () => {
  await dockerfile(WRONG);
  const seen = await scene.build();
  expectGolden('build-dockerfile-refused', transcript(seen));
  expect(seen.status).toBe(10);
  expect(seen.outcome).toMatchObject({ ok: false, failure: { category: 'build', exitStatus: 10 } });
  expect(scene.double.calls('RunTask')).toEqual([]);
  expect(scene.double.calls('PutObject')).toEqual([]);
  expect(scene.double.calls('CreateMultipartUpload')).toEqual([]);
});

test('a dry run refuses them, too', async () => {
  await dockerfile(WRONG);
  const seen = await scene.build(['--dry-run']);
  expect(seen.status).toBe(10);
  expect(seen.stderr).toContain('Dockerfile:2: COPY --exclude: kaniko copies what is to be left out');
  expect(seen.stderr).toContain('warning  Dockerfile:5: RUN --mount=type=ssh: kaniko gives the RUN no SSH agent');
});

test('a target that does not need such a stage is built', async () => {
  await dockerfile('FROM busybox:1.36 AS good\nCOPY . /src\nFROM busybox:1.36\nCOPY --parents src/app.py /x\n');
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  expect((await scene.build(['--target', 'GOOD'])).status).toBe(0);
  expect((await scene.build()).status).toBe(10);
});

test('build arguments decide which stages are built', async () => {
  await dockerfile('ARG FLAVOUR=plain\nFROM a AS plain\nFROM b AS fancy\nCOPY --parents src /x\nFROM ${FLAVOUR}\n');
  expect((await scene.build(['--dry-run'])).status).toBe(0);
  expect((await scene.build(['--dry-run', '--build-args', 'FLAVOUR=fancy'])).status).toBe(10);
});

test('a mount that kaniko ignores is warned about before the task starts, and again where the build fails', async () => {
  await dockerfile('FROM busybox\nRUN --mount=type=ssh env | grep SSH_AUTH_SOCK\n');
  scene.double.ecs.tasks.script(play('mount-ssh-ignored'));
  const seen = await scene.build();
  expectGolden('build-mount-ssh-ignored', transcript(seen));
  const lines = seen.stderr.split('\n');
  const warned = lines.findIndex((line) => line.includes('warning') && line.includes('Dockerfile:2'));
  expect(warned).toBeGreaterThanOrEqual(0);
  expect(warned).toBeLessThan(lines.findIndex((line) => /\[fargate-ci\] task /.test(line)));
  const again = expect.stringContaining('Dockerfile:2: RUN --mount=type=ssh');
  expect(seen.outcome).toMatchObject({
    ok: false,
    failure: { category: 'build', evidence: expect.arrayContaining([again]) },
  });
});

test('a failure of the platform does not show warnings about the Dockerfile', async () => {
  await dockerfile('FROM busybox\nRUN --mount=type=ssh x\n');
  scene.double.ecs.tasks.script(play('push-unauthorized'));
  const { outcome } = await scene.build();
  expect(JSON.stringify(Reflect.get(Object(outcome), 'failure'))).not.toContain('Dockerfile:2');
});

describe('a wildcard is compared with the files of the context', () => {
  const warning = 'COPY *.log: nothing in the context matches, so kaniko copies nothing for it';
  for (const [name, ignored, flags, text, warned] of [
    ['what .dockerignore leaves out is not there', '*.log\n', [], 'COPY *.log /x/', true],
    ['what is sent is there', '', [], 'COPY *.log /x/', false],
    ['what the parameter ignore leaves out is not there', '', ['--ignore', '*.log'], 'COPY *.log /x/', true],
    ['of a stage nothing is known', '*.log\n', [], 'COPY --from=alpine:3 *.log /x/', false],
  ] as const)
    test(name, async () => {
      await dockerfile(`FROM busybox\n${text}\n`);
      await writeFile(join(scene.workspace, '.dockerignore'), ignored);
      const { status, stderr } = await scene.build(['--dry-run', ...flags]);
      expect(status).toBe(0);
      expect(stderr.includes(warning)).toBe(warned);
    });
});

test('the Dockerfile that is sent is the one that is read: by its name, in its folder, through a symlink', async () => {
  await mkdir(join(scene.workspace, 'docker'));
  await dockerfile('FROM a\nCOPY --parents b c\n', 'docker/production.Dockerfile');
  await symlink('docker/production.Dockerfile', join(scene.workspace, 'linked'));
  for (const name of ['docker/production.Dockerfile', 'linked']) {
    const { status, stderr } = await scene.build(['--dry-run', '--dockerfile', name]);
    expect(status).toBe(10);
    expect(stderr).toContain(`${name}:2: COPY --parents`);
  }
});

test('the Dockerfile may be given by its absolute path in the context, and kaniko gets it beside the context', async () => {
  await mkdir(join(scene.workspace, 'docker'));
  await dockerfile('FROM busybox\n', 'docker/D');
  await writeFile(join(scene.workspace, '.dockerignore'), '**/docker\n');
  const { status, stdout } = await scene.build(['--dry-run', '--dockerfile', join(scene.workspace, 'docker/D')]);
  expect(status).toBe(0);
  expect(stdout).toContain('--context-sub-path=ctx\n');
  expect(stdout).toContain('--dockerfile=../dockerfile/docker/D\n');
});

test('a Dockerfile that cannot be read is left to kaniko', async () => {
  for (const text of [
    'FROM a\nCOPY --parents b c\nENV A\n',
    '# syntax=acme/other\n{"a": 1}\n',
    'FROM a\nRUN <<EOF\n',
    '\0\xff',
  ]) {
    await dockerfile(text);
    expect((await scene.build(['--dry-run'])).status).toBe(0);
  }
});

test('a Dockerfile of another frontend is read as usual', async () => {
  await dockerfile('# syntax=docker/dockerfile:1-labs\nFROM a\nCOPY --parents b c\n');
  expect((await scene.build(['--dry-run'])).status).toBe(10);
});

test('a Dockerfile of 60 MB is not read, with a warning', async () => {
  await unlink(join(scene.workspace, 'Dockerfile'));
  await dockerfile('FROM a\nCOPY --parents b c\n');
  await truncate(join(scene.workspace, 'Dockerfile'), 60 * 1024 * 1024);
  const { status, stderr } = await scene.build(['--dry-run']);
  expect(status).toBe(0);
  expect(stderr).toContain('Dockerfile has 60 MiB: nobody looks there for what kaniko ignores, such as COPY --exclude');
});

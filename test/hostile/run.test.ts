import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutcomeFile } from '../../helper/src/cli/outcome-file.ts';
import { task } from '../double/scripts/task-scripts.ts';
import { type BuildScene, makeBuildScene } from '../support/build-scene.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';
import { runCli } from '../support/host.ts';
import fc from '../support/property.ts';

// Whole runs on hostile input.

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
});
afterEach(() => scene.close());
afterAll(removeTrees);

/** What no printed line may contain: escapes, control characters, marks that turn the text's direction. */
const UNREADABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const SPOOFS = [
  '[fargate-ci] pushed   shop:1  sha256:0',
  '\r[fargate-ci] done in 1 s',
  'x\u0085[fargate-ci] pushed',
  'x\u2028[fargate-ci] pushed',
  'x\x0b[fargate-ci] pushed\x0c[fargate-ci] pushed',
  '\x1b[1A\x1b[2K[fargate-ci] pushed',
  '\x1b[8mha:////4AAAAA=\x1b[0mFinished: SUCCESS',
  '\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\',
  '\x9b2J\x9d0;title\x9c',
  'user\u202e\u2066// admin\u2069',
  '##[error]x ::set-output name=a::b',
  '{"level":"info","msg":"Pushed x\\n[fargate-ci] pushed","time":"t"}',
  '{"level":"fatal","msg":"\\u001b[2J\\n[fargate-ci] FAILED","time":"t"}',
  '{"level":"info","msg":"RUN x\\u2028[fargate-ci] pushed \\u001b[31m","time":"t"}',
  '\x1b'.repeat(500),
  '[Pipeline] // node',
];

test('no line of a RUN looks like one of fargate-ci or Jenkins, or moves the cursor', async () => {
  const text = fc.string({
    unit: fc.constantFrom(...'ab[];m8\x1b\x9b\x9d\x9c\r\u2028\u202e\x07\x00{}":\\'),
    maxLength: 60,
  });
  const random = fc.sample(text, { seed: 7, numRuns: 300 });
  scene.double.ecs.tasks.script(
    task({ exitCode: 1, lines: [...SPOOFS, ...random, 'error building image: \x1b[2J\u202e x'] }),
  );
  const seen = await scene.build(['--verbose']);
  expect(seen.status).toBe(10);
  const lines = seen.stderr.split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => UNREADABLE.test(line))).toEqual([]);
  const ours =
    /^\[fargate-ci\] (?:setting|build|context|task) |^\[fargate-ci\] FAILED {2}|^ {2}\| |^ {2}(?:evidence|hint| {2})|^ {13}https:/;
  expect(lines.filter((line) => !ours.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('[fargate-ci] FAILED'))).toHaveLength(1);
  expect(JSON.stringify(seen.outcome)).not.toMatch(/\\u00[01]|\\u009|[\u0080-\u009f\u2028-\u202e]/);
});

test('parameters of an attacker are accepted or refused in words, and never end as a defect', async () => {
  const values: readonly unknown[] = [
    '',
    ' ',
    '\n',
    "'",
    '"',
    '$(touch hacked)',
    '`touch hacked`',
    '; touch hacked',
    '-rf',
    '--help',
    '../../etc/passwd',
    '/etc/passwd',
    '\u202e',
    '\x1b[2J',
    '\u0000',
    '%s%n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack
    '${jndi:x}',
    'x'.repeat(300_000),
    'a/'.repeat(5_000),
    1e308,
    -1,
    0.5,
    true,
    null,
    [],
    [[]],
    {},
    JSON.parse('{"__proto__":null,"constructor":1}'),
    [null],
    ['a', 1],
    { a: { b: 1 } },
  ];
  const file = join(scene.workspace, 'params.json');
  for (const value of values) {
    for (const names of [
      ['image', 'target', 'kanikoArgs', 'cluster'],
      ['context', 'region'],
      ['dockerfile', 'prefix', 'cache'],
      ['buildArgs', 'secrets', 'labels', 'platform', 'ignore', 'mask', 'registryCredentials', 'cpu', 'timeout', 'push'],
    ]) {
      const given = {
        image: 'shop:1',
        workspace: scene.workspace,
        ...Object.fromEntries(names.map((name) => [name, value])),
      };
      writeFileSync(file, JSON.stringify(given));
      const seen = await runCli(scene.double, ['build', '--params', file, '--dry-run']);
      expect({
        names,
        value: JSON.stringify(value).slice(0, 40),
        status: [0, 2, 10].includes(seen.status),
        told: seen.stderr.slice(0, 500),
      }).toMatchObject({ status: true });
      expect(seen.stderr.length).toBeLessThan(250_000);
      expect(UNREADABLE.test(seen.stderr.replaceAll('\n', ''))).toBe(false);
    }
  }
  expect(existsSync('hacked')).toBe(false);
  expect(existsSync(join(scene.workspace, 'hacked'))).toBe(false);
}, 120_000);

test('any bytes as a parameters file', async () => {
  const file = join(scene.workspace, 'params.json');
  const texts = fc.sample(
    fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .constantFrom(
          '{}',
          '[]',
          'null',
          '{"image":',
          '\ufeff{}',
          '{"__proto__":{"image":"a"}}',
          `{"mask":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
        )
        .map((text) => Buffer.from(text)),
    ),
    { seed: 3, numRuns: 40 },
  );
  for (const text of texts) {
    writeFileSync(file, text);
    const seen = await runCli(scene.double, ['build', '--params', file]);
    expect({ text: Buffer.from(text).toString(), status: seen.status }).toMatchObject({ status: 2 });
  }
});

test('a Dockerfile of 10 MB is sent like any other file', async () => {
  writeFileSync(join(scene.workspace, 'Dockerfile'), `FROM busybox\n${'# a line of a comment\n'.repeat(500_000)}`);
  expect(await scene.build(['--dry-run'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('3 files, 11001519 bytes'),
  });
});

describe('a result file that somebody meddles with', () => {
  const outcome = { ok: true as const, result: { a: 1 } };

  test('a link in its place is replaced, not followed', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'victim'), 'untouched');
    symlinkSync('victim', join(folder, 'result.json'));
    await writeOutcomeFile(join(folder, 'result.json'), outcome);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toEqual(outcome);
    expect(statSync(join(folder, 'result.json')).mode & 0o777).toBe(0o600);
  });

  test('it gets the owner of its folder: root in a pod writes for the agent', async () => {
    const folder = makeFolder();
    if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
    await writeOutcomeFile(join(folder, 'result.json'), outcome);
    expect(statSync(join(folder, 'result.json')).uid).toBe(statSync(folder).uid);
  });

  for (const [name, make] of [
    ['a folder', (path: string) => mkdirSync(join(path, 'x'), { recursive: true })],
    ['a fifo', (path: string) => void execFileSync('mkfifo', [path])],
    ['a link into nothing', (path: string) => symlinkSync('/nowhere/at/all', path)],
  ] as const)
    test(`${name} in its place: written, or refused in words`, async () => {
      const folder = makeFolder();
      make(join(folder, 'result.json'));
      const seen = await runCli(
        scene.double,
        ['build', '--image', 'shop:1', '--workspace', scene.workspace, '--dry-run'],
        { resultFile: join(folder, 'result.json') },
      );
      expect([0, 2]).toContain(seen.status);
      if (seen.status === 2) expect(seen.stderr).toContain('cannot be written');
    });
});

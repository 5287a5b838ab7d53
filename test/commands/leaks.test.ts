import { rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitsWith, rollsBack } from '../double/scripts/rollout-scripts.ts';
import { task } from '../double/scripts/task-scripts.ts';
import { type BuildScene, makeBuildScene, play, pushes } from '../support/build-scene.ts';
import { makeDeployScene as deployScene, digest, seedShop } from '../support/deploy-scene.ts';
import { type Options, runCli, type Seen } from '../support/host.ts';

// A secret may take any way through a run: no output shows it.

const ENV = 'hunt er/2"\\+=';
const MASKED = 'a-masked-värue';
const NPM = 'npm_0123456789abcdefghij';
const HUB = 'dckr pat "x"';
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const ALL = [ENV, MASKED, NPM, HUB, KEYS.accessKeyId, KEYS.secretAccessKey];

const formsOf = (secret: string): string[] => {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ x: secret }).toString().slice(2),
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    secret.replace(/[^\w]/gu, '\\$&'),
  ];
};

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene();
  scene.double.secrets.put('fargate-ci/build/npmrc', `//registry.npmjs.org/:_authToken=${NPM}\n`);
  scene.double.secrets.put('fargate-ci/build/hub', JSON.stringify({ username: 'acme', password: HUB }));
});
afterEach(() => scene.close());

/** A part of a secret that was encoded together with other text; it is searched for in the output only. */
const partOf = (secret: string): string => Buffer.from(`user:${secret}`).toString('base64').slice(8, -5);

/** Runs a build with all the secrets in its parameters and its environment. */
async function build(more: object = {}, flags: readonly string[] = [], options: Options = {}): Promise<Seen> {
  const params = join(scene.workspace, '..', `params-${process.pid}.json`);
  const given = {
    image: 'shop:1.4.2',
    workspace: scene.workspace,
    mask: [MASKED, 'no', ''],
    secrets: { npmrc: 'fargate-ci/build/npmrc' },
    registryCredentials: { 'docker.io': 'fargate-ci/build/hub' },
    ...more,
  };
  writeFileSync(params, JSON.stringify(given));
  try {
    return await runCli(scene.double, ['build', '--params', params, ...flags], {
      env: { DB_PASSWORD: ENV, ...options.env },
      credentials: KEYS,
      ...options,
    });
  } finally {
    rmSync(params);
  }
}

function expectNoSecret(seen: Seen): void {
  const texts = [
    seen.stdout,
    seen.stderr,
    JSON.stringify(seen.outcome),
    JSON.stringify(JSON.parse(JSON.stringify(seen.outcome)), null, 2),
  ];
  const plain = JSON.stringify(seen.outcome).replace(/\\(.)/g, '$1');
  for (const text of [...texts, plain])
    for (const secret of ALL)
      for (const form of [...formsOf(secret), partOf(secret)]) expect(text.includes(form)).toBe(false);
}

const kaniko = (msg: string, level = 'info') =>
  `{"level":"${level}","msg":${JSON.stringify(msg)},"time":"2026-11-22T10:00:00Z"}`;

test('a RUN that prints all secrets in every form and fails: neither the log nor the failure shows one', async () => {
  const lines = ALL.flatMap((secret) => [
    kaniko(`RUN echo ${secret} && false`),
    kaniko('Running: [/bin/sh -c echo]'),
    ...formsOf(secret).map((form) => `it is ${form}.`),
    `it is ${Buffer.from(`user:${secret}`).toString('base64')}.`,
    // This line is cut in the log and in the evidence.
    `${'x'.repeat(3_995)}${secret}`,
    `${'y'.repeat(490)} ${secret} z`,
    kaniko(`odd: ${'x'.repeat(3_990)}${secret}`, 'warning'),
  ]);
  scene.double.ecs.tasks.script(
    task({
      exitCode: 3,
      lines: [
        ...lines,
        `error building image: error building stage: ${MASKED} failed to execute command: waiting for process to exit: exit status 3`,
      ],
    }),
  );
  const seen = await build({}, ['--verbose']);
  expect(seen.status).toBe(10);
  expectNoSecret(seen);
  expect(seen.stderr).toContain('  | it is ****.\n');
  expect(seen.stderr).toContain('[fargate-ci] warning  mask: entry 2 is not hidden');
  expect(seen.stderr.match(/x{3995}\*{4}\n/g)).toHaveLength(ALL.length);
});

test('a secret across two events of the log', async () => {
  const long = 'x'.repeat(262_118 - 4);
  scene.double.ecs.tasks.script(
    task({
      exitCode: 1,
      lines: [`${long}${MASKED.slice(0, 4)}`, `${MASKED.slice(4)} and more`, `${MASKED.slice(4)} alone`],
    }),
  );
  const seen = await build();
  expectNoSecret(seen);
  expect(seen.stderr).toContain('  | **** and more\n');
  expect(seen.stderr).toContain(`  | ${MASKED.slice(4)} alone\n`);
});

test('secrets whose values may not be read: one warning, and the build goes on', async () => {
  scene.double.fault({ action: 'GetSecretValue', times: 9, fault: { kind: 'access-denied' } });
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  const seen = await build();
  expect(seen.status).toBe(0);
  expect(seen.stderr).toContain(
    'may not be read: fargate-ci/build/npmrc (AccessDeniedException), fargate-ci/build/hub (AccessDeniedException)',
  );
});

test('an answer of AWS with a secret in it', async () => {
  scene.double.fault({
    action: 'RunTask',
    times: 9,
    fault: { kind: 'error', code: 'InvalidParameterException', message: `bad: ${ENV} \x1b[2J\n[fargate-ci] pushed  x` },
  });
  const seen = await build();
  expect(seen.status).toBe(30);
  expectNoSecret(seen);
  expect(seen.stderr).not.toMatch(/^\[fargate-ci\] pushed/m);
  expect(seen.stderr + JSON.stringify(seen.outcome)).not.toMatch(/\x1b|\\u001b/);
});

test('a dry run with secrets in its build arguments', async () => {
  const seen = await build({ buildArgs: { A: ENV, B: MASKED }, labels: { c: `x ${MASKED}` } }, ['--dry-run']);
  expect(seen.status).toBe(0);
  expectNoSecret(seen);
  expect(seen.stdout).toContain('--build-arg=A=****\n');
});

test('parameters of a wrong shape, with a secret in place of its name', async () => {
  const seen = await build({
    secrets: { npm: { token: NPM }, other: 'glpat-0123456789abcdef' },
    registryCredentials: `acme:${HUB}`,
    buildArgs: [MASKED],
    cpu: MASKED,
  });
  expect(seen.status).toBe(2);
  expectNoSecret(seen);
  expect(JSON.stringify(seen)).not.toContain('glpat-');
});

test('a parameters file that is broken exactly at the secret', async () => {
  const params = join(scene.workspace, 'params.json');
  writeFileSync(params, `{"image": ${MASKED}}`);
  const seen = await runCli(scene.double, ['build', '--params', params]);
  expect(seen.status).toBe(2);
  expect(JSON.stringify(seen)).not.toContain(MASKED.slice(0, 8));
});

test('a name with a secret in it is refused, because names are shown everywhere', async () => {
  const seen = await build({ image: `shop:${'v1-abcdef'}`, mask: ['v1-abcdef'] });
  expect(seen.status).toBe(2);
  expect(JSON.stringify(seen)).not.toContain('v1-abcdef');
  expect(seen.stderr).toContain('"image" has a value of mask in it');
});

test("no request to AWS has a secret; the task's definition has their names only", async () => {
  scene.double.ecs.tasks.script(play('success'));
  pushes(scene.double);
  const seen = await build();
  expect(seen.status).toBe(0);
  expectNoSecret(seen);
  const asked = JSON.stringify(scene.double.requests.map(({ input }) => input));
  for (const secret of ALL) for (const form of formsOf(secret)) expect(asked.includes(form)).toBe(false);
  const sent = await readFile(join(scene.workspace, 'Dockerfile'), 'utf8');
  expect(sent).not.toContain(NPM);
});

test('a build argument with a secret in it: a warning says how to do it right', async () => {
  const seen = await build(
    {
      buildArgs: {
        NPM_TOKEN: 'abcdefgh',
        OTHER: `x ${MASKED}`,
        GIT: 'ghp_0123456789abcdef',
        VERSION: '1.4.2',
        KEY_FILE: '/etc/x',
      },
      labels: { a: MASKED },
    },
    ['--dry-run'],
  );
  expectNoSecret(seen);
  expect(seen.stdout).toContain('--build-arg=NPM_TOKEN=****\n');
  const warnings = seen.stderr.split('\n').filter((line) => line.includes('looks like a secret'));
  expect(warnings.map((line) => /the value of (\S+)/.exec(line)?.[1])).toEqual(['NPM_TOKEN', 'OTHER', 'GIT', 'a']);
  expect(warnings[0]).toContain("secrets: [npm_token: 'ITS NAME']) and RUN --mount=type=secret,id=npm_token");
});

test('a variable of a service with a secret in it: a warning', async () => {
  const argv = [
    'deploy',
    '--service',
    'shop',
    '--image',
    'shop:1',
    '--port',
    '80',
    '--env',
    'DB_PASSWORD=abcdefgh',
    '--dry-run',
  ];
  const seen = await runCli(scene.double, argv);
  expect(seen.stderr).toContain('env: the value of DB_PASSWORD looks like a secret');
  expect(JSON.stringify(seen)).not.toContain('abcdefgh');
});

test("a dying container that prints its own secrets, and Jenkins': neither its lines nor the failure show them", async () => {
  const stage = await deployScene();
  try {
    const url = 'postgres://shop:dbpw12@db.example.com/shop';
    stage.double.secrets.put('fargate-ci/app/database', url);
    stage.double.ecr.push('fargate-ci/shop', '1.4.2', digest('2'));
    await seedShop(stage);
    const dying = exitsWith(
      1,
      `cannot connect to ${url}`,
      `dbpw12 or \x1b[31m${ENV}`,
      `"key": ${JSON.stringify(MASKED)}`,
    );
    stage.double.ecs.services.script(rollsBack({ tasks: [{ at: 2_000, script: dying }] }));
    const flags = [
      '--service',
      'shop',
      '--image',
      'shop:1.4.2',
      '--secrets',
      'DATABASE_URL=fargate-ci/app/database',
      '--mask',
      MASKED,
    ];
    const seen = await runCli(stage.double, ['deploy', ...flags], { env: { DB_PASSWORD: ENV } });
    expect(seen.status).toBe(20);
    expect(seen.stderr).toContain('  | cannot connect to ****\n  | **** or ****\n  | "key": "****"\n');
    const all = JSON.stringify(seen);
    for (const secret of ['dbpw12', MASKED, ...formsOf(ENV)]) expect(all.includes(secret)).toBe(false);
  } finally {
    await stage.double.close();
  }
});

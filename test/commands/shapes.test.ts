import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { task } from '../double/scripts/task-scripts.ts';
import { type BuildScene, makeBuildScene } from '../support/build-scene.ts';
import { type Options, runCli, type Seen } from '../support/host.ts';
import fc from '../support/property.ts';
import { INNOCENT, shapesOf } from '../support/secret-samples.ts';

// A secret of any shape, in any place of a call: no output shows it, and a warning says where it would stay readable.

const SEED = 20261127;
const SHAPES = shapesOf('x').length;
const INVISIBLE = ['\u200b', '\u2060', '\u00ad', '\ufeff', '\ufe0f', '\u{e0041}'];

let scene: BuildScene;
beforeAll(async () => {
  scene = await makeBuildScene();
});
afterAll(() => scene.close());

interface Call {
  command: 'build' | 'deploy';
  /** Parameters beside those that a call needs. */
  params?: Record<string, unknown>;
  flags?: readonly string[];
  env?: Options['env'];
  /** A file of the workspace. */
  file?: [path: string, text: string];
}

interface Place {
  of(text: string): Call;
  /** True where a warning is expected, because the secret stays readable there. */
  warns?: true;
}

const build = (params: Record<string, unknown>): Call => ({ command: 'build', params });
const deploy = (params: Record<string, unknown>): Call => ({ command: 'deploy', params });
const definition = (container: object, more: object = {}): Call => ({
  command: 'deploy',
  params: { taskDefinition: 'task.json' },
  file: [
    'task.json',
    JSON.stringify({ containerDefinitions: [{ name: 'shop', image: 'shop:1', ...container }], ...more }),
  ],
});

const PLACES: Readonly<Record<string, Place>> = {
  buildArgs: { of: (text) => build({ buildArgs: { A: text } }), warns: true },
  'buildArgs, as its name': { of: (text) => build({ buildArgs: { [`${text}=x`]: 'y' } }) },
  labels: { of: (text) => build({ labels: { a: text } }), warns: true },
  kanikoArgs: { of: (text) => build({ kanikoArgs: [`--registry-certificate=x=${text}`] }), warns: true },
  'kanikoArgs that are none': { of: (text) => build({ kanikoArgs: [text, `--build-arg=A=${text}`] }) },
  'the settings of kaniko': {
    of: (text) => ({ command: 'build', env: { FARGATE_CI_KANIKO_ARGS: `--skip-tls-verify ${text}` } }),
    warns: true,
  },
  'a setting that must be another': { of: (text) => ({ command: 'build', env: { FARGATE_CI_PUBLIC_IP: text } }) },
  'any variable': { of: (text) => ({ ...build({ target: text }), env: { SOMETHING: text } }) },
  image: { of: (text) => build({ image: text }) },
  'images, some wrong': { of: (text) => build({ image: ['shop', text] }) },
  cache: { of: (text) => build({ cache: text }) },
  context: { of: (text) => build({ context: text }) },
  dockerfile: { of: (text) => build({ dockerfile: text }) },
  target: { of: (text) => build({ target: text }) },
  platform: { of: (text) => build({ platform: text }) },
  cpu: { of: (text) => build({ cpu: text }) },
  push: { of: (text) => build({ push: text }) },
  timeout: { of: (text) => build({ timeout: text }) },
  ignore: { of: (text) => build({ ignore: [`[${text}`] }) },
  region: { of: (text) => build({ region: text }) },
  prefix: { of: (text) => build({ prefix: text }) },
  'a parameter that there is not': { of: (text) => build({ nope: text, [text]: 1 }) },
  'secrets, in place of a name': { of: (text) => build({ secrets: { npm: text } }) },
  'secrets, as the id': { of: (text) => build({ secrets: { [text]: 'fargate-ci/build/npm' } }) },
  'registryCredentials, in place of a name': { of: (text) => build({ registryCredentials: { 'docker.io': text } }) },
  'registryCredentials, as the host': {
    of: (text) => build({ registryCredentials: { [text]: 'fargate-ci/build/hub' } }),
  },
  'a map that is a text': { of: (text) => build({ buildArgs: text, secrets: text, labels: text }) },
  'a list that is a text': { of: (text) => build({ kanikoArgs: text, ignore: text }) },
  'a flag': { of: (text) => ({ command: 'build', flags: ['--build-args', `A=${text}`], params: {} }) },
  'a flag that there is not': { of: (text) => ({ command: 'build', flags: [`--nope=${text}`] }) },
  'a word that is no flag': { of: (text) => ({ command: 'build', flags: [text] }) },
  'the name of the parameters file': { of: (text) => ({ command: 'build', flags: ['--params', text] }) },
  env: { of: (text) => deploy({ env: { A: text } }), warns: true },
  command: { of: (text) => deploy({ command: ['serve', text] }), warns: true },
  'the image of a deployment': { of: (text) => deploy({ image: text }) },
  service: { of: (text) => deploy({ service: text }) },
  'the task definition, a variable': {
    of: (text) => definition({ environment: [{ name: 'A', value: text }] }),
    warns: true,
  },
  'the task definition, a command': { of: (text) => definition({ command: ['serve', text] }), warns: true },
  'the task definition, a health check': {
    of: (text) => definition({ healthCheck: { command: ['CMD-SHELL', text] } }),
    warns: true,
  },
  'the task definition, an option of the log': {
    of: (text) => definition({ logConfiguration: { logDriver: 'splunk', options: { 'splunk-x': text } } }),
    warns: true,
  },
  'the task definition, of a wrong type': { of: (text) => definition({ cpu: { a: text } }, { [text]: text }) },
  'the task definition, cut off': {
    of: (text) => ({ ...definition({}), file: ['task.json', `{"a": ${text}`] }),
  },
  'the name of the task definition': { of: (text) => deploy({ taskDefinition: text }) },
};

async function run({ command, params = {}, flags = [], env, file }: Call): Promise<Seen> {
  const path = join(scene.workspace, '..', `params-${process.pid}.json`);
  const needed =
    command === 'build' ? { image: 'shop:1.4.2' } : { service: 'shop', image: 'docker.io/acme/shop:1', port: 80 };
  if (file) {
    mkdirSync(dirname(join(scene.workspace, file[0])), { recursive: true });
    writeFileSync(join(scene.workspace, file[0]), file[1]);
  }
  writeFileSync(path, JSON.stringify({ ...needed, workspace: scene.workspace, ...params }));
  const given = flags.includes('--params') ? [] : ['--params', path];
  try {
    return await runCli(scene.double, [command, ...given, ...flags, '--dry-run', '--verbose'], env ? { env } : {});
  } finally {
    rmSync(path);
    if (file) rmSync(join(scene.workspace, file[0]));
  }
}

const said = ({ stdout, stderr, outcome }: Seen): string => `${stdout}\n${stderr}\n${JSON.stringify(outcome)}`;

/** A text that is no word of our messages; another one in each run. */
const secret = fc
  .stringMatching(/^[a-z]{2}[A-Z]{3}[0-9]{3}[a-z]{3}[A-Z][0-9]$/)
  .filter((text) => new Set(text).size > 7);

for (const [place, { of, warns }] of Object.entries(PLACES))
  test(`no output shows a secret of any shape in: ${place}`, async () => {
    const samples = fc.sample(fc.tuple(secret, fc.constantFrom(...INVISIBLE)), { seed: SEED, numRuns: SHAPES });
    const third = Object.keys(PLACES).indexOf(place) % 3;
    // Each shape once where it stays readable, a third of them elsewhere; some secrets have an invisible character in them.
    for (const [at, [text, mark]] of samples.entries()) {
      if (!warns && at % 3 !== third) continue;
      const [name, shape = ''] = shapesOf(text)[at] ?? [];
      const seen = await run(of(shape));
      const where = `${place}: ${name}`;
      expect([where, said(seen).includes(text)]).toEqual([where, false]);
      if (warns) expect([where, /warning .*(?:looks like|holds) a secret/.test(seen.stderr)]).toEqual([where, true]);
      if (at % 5 > 0) continue;
      const marked = shape.replace(text, `${text.slice(0, 5)}${mark}${text.slice(5)}`);
      const plain = said(await run(of(marked))).replace(/\p{Default_Ignorable_Code_Point}/gu, '');
      expect([where, 'marked', plain.includes(text)]).toEqual([where, 'marked', false]);
    }
  });

test('a text that only looks like a secret is neither warned about nor hidden', async () => {
  const pairs = INNOCENT.map(([, text], at) => [`V${at}`, text] as const);
  for (let at = 0; at < pairs.length; at += 12) {
    const some = Object.fromEntries(pairs.slice(at, at + 12));
    const seen = await run({ command: 'build', params: { buildArgs: some, labels: some }, env: some });
    expect([seen.status, seen.stderr]).toEqual([0, expect.not.stringContaining('secret')]);
    expect(said(seen).replaceAll('https://user:****@example.com', '')).not.toContain('****');
    const words = Object.values(some);
    const deployed = await run({ command: 'deploy', params: { env: some, command: words } });
    expect([deployed.status, deployed.stderr]).toEqual([0, expect.not.stringContaining('secret')]);
  }
});

test('a secret that is too short to be hidden: a warning says that it is shown', async () => {
  const seen = await run(build({ buildArgs: { URL: 'https://bot:abc@host/', DB_PASSWORD: 'xyz' } }));
  expect(seen.stderr).toMatch(
    /the value of URL looks like a secret \(a password in an address\).* too short to be hidden/,
  );
  expect(seen.stderr).toMatch(/the value of DB_PASSWORD looks like a secret.* too short to be hidden/);
});

test('a warning says where the secret is, what it is, and how to do it right', async () => {
  const url = 'https://bot:x7Rkq9Lm2@git.example.com/';
  const built = await run(build({ buildArgs: { SOURCE: url }, kanikoArgs: [`--registry-mirror=${url}`] }));
  expect(built.stderr).toContain('buildArgs: the value of SOURCE looks like a secret (a password in an address)');
  expect(built.stderr).toContain("secrets: [source: 'ITS NAME']");
  expect(built.stderr).toContain('kanikoArgs: --registry-mirror holds a secret (a password in an address)');
  const deployed = await run(definition({ environment: [{ name: 'SOURCE', value: url }] }));
  expect(deployed.stderr).toContain(
    'taskDefinition task.json: the value of containerDefinitions[0].environment SOURCE looks like a secret',
  );
});

test("a registry's login in a name is refused, and the error names the right place", async () => {
  for (const call of [
    build({ image: 'https://bot:x7Rkq9Lm2@registry.example.com/shop' }),
    build({ image: 'bot:x7Rkq9Lm2@registry.example.com/shop' }),
    build({ cache: 'bot:x7Rkq9Lm2@registry.example.com/cache' }),
    build({ registryCredentials: { 'bot:x7Rkq9Lm2@registry.example.com': 'fargate-ci/build/hub' } }),
  ]) {
    const seen = await run(call);
    expect(seen.status).toBe(2);
    expect(said(seen)).not.toContain('x7Rkq9Lm2');
    expect(seen.stderr).toContain("registryCredentials: ['HOST': 'ITS NAME']");
  }
});

test('the password of a git remote: a warning, and it is hidden in the output of a RUN', async () => {
  const address = 'https://bot:x7Rkq9Lm2@git.example.com/acme/shop.git';
  scene.double.ecs.tasks.script(
    task({ exitCode: 3, lines: ['the remote has x7Rkq9Lm2', 'error building image: x7Rkq9Lm2'] }),
  );
  const argv = ['build', '--image', 'shop:1', '--workspace', scene.workspace];
  const seen = await runCli(scene.double, argv, { env: { GIT_URL: address, GIT_COMMIT: 'ab'.repeat(20) } });
  expect(seen.status).toBe(10);
  expect(said(seen)).not.toContain('x7Rkq9Lm2');
  expect(seen.stderr).toContain('  | the remote has ****\n');
  expect(seen.stderr).toContain('the address of the git remote holds a secret (a password in an address)');
});

test('a secret in the Dockerfile itself: a warning names its line, and it is hidden', async () => {
  const text = `FROM busybox:1.36
ARG VERSION=1.4 NPM_TOKEN
ENV API_TOKEN="x7Rkq9Lm2" LEVEL=info
RUN echo $NPM_TOKEN && \\
  curl -u bot:y8Slr0Mn3 https://nexus.example.com/
RUN --mount=type=secret,id=npm npm ci --password=$(cat /run/secrets/npm)
`;
  writeFileSync(join(scene.workspace, 'secret.Dockerfile'), text);
  const kaniko = (msg: string) => JSON.stringify({ level: 'info', msg, time: '2026-11-22T10:00:00Z' });
  const step = 'RUN echo $NPM_TOKEN &&   curl -u bot:y8Slr0Mn3 https://nexus.example.com/';
  scene.double.ecs.tasks.script(task({ exitCode: 7, lines: [kaniko(step), 'x7Rkq9Lm2 is what it has'] }));
  const argv = ['build', '--image', 'shop:1', '--workspace', scene.workspace, '--dockerfile', 'secret.Dockerfile'];
  const seen = await runCli(scene.double, argv);
  expect(seen.status).toBe(10);
  expect(seen.stderr).toContain('secret.Dockerfile holds a secret: ENV in line 3, RUN in line 4. It stays');
  expect(said(seen)).not.toMatch(/x7Rkq9Lm2|y8Slr0Mn3/);
  expect(seen.stderr).toContain('  | **** is what it has\n');
});

// Jenkins prints a step's exception after the block of withCredentials has ended, and then it hides nothing any more.
test.each([
  ['as kaniko names it', 'RUN login --as bot "$WHO"; exit 3'],
  ['with its values in it', 'RUN login --as bot correcthorse; exit 3'],
])('a failing RUN, %s, shows its build arguments unexpanded in the failure', async (_, step) => {
  writeFileSync(
    join(scene.workspace, 'run.Dockerfile'),
    'FROM busybox:1.36\nARG WHO\nRUN login --as bot "$WHO"; exit 3\n',
  );
  const kaniko = (msg: string) => JSON.stringify({ level: 'info', msg, time: '2026-11-22T10:00:00Z' });
  const end =
    'error building image: error building stage: failed to execute command: waiting for process to exit: exit status 3';
  for (const exit of [
    { exitCode: 3, lines: [end] },
    { exitCode: 7, lines: [] },
  ]) {
    const lines = [
      kaniko(step),
      kaniko(`Running: [/bin/sh -c ${step.slice(4)}]`),
      'no user correcthorse',
      ...exit.lines,
    ];
    scene.double.ecs.tasks.script(task({ exitCode: exit.exitCode, lines }));
    const argv = ['build', '--image', 'shop:1', '--workspace', scene.workspace, '--dockerfile', 'run.Dockerfile'];
    const seen = await runCli(scene.double, [...argv, '--build-args', 'WHO=correcthorse']);
    expect(seen.status).toBe(10);
    const outcome: unknown = seen.outcome;
    expect(outcome).toMatchObject({
      failure: { message: expect.stringContaining('RUN login --as bot "$WHO"; exit 3') },
    });
    const { message, hint } = Object(Reflect.get(Object(outcome), 'failure'));
    expect(`${message} ${hint}`).not.toContain('correcthorse');
    // The log shows what the RUN printed.
    expect(seen.stderr).toContain('  | no user correcthorse\n');
  }
});

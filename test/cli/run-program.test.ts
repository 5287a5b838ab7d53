import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { runCli } from '../support/host.ts';

let double: Double;
let folder: string;
beforeEach(async () => {
  double = await startDouble();
  seedBuilder(double);
  folder = await mkdtemp(join(tmpdir(), 'fargate-ci-'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:1.36\n');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await double.close();
});

async function params(text: string): Promise<string> {
  const file = join(folder, 'params.json');
  await writeFile(file, text);
  return file;
}

for (const [name, text, message] of [
  ['no JSON', '{"image": ', 'is not JSON'],
  ['a list', '["image"]', 'must hold a JSON map'],
] as const)
  test(`a parameters file with ${name}`, async () => {
    const seen = await runCli(double, ['build', '--params', await params(text)]);
    expect(seen.status).toBe(2);
    expect(seen.stderr).toContain(message);
    expect(seen.outcome).toMatchObject({ ok: false, failure: { category: 'usage', exitStatus: 2 } });
  });

test('a parameters file of megabytes is refused before anyone looks for secrets in it', async () => {
  const text = JSON.stringify({ image: 'shop', mask: Array.from({ length: 100_000 }, (_, at) => `secret-${at}`) });
  const seen = await runCli(double, ['build', '--params', await params(text)]);
  expect(seen.status).toBe(2);
  expect(seen.stderr).toMatch(/the parameters file \S+ has \d+ characters, and 1048576 is the most/);
  expect(double.requests).toEqual([]);
});

test('parameters of a wrong type are complaints, and so is a name that ECS would refuse', async () => {
  const given = { service: 'my shop', env: 5, secrets: ['A'], registryCredentials: 'x', count: 'many' };
  const seen = await runCli(double, ['deploy', '--params', await params(JSON.stringify(given))]);
  expect(seen.status).toBe(2);
  expect(seen.outcome).toMatchObject({
    failure: {
      category: 'usage',
      evidence: [
        '"env" must be a map of name to text, not 5',
        '"secrets" must be a map of name to text, not a list',
        '"registryCredentials" must be a map of name to text, not the text "x"',
        '"count" must be a number, not the text "many"',
        '"service": "my shop" is not a name of a service (letters, digits, "-", "_", at most 255); "my-shop" is one',
      ],
    },
  });
  expect(double.requests).toEqual([]);
});

test('a parameter that is null is refused, also where this run built an image', async () => {
  const candidates = [{ image: 'r.example/shop:1', reference: `r.example/shop@sha256:${'1'.repeat(64)}` }];
  const given = { service: 'shop', image: null, port: 8080, count: null, secrets: { KEY: null }, candidates };
  const seen = await runCli(double, ['deploy', '--params', await params(JSON.stringify(given))]);
  expect(seen.status).toBe(2);
  expect(seen.outcome).toMatchObject({
    failure: {
      category: 'usage',
      evidence: [
        expect.stringMatching(/^"image", "count" are null: .*args\.findAll \{ it\.value != null \}$/),
        expect.stringContaining('secrets.KEY'),
      ],
    },
  });
  expect(double.requests).toEqual([]);
});

test('a flag replaces a null of the file', async () => {
  const file = await params(JSON.stringify({ image: null, workspace: folder }));
  expect(await runCli(double, ['build', '--params', file, '--image', 'shop:1', '--dry-run'])).toMatchObject({
    status: 0,
  });
});

for (const [name, command, given, complaint] of [
  ['an image', 'build', { image: ['shop:1', 'null/shop:null'] }, 'image is "null/shop:null", with a part "null"'],
  ['a cache', 'build', { image: 'shop:1', cache: 'null/cache' }, 'cache is "null/cache", with a part "null"'],
  ['a secret', 'build', { image: 'shop:1', secrets: { a: '/null/npmrc' } }, 'secrets.a is "/null/npmrc", with a part'],
  [
    'a registry',
    'build',
    { image: 'shop:1', registryCredentials: { 'null.example.com': 'hub' } },
    'registryCredentials: the host is "null.example.com", with a part "null"',
  ],
  ['an image to deploy', 'deploy', { image: 'shop:null', service: 'shop' }, 'image is "shop:null", with a part "null"'],
  ['a subnet', 'deploy', { image: 'shop:1', service: 'shop', subnets: ['null'] }, 'subnets[0] is "null"'],
  ['a service', 'deploy', { image: 'shop:1', service: 'null' }, '"service" is "null"'],
] as const)
  test(`the word null for a part of ${name} is refused, with the reason`, async () => {
    const seen = await runCli(double, [command, '--params', await params(JSON.stringify(given))]);
    expect(seen.status).toBe(2);
    expect(seen.stderr).toContain(complaint);
    expect(seen.stderr).toContain('a Groovy variable that is not set becomes the word null');
    expect(double.requests).toEqual([]);
  });

test('the word null for a part of a setting is refused, with the place that it comes from', async () => {
  const seen = await runCli(double, ['build', '--image', 'shop:1', '--workspace', folder], {
    env: { FARGATE_CI_REGISTRY: 'ghcr.io/null' },
  });
  expect(seen).toMatchObject({ status: 2 });
  expect(seen.stderr).toContain(
    'the setting registry, from environment FARGATE_CI_REGISTRY, is "ghcr.io/null", with a part "null": a Groovy variable',
  );
});

test('the result of a build with push: false is refused where it is deployed, by its name', async () => {
  const built = { image: 'r.example/shop:1', images: ['r.example/shop:1'], digest: null, reference: null };
  const seen = await runCli(double, [
    'deploy',
    '--params',
    await params(JSON.stringify({ service: 'shop', image: built })),
  ]);
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain(
    'the image r.example/shop:1 was built with push: false, so there is nothing to deploy. Leave push out',
  );
  expect(double.requests).toEqual([]);
});

test('numbers of a file are passed on as they are written', async () => {
  const text = `{"image": "shop:1", "workspace": ${JSON.stringify(folder)}, "target": 1.10, "timeout": 60.0,
    "buildArgs": {"VERSION": 3.10, "ID": 12345678901234567}}`;
  const seen = await runCli(double, ['build', '--params', await params(text), '--dry-run']);
  expect(seen.stdout).toMatch(/--build-arg=VERSION=3\.10\n +--build-arg=ID=12345678901234567\n[\s\S]*--target=1\.10\n/);
});

test('a parameters file that is not there', async () => {
  const seen = await runCli(double, ['build', '--params', join(folder, 'none.json')]);
  expect(seen.stderr).toMatch(/cannot be read\n {2}evidence .*ENOENT/);
});

test('a parameters file that begins with a byte order mark', async () => {
  const file = await params(`\uFEFF${JSON.stringify({ image: 'shop:1', workspace: folder })}`);
  expect(await runCli(double, ['build', '--params', file, '--dry-run'])).toMatchObject({ status: 0 });
});

for (const [name, given, message, secret] of [
  ['a text', 'hunter22', '"mask" must be a list of texts, not the text "****"', 'hunter22'],
  ['with a null', ['hunter22', null], '"mask" must hold texts only, not nothing (null)', 'hunter22'],
] as const)
  test(`mask as ${name} does not show the values that it hides`, async () => {
    const file = await params(JSON.stringify({ image: 'shop:1', workspace: folder, mask: given }));
    const seen = await runCli(double, ['build', '--params', file]);
    expect(seen).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(JSON.stringify(seen)).not.toContain(secret);
  });

for (const [flag, value, message] of [
  ['--region', 'EU West', '"EU West" is not an AWS region'],
  ['--prefix', '/team/', '"/team/" is not a prefix'],
] as const)
  test(`${flag} ${value}`, async () => {
    const seen = await runCli(double, ['build', '--image', 'shop:1', '--workspace', folder, flag, value]);
    expect(seen).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(double.requests).toEqual([]);
  });

test('flags win over the file', async () => {
  const file = await params(JSON.stringify({ image: 'shop:1', workspace: folder, cpu: 1024, memory: 4096 }));
  const seen = await runCli(double, ['build', '--params', file, '--image', 'tea:2', '--dry-run']);
  expect(seen.stdout).toContain('/fargate-ci/tea:2\n');
  expect(seen.stdout).toContain('cpu 1024, memory 4096');
});

test('a result file that cannot be written is refused before anything is created', async () => {
  const file = join(folder, 'no', 'such', 'folder.json');
  const argv = ['build', '--image', 'shop:1', '--workspace', folder];
  const seen = await runCli(double, argv, { resultFile: file });
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain(`the result file ${file} cannot be written`);
  expect(double.requests).toEqual([]);
});

test('while a command runs, the result file says that it was killed', async () => {
  const file = join(folder, 'result.json');
  let meanwhile: unknown;
  double.on('GetParametersByPath', () => {
    meanwhile = JSON.parse(readFileSync(file, 'utf8'));
  });
  await runCli(double, ['build', '--image', 'shop:1', '--workspace', folder, '--dry-run'], { resultFile: file });
  expect(meanwhile).toMatchObject({ ok: false, failure: { message: 'fargate-ci was killed before it could finish' } });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ ok: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('no region is a named failure', async () => {
  const seen = await runCli(double, ['build', '--image', 'shop:1', '--workspace', folder], {
    env: { AWS_REGION: undefined },
  });
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain('no AWS region is set');
});

test('a role is assumed, and its session has the name of the build', async () => {
  const role = 'arn:aws:iam::172173733067:role/deployer';
  const seen = await runCli(
    double,
    ['build', '--image', 'shop:1', '--workspace', folder, '--role', role, '--dry-run'],
    {
      env: { BUILD_TAG: 'jenkins-shop build-7' },
    },
  );
  expect(seen.status).toBe(0);
  expect(double.calls('AssumeRole').map(({ input }) => input)).toMatchObject([
    { RoleArn: role, RoleSessionName: 'fargate-ci-jenkins-shop-build-7' },
  ]);
});

test('an unknown error is called a defect of fargate-ci', async () => {
  const seen = await runCli(double, ['build', '--image', 'shop:1', '--workspace', folder], {
    createAws: () => {
      throw new TypeError('boom');
    },
  });
  expect(seen.status).toBe(70);
  expect(seen.stderr).toMatch(/fargate-ci has a defect\n {2}evidence {2}.*boom/);
  expect(seen.outcome).toMatchObject({ failure: { category: 'internal' } });
});

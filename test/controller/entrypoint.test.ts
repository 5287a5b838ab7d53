import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLLER_ENVIRONMENT, Container } from './start.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PKCS1 = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
const PKCS8 = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const APP = JSON.stringify({ appId: 1234, privateKey: PKCS1 });

let container: Container;
beforeEach(() => {
  container = new Container();
});
afterEach(() => rmSync(container.root, { recursive: true, force: true }));

test('becomes tini and Jenkins in its own process, with its arguments', () => {
  const run = container.start(CONTROLLER_ENVIRONMENT, '--httpPort=8081');
  expect(run).toMatchObject({ status: 0, stderr: '', stdout: '' });
  expect(container.noted('tini.arguments')).toBe('--\njenkins.sh\n--httpPort=8081\n');
  expect(Number(container.noted('jenkins.sh.pid'))).toBe(run.pid);
});

test('no secret is left in the environment of process 1', () => {
  container.start({ ...CONTROLLER_ENVIRONMENT, GITHUB_CREDENTIAL: APP });
  const environ = container.noted('jenkins.sh.environ') ?? '';
  expect(environ).toContain('JENKINS_URL=');
  expect(environ).not.toMatch(/ADMIN_PASSWORD|GITHUB_CREDENTIAL=|correct horse|BEGIN/);
});

test('what the configuration reads is in the environment, defaults included', () => {
  container.start(CONTROLLER_ENVIRONMENT);
  expect(container.environment()).toMatchObject({
    JENKINS_URL: 'https://jenkins.example.com/',
    ADMIN_USER: 'admin',
    EXECUTORS: '2',
    FARGATE_CI_PREFIX: 'fargate-ci',
    AWS_REGION: 'ap-southeast-2',
    LIBRARY_CREDENTIAL: '',
    CASC_JENKINS_CONFIG: `/image/casc,${container.private}/casc`,
    FARGATE_CI_PRIVATE: container.private,
  });
});

test('what is given wins over the defaults, and empty values are none', () => {
  const given = {
    JENKINS_URL: 'https://ci.acme.dev/',
    ADMIN_USER: 'root',
    EXECUTORS: '0',
    FARGATE_CI_PREFIX: 'team-a',
  };
  const run = container.start({ ...CONTROLLER_ENVIRONMENT, ...given, PIPELINE_REPOSITORY: '', GITHUB_CREDENTIAL: '' });
  expect(run.status).toBe(0);
  expect(container.environment()).toMatchObject(given);
  container.start({ ...CONTROLLER_ENVIRONMENT, ADMIN_USER: '', EXECUTORS: '' });
  expect(container.environment()).toMatchObject({ ADMIN_USER: 'admin', EXECUTORS: '2' });
});

test('secrets are files that only their owner reads', () => {
  container.start({
    ...CONTROLLER_ENVIRONMENT,
    GITHUB_CREDENTIAL: JSON.stringify({ token: 'ghp_1', webhookSecret: 'hook' }),
  });
  expect(container.modes()).toEqual([
    '700 .',
    '700 casc',
    '600 casc/github.yaml',
    '700 secrets',
    '600 secrets/admin-password',
    '600 secrets/github-token',
    '600 secrets/github-webhook',
  ]);
  expect(container.noted('jenkins.sh.umask')).toBe('0022\n');
});

test.each([
  ['quotes', `it's "quoted" \`here\``],
  ['a dollar', '$HOME $(id) $'],
  ['backslashes', 'a\\nb\\'],
  ['newlines', 'first\nsecond\n'],
  ['spaces around', '  x  '],
  ['YAML', '- a: {b}: #c'],
  ['umlauts', 'größe✓'],
])('a password with %s arrives as it is', (_, password) => {
  container.start({ ...CONTROLLER_ENVIRONMENT, ADMIN_PASSWORD: password });
  expect(container.read('secrets/admin-password')).toBe(password);
});

test('a token becomes a credential that names its file', () => {
  container.start({ ...CONTROLLER_ENVIRONMENT, GITHUB_CREDENTIAL: '{"token": "ghp_1"}' });
  expect(container.read('secrets/github-token')).toBe('ghp_1');
  expect(container.read('casc/github.yaml')).not.toContain('ghp_1');
  expect(container.environment().LIBRARY_CREDENTIAL).toBe('github');
});

test.each([
  ['as GitHub made it', PKCS1],
  ['converted already', PKCS8],
  ['with its line ends escaped', PKCS1.replaceAll('\n', '\\n')],
])('the key of an app, %s, becomes the kind that Jenkins reads', (_, key) => {
  container.start({ ...CONTROLLER_ENVIRONMENT, GITHUB_CREDENTIAL: JSON.stringify({ appId: '1234', privateKey: key }) });
  expect(container.read('secrets/github-app-key')).toBe(PKCS8);
});

test('another host that serves the library does not get the GitHub credential', () => {
  const repositories = ['https://git.example.com/acme/lib', 'https://github.com.evil.example/acme/lib'];
  for (const LIBRARY_REPOSITORY of repositories) {
    container.start({ ...CONTROLLER_ENVIRONMENT, LIBRARY_REPOSITORY, GITHUB_CREDENTIAL: APP });
    expect(container.environment()).toMatchObject({ LIBRARY_REPOSITORY, LIBRARY_CREDENTIAL: '' });
  }
});

test('all that is missing is said at once, and nothing is written or started', () => {
  const run = container.start({});
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/^\[fargate-ci\] the controller cannot start:\n/);
  for (const name of Object.keys(CONTROLLER_ENVIRONMENT)) expect(run.stderr).toContain(`  ${name} is missing. It is `);
  expect(existsSync(container.private)).toBe(false);
  expect(container.noted('tini.arguments')).toBeUndefined();
});

test('a private folder that cannot be made is told, with the way out', () => {
  writeFileSync(join(container.root, 'file'), '');
  const run = container.start({ ...CONTROLLER_ENVIRONMENT, FARGATE_CI_PRIVATE: join(container.root, 'file/below') });
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/file\/below cannot be written .*\n {2}FARGATE_CI_PRIVATE names another folder/);
  expect(container.noted('tini.arguments')).toBeUndefined();
});

test('a second start is like the first, and knows nothing of what is no longer given', () => {
  const repository = 'https://github.com/acme/shop';
  container.start({ ...CONTROLLER_ENVIRONMENT, GITHUB_CREDENTIAL: APP, PIPELINE_REPOSITORY: repository });
  const first = container.modes();
  expect(first).toContain('600 casc/pipeline.yaml');
  container.start({ ...CONTROLLER_ENVIRONMENT, GITHUB_CREDENTIAL: APP, PIPELINE_REPOSITORY: repository });
  expect(container.modes()).toEqual(first);
  container.start({ ...CONTROLLER_ENVIRONMENT, ADMIN_PASSWORD: 'changed' });
  expect(container.modes()).toEqual(['700 .', '700 casc', '700 secrets', '600 secrets/admin-password']);
  expect(container.read('secrets/admin-password')).toBe('changed');
});

test('workspaces of jobs that died are gone, hidden ones and those of odd names too', () => {
  for (const name of ['shop_main', 'shop_main@tmp', '.hidden', '-rf', 'a b'])
    mkdirSync(join(container.workspaces, name, 'x'), { recursive: true });
  expect(container.start(CONTROLLER_ENVIRONMENT).status).toBe(0);
  expect(readdirSync(container.workspaces)).toEqual([]);
  rmSync(container.workspaces, { recursive: true });
  expect(container.start(CONTROLLER_ENVIRONMENT).status).toBe(0);
});

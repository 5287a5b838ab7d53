import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { plan } from '../../infrastructure/controller/settings.mjs';
import { at, readTemplate, type Value, valuesOfList } from '../infrastructure/template.ts';
import fc from '../support/property.ts';
import { CONTROLLER, CONTROLLER_ENVIRONMENT, variable } from './start.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
const EC = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);

const planned = (more: Readonly<Record<string, string>>) => plan({ ...CONTROLLER_ENVIRONMENT, ...more }, '/private');
const github = (credential: object) => planned({ GITHUB_CREDENTIAL: JSON.stringify(credential) });
const text = (files: readonly { path: string; text: string }[], path: string) =>
  files.find((file) => file.path === path)?.text ?? '';

test.each([
  ['JENKINS_URL', 'http://jenkins.example.com/'],
  ['JENKINS_URL', 'jenkins.example.com'],
  ['JENKINS_URL', 'https://jenkins.example.com/?a=1'],
  ['ADMIN_USER', 'a b'],
  ['ADMIN_USER', variable('AWS_REGION')],
  ['EXECUTORS', '-1'],
  ['EXECUTORS', '17'],
  ['EXECUTORS', 'two'],
  ['LIBRARY_REPOSITORY', 'git@github.com:acme/fargate-ci.git'],
  ['LIBRARY_REPOSITORY', 'https://token@github.com/acme/fargate-ci'],
  ['LIBRARY_VERSION', 'v1 --upload-pack=x'],
  ['LIBRARY_VERSION', '-v1'],
  ['PIPELINE_REPOSITORY', 'acme/shop'],
  ['PIPELINE_REPOSITORY', 'https://github.com/acme/..'],
  ['PIPELINE_REPOSITORY', 'https://github.com/acme/$' + '{ADMIN_USER}'],
  ['FARGATE_CI_PREFIX', 'Team A'],
  ['AWS_REGION', 'sydney'],
])('%s %s is refused', (name, value) => {
  const { files, complaints } = planned({ [name]: value });
  expect(complaints).toEqual([expect.stringContaining(`${name} is ${JSON.stringify(value)}. It is `)]);
  expect(files).toEqual([]);
});

test('a password that Jenkins would refuse is refused before it starts', () => {
  expect(planned({ ADMIN_PASSWORD: 'é'.repeat(36) }).complaints).toEqual([]);
  expect(planned({ ADMIN_PASSWORD: 'é'.repeat(37) }).complaints).toEqual([
    'ADMIN_PASSWORD is too long. Jenkins takes 72 bytes',
  ]);
});

test.each([
  ['no JSON', 'ghp_SECRET'],
  ['a text', '"ghp_SECRET"'],
  ['a list', '["ghp_SECRET"]'],
  ['null', 'null'],
  ['the token as key', '{"ghp_SECRET": ""}'],
  ['a token with a space', '{"token": "ghp_ SECRET"}'],
  ['a token that is none', '{"token": {"ghp": "SECRET"}}'],
  ['an app without its key', '{"appId": "SECRET"}'],
  ['both', JSON.stringify({ token: 'ghp_SECRET', appId: 1, privateKey: PEM })],
  ['a key that is none', '{"appId": 1, "privateKey": "SECRET"}'],
  ['a key of another kind', JSON.stringify({ appId: 1, privateKey: EC })],
])('a GitHub credential that is %s is refused without being shown', (_, GITHUB_CREDENTIAL) => {
  const { files, complaints } = planned({ GITHUB_CREDENTIAL });
  expect(complaints).toEqual([expect.stringMatching(/^GITHUB_CREDENTIAL (is neither|has a privateKey)/)]);
  expect(complaints.join()).not.toMatch(/SECRET|BEGIN/);
  expect(files).toEqual([]);
});

test('a token: user name and password, which git and the API both take', () => {
  const { files } = github({ token: 'ghp_1' });
  expect(parse(text(files, 'casc/github.yaml'))).toEqual({
    credentials: {
      system: {
        domainCredentials: [
          {
            credentials: [
              {
                usernamePassword: {
                  scope: 'GLOBAL',
                  id: 'github',
                  description: 'GitHub token, from Secrets Manager',
                  username: 'x-access-token',
                  password: variable('readFile:/private/secrets/github-token'),
                },
              },
            ],
          },
        ],
      },
    },
  });
});

test.each([
  [{ owner: 'acme' }, { owner: 'acme', repositories: [] }],
  [{}, { repositories: [] }],
])('an app with %j: its key in a file, its repositories those of its owner', (more, specificRepositories) => {
  const { files } = github({ appId: 1234, privateKey: PEM, ...more });
  const { credentials } = parse(text(files, 'casc/github.yaml'));
  expect(credentials.system.domainCredentials[0].credentials).toEqual([
    {
      gitHubApp: {
        scope: 'GLOBAL',
        id: 'github',
        description: 'GitHub App, from Secrets Manager',
        appID: '1234',
        privateKey: variable('readFile:/private/secrets/github-app-key'),
        repositoryAccessStrategy: { specificRepositories },
      },
    },
  ]);
});

test('the secret of webhooks is beside the credential, and GitHub events are checked by it', () => {
  const { files } = github({ token: 'ghp_1', webhookSecret: 'hook' });
  const { credentials, unclassified } = parse(text(files, 'casc/github.yaml'));
  expect(credentials.system.domainCredentials[0].credentials[1].string).toMatchObject({
    id: 'github-webhook',
    secret: variable('readFile:/private/secrets/github-webhook'),
  });
  expect(unclassified).toEqual({ githubpluginconfig: { hookSecretConfigs: [{ credentialsId: 'github-webhook' }] } });
  expect(text(files, 'secrets/github-webhook')).toBe('hook');
});

test.each([
  ['https://github.com/acme/shop', 'https://github.com/acme/shop', 'acme', 'shop', 'github'],
  ['https://github.com/acme/shop.git', 'https://github.com/acme/shop', 'acme', 'shop', 'github'],
  ['https://github.com/acme/shop.js/', 'https://github.com/acme/shop.js', 'acme', 'shop.js', 'github'],
  ['https://git.example.com/team/shop.git', 'https://git.example.com/team/shop.git', '', 'shop', ''],
  ['https://github.com.evil.example/acme/shop', 'https://github.com.evil.example/acme/shop', '', 'shop', ''],
])('the pipeline of %s', (PIPELINE_REPOSITORY, url, owner, name, credential) => {
  const { files } = planned({ PIPELINE_REPOSITORY, GITHUB_CREDENTIAL: '{"token": "ghp_1"}' });
  const { jobs } = parse(text(files, 'casc/pipeline.yaml'));
  expect(jobs[0]).toEqual({
    providedEnv: {
      PIPELINE_REPOSITORY: url,
      FARGATE_CI_OWNER: owner,
      FARGATE_CI_JOB: name,
      FARGATE_CI_CREDENTIAL: credential,
    },
  });
  expect(jobs[1].file).toMatch(/\/infrastructure\/controller\/pipeline\.groovy$/);
});

test('the pipeline script takes what is provided, and nothing else from outside', () => {
  const { files } = planned({ PIPELINE_REPOSITORY: 'https://github.com/acme/shop' });
  const { providedEnv } = parse(text(files, 'casc/pipeline.yaml')).jobs[0];
  expect(providedEnv.FARGATE_CI_CREDENTIAL).toBe('');
  const used = readFileSync(`${CONTROLLER}/pipeline.groovy`, 'utf8').match(/\b[A-Z]+(_[A-Z]+)+\b/g);
  expect([...new Set(used)].sort()).toEqual(Object.keys(providedEnv).sort());
});

test('neither a credential nor a pipeline: no configuration beside the image’s own', () => {
  expect(planned({}).files.map(({ path }) => path)).toEqual(['secrets/admin-password']);
});

/** The value that commons-text makes when configuration as code looks it up: ${...} is a variable, ^${...} is ${...}. */
const resolved = (value: string) => {
  expect(value).not.toMatch(/(?<!\^)\$\{.*\}/s);
  return value.replaceAll(/\^(\$\{(?=.*\}))/gs, (_, kept) => kept);
};

test('no password is taken for a variable', () => {
  const characters = fc.constantFrom('$', '{', '}', '^', 'a', '\n', ':');
  fc.assert(
    fc.property(fc.string({ unit: characters, minLength: 1, maxLength: 20 }), (ADMIN_PASSWORD) => {
      const { files } = planned({ ADMIN_PASSWORD });
      expect(resolved(text(files, 'secrets/admin-password'))).toBe(ADMIN_PASSWORD);
    }),
    { seed: 4 },
  );
});

test('the stack hands over what the image is told, and nothing else', () => {
  const { root } = readTemplate('infrastructure/jenkins.yaml');
  const container = at(root, 'Resources', 'ControllerTask', 'Properties', 'ContainerDefinitions', 0);
  const names = (value: Value | undefined) =>
    valuesOfList(value).map((item) => String(at(item, 'Name') ?? at(item, 'Fn::If', 1, 'Name')));
  const known = readFileSync(`${CONTROLLER}/settings.mjs`, 'utf8').match(/(?<=name: ')[A-Z_]+/g) ?? [];
  expect(names(at(container, 'Environment', 'Fn::If', 2)).sort()).toEqual([...known].sort());
  expect(names(at(container, 'Secrets', 'Fn::If', 2))).toEqual(['ADMIN_PASSWORD', 'GITHUB_CREDENTIAL']);
});

import { readFileSync, rmSync } from 'node:fs';
import { parse } from 'yaml';
import { CONTROLLER, CONTROLLER_ENVIRONMENT, Container, variable } from './start.ts';

const source = readFileSync(`${CONTROLLER}/casc/jenkins.yaml`, 'utf8');
const { jenkins, security, unclassified, ...others } = parse(source);
const library = unclassified.globalLibraries.libraries[0];

test('one local user, whose password is a file', () => {
  expect(jenkins.securityRealm).toEqual({
    local: {
      allowsSignup: false,
      users: [
        {
          id: variable('ADMIN_USER'),
          password: variable(`readFile:${variable('FARGATE_CI_PRIVATE')}/secrets/admin-password`),
        },
      ],
    },
  });
});

test.each([
  [
    'nobody gets in without login',
    jenkins.authorizationStrategy,
    { loggedInUsersCanDoAnything: { allowAnonymousRead: false } },
  ],
  ['requests need a crumb', jenkins.crumbIssuer, 'standard'],
  ['no TCP port for agents', jenkins.slaveAgentPort, -1],
  ['HTML without scripts', jenkins.markupFormatter, { rawHtml: { disableSyntaxHighlighting: true } }],
  ['executors are a parameter', jenkins.numExecutors, variable('EXECUTORS')],
  ["the policy of Jenkins' own pages is enforced", security, { contentSecurityPolicy: { enforce: true } }],
  ['Jenkins knows its address', unclassified.location, { url: variable('JENKINS_URL') }],
  ['the library is registered, once', unclassified.globalLibraries.libraries.length, 1],
  ['a Jenkinsfile says that it uses it', library.implicit, false],
  ['and may try another version', library.allowVersionOverride, true],
  ['the version is a parameter', library.defaultVersion, variable('LIBRARY_VERSION')],
  ['it is not fetched for each build', library.cachingConfiguration, { refreshTimeMinutes: 180 }],
  [
    'where it comes from',
    library.retriever,
    {
      modernSCM: {
        scm: { git: { remote: variable('LIBRARY_REPOSITORY'), credentialsId: variable('LIBRARY_CREDENTIAL') } },
      },
    },
  ],
])('%s', (_, is, wanted) => expect(is).toEqual(wanted));

test('the library is the one that the example names', () => {
  expect(readFileSync('example/Jenkinsfile', 'utf8')).toContain(`@Library('${library.name}')`);
});

test('the steps find their settings on every agent', () => {
  expect(jenkins.globalNodeProperties).toEqual([
    {
      envVars: {
        env: ['FARGATE_CI_PREFIX', 'AWS_REGION'].map((key) => ({ key, value: variable(key) })),
      },
    },
  ]);
});

test('nothing else is configured: neither a key that Jenkins no longer has, nor one that weakens it', () => {
  expect(others).toEqual({});
  expect(Object.keys(jenkins).sort()).toEqual([
    'authorizationStrategy',
    'crumbIssuer',
    'globalNodeProperties',
    'markupFormatter',
    'numExecutors',
    'securityRealm',
    'slaveAgentPort',
    'systemMessage',
  ]);
  expect(Object.keys(unclassified).sort()).toEqual(['globalLibraries', 'location']);
});

test('the entrypoint hands over each variable that is read', () => {
  const container = new Container();
  container.start(CONTROLLER_ENVIRONMENT);
  const handed = container.environment();
  rmSync(container.root, { recursive: true });
  const read = source.replaceAll(/^\s*#.*$/gm, '').match(/(?<=\$\{)[A-Z_]+(?=\})/g);
  expect(read?.length).toBeGreaterThan(7);
  for (const name of read ?? []) expect(Object.keys(handed)).toContain(name);
});

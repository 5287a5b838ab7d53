import { secretsInDefinition } from '../../helper/src/secrets/in-definition.ts';
import { Mask } from '../../helper/src/secrets/mask.ts';
import {
  recognise,
  recognisePair,
  recogniseWords,
  secretsInEnvironment,
} from '../../helper/src/secrets/recognise-secrets.ts';
import { INNOCENT, PW, secretShapes } from '../support/secret-samples.ts';

const NOWHERE = { names: [], exists: () => false };

for (const [name, text] of secretShapes)
  test(`a secret by its shape: ${name}`, () => {
    const found = recognise(text);
    expect(found.length).toBeGreaterThan(0);
    for (const { start, end } of found) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(text.length);
      expect(end).toBeGreaterThan(start);
    }
    const hidden = new Mask(found.flatMap(({ hide }) => hide)).hide(text);
    expect(hidden).toContain('****');
    expect(hidden).not.toContain(PW);
  });

for (const words of [
  ['--password', PW],
  ['mysql', '-u', 'root', `-p${PW}`],
  ['curl', '-s', '-u', `bot:${PW}`, 'https://nexus.example.com/'],
  ['sshpass', '-p', PW, 'ssh', 'host'],
  ['docker', 'login', '-u', 'bot', '-p', PW],
  ['redis-cli', '-h', 'cache', '-a', PW],
  [`--build-arg=TOKEN=${PW}`],
  ['-e', `DB_PASSWORD=${PW}`],
  [`-Dspring.datasource.password=${PW}`],
  [`/p:Password=${PW}`],
  ['--api-token', PW],
  ['sh', '-c', `PGPASSWORD=${PW} psql -h db`],
])
  test(`a secret in a list of words: ${words.join(' ').replace(PW, '...')}`, () => {
    const found = recogniseWords(words).flat();
    const mask = new Mask(found.flatMap(({ hide }) => hide));
    expect(words.map((word) => mask.hide(word)).join(' ')).not.toContain(PW);
  });

test('a secret key of AWS is recognised by the id beside it', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const found = recogniseWords(['configure', 'AKIAIOSFODNN7EXAMPLE', secret]).flat();
  expect(found.flatMap(({ hide }) => hide)).toEqual(['AKIAIOSFODNN7EXAMPLE', secret]);
  expect(recogniseWords(['deploy', secret]).flat()).toEqual([]);
  expect(recogniseWords(['AKIAIOSFODNN7EXAMPLE', '0123456789abcdef0123456789abcdef01234567'])[1]).toEqual([]);
});

for (const [name, text] of INNOCENT)
  test(`no secret: ${name}`, () => {
    expect(recognise(text)).toEqual([]);
    expect(recogniseWords([text]).flat()).toEqual([]);
    expect(recogniseWords(text.split(' ')).flat()).toEqual([]);
    expect(recognisePair('VALUE', text, NOWHERE)).toEqual([]);
    expect(secretsInEnvironment({ VALUE: text })).toEqual([]);
  });

for (const [name, value] of [
  ['KEYCLOAK_URL', 'https://sso.example.com/auth'],
  ['MONKEY', 'capuchin'],
  ['MAX_TOKENS', '100000'],
  ['SSH_PUBLIC_KEY', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ'],
  ['SSH_KEY', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB'],
  ['TOKEN_URL', 'https://login.example.com/oauth/token'],
  ['org.opencontainers.image.keywords', 'shop,web,java'],
  ['NPM_TOKEN', '$NPM_TOKEN'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
  ['DB_PASSWORD', '${DB_PASSWORD}'],
  ['DB_PASSWORD', '%DB_PASSWORD%'],
  ['DB_PASSWORD', '{{ db_password }}'],
  ['DB_PASSWORD', '<password>'],
  ['DB_PASSWORD', 'changeme'],
  ['DB_PASSWORD', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3'],
  ['DB_PASSWORD_FILE', '/run/secrets/db'],
] as const)
  test(`no secret by the name ${name}: ${value}`, () => {
    expect(recognisePair(name, value, NOWHERE)).toEqual([]);
  });

test('a password that is a common word is hidden only together with its flag or user', () => {
  const mask = new Mask(recognise('postgres://postgres:postgres@db:5432/postgres').flatMap(({ hide }) => hide));
  expect(mask.hide('postgres://postgres:postgres@db and postgres:16')).toBe(
    'postgres://postgres****db and postgres:16',
  );
});

test('a secret that is too short to be hidden is found', () => {
  const found = recognise('https://bot:abc@host/');
  expect(found.map(({ kind }) => kind)).toEqual(['address password']);
  expect(new Mask(found.flatMap(({ hide }) => hide)).hide('abc')).toBe('abc');
  expect(recognisePair('DB_PASSWORD', 'abc', NOWHERE)).toHaveLength(1);
});

test('an encoded secret is hidden in both forms', () => {
  const values = (text: string) => recognise(text).flatMap(({ hide }) => hide);
  expect(values('https://u:p%40ss%2Fword@h')).toEqual(['p%40ss%2Fword', 'p@ss/word']);
  expect(values(`Authorization: Basic ${Buffer.from('bot:hunter22').toString('base64')}`)).toEqual(
    expect.arrayContaining(['bot:hunter22', 'hunter22']),
  );
  expect(values('{"password":"a\\"bcdef"}')).toContain('a"bcdef');
  expect(values('-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n-----END PRIVATE KEY-----')[1]).toContain('\nMIIEvQ');
});

test('the secrets of a task definition, with their places', () => {
  const found = secretsInDefinition({
    family: 'shop',
    containerDefinitions: [
      {
        name: 'shop',
        image: 'registry.example.com/acme/shop:1',
        environment: [
          { name: 'DB_PASSWORD', value: PW },
          { name: 'DATABASE', value: `postgres://shop:${PW}@db/shop` },
          { name: 'CACHE_KEY', value: 'acme/shop' },
          { name: 'LEVEL', value: 'info' },
        ],
        command: ['serve', '--admin-password', PW],
        secrets: [{ name: 'API_TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/shop/token' }],
        repositoryCredentials: { credentialsParameter: 'acme/pull-secret' },
        healthCheck: { command: ['CMD-SHELL', `curl -fsu bot:${PW} http://localhost/ || curl -u bot:${PW} localhost`] },
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-token': PW, 'splunk-url': 'https://log.example.com' },
        },
        dockerLabels: { maintainer: 'A <a@example.com>' },
      },
    ],
    tags: [{ key: 'api-token', value: PW }],
  });
  expect(found.map(({ path, name }) => `${path} ${name}`)).toEqual([
    'containerDefinitions[0].environment DB_PASSWORD',
    'containerDefinitions[0].environment DATABASE',
    'containerDefinitions[0].command ',
    'containerDefinitions[0].healthCheck.command ',
    'containerDefinitions[0].logConfiguration.options.splunk-token splunk-token',
    'tags api-token',
  ]);
});

// Characters that slow patterns down, a quarter of a megabyte of each.
test('no text keeps the recogniser busy', () => {
  const evil = [
    'a',
    '-',
    '\\',
    '"',
    "'",
    '\\"',
    'password="',
    "password='",
    'password=',
    '://',
    '://a:',
    '@',
    'eyJ-',
    'eyJa.',
    'token ',
    '--',
    '--a',
    '-----BEGIN PRIVATE KEY-----',
    'authorization: ',
    'basic ',
    'curl ',
    'curl -u ',
    '${',
    '$(',
    '{{',
    '<',
    '%',
    'AKIA',
    'sk-',
    '\n',
    '\n ',
    'password: ',
    '-password ',
    'x-',
    'key=',
  ].map((part) => part.repeat(262_144 / part.length));
  const began = process.cpuUsage();
  for (const text of evil) {
    recognise(text);
    recogniseWords([text, text]);
  }
  expect(process.cpuUsage(began).user).toBeLessThan(60_000_000);
}, 120_000);

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '../../../helper/src/context/entries.ts';
import { credentialWarning, readFileStart } from '../../../helper/src/context/list/credential-files.ts';
import { listContext } from '../../../helper/src/context/list/list-context.ts';
import { makeTree, removeTrees, type Tree } from '../../support/context-tree.ts';

afterAll(removeTrees);

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIE\n';

async function warningOf(tree: Tree, prepare: (root: string) => void = () => {}): Promise<string | undefined> {
  const root = makeTree(tree);
  prepare(root);
  const listing = await listContext({ root, dockerfile: 'Dockerfile', ignore: [] }, () => {});
  return credentialWarning(listing, (path) => readFileStart(listing.root, path));
}

for (const [path, text] of [
  ['.env', 'A=1'],
  ['deploy/.env.production', 'A=1'],
  ['.ssh/id_ed25519', 'x'],
  ['tls/server.key', KEY],
  ['tls/server.pem', `-----BEGIN CERTIFICATE-----\nx\n${KEY}`],
  ['old.pem', '-----BEGIN RSA PRIVATE KEY-----'],
  ['app.jks', 'x'],
  ['.npmrc', '//registry.npmjs.org/:_authToken=npm_abc'],
  ['.netrc', 'machine x password y'],
  ['.aws/credentials', '[default]\naws_secret_access_key = x'],
  ['.docker/config.json', '{"auths":{"x":{"auth":"eA=="}}}'],
  ['prod.tfvars', 'db_password = "x"'],
  ['terraform.tfstate', '{}'],
  ['kubeconfig', 'users:\n- user:\n    token: x'],
  ['gcp/service-account.json', '{"private_key": "x"}'],
  ['.git/config', '[remote "origin"]\nurl = https://user:token@github.com/x'],
  ['.envrc', 'export A=1'],
  ['.envrc.local', 'export A=1'],
  ['auth.json', '{"auths": {"ghcr.io": {"auth": "dTpw"}}}'],
  ['php/auth.json', '{"http-basic": {"repo.example.com": {"username": "u", "password": "secretword"}}}'],
  ['php/auth.json', '{"github-oauth": {"github.com": "x1"}}'],
  ['.codex/auth.json', '{"tokens": {"access_token": "x1", "account": "a"}}'],
  ['credentials.json', '{"installed": {"client_id": "x", "client_secret": "GOCSPX-1"}}'],
  ['credentials.json', '{"type": "authorized_user", "refresh_token": "1//0x"}'],
  ['config/credentials.json', JSON.stringify({ private_key: KEY })],
  ['credentials.json', '{"accessKeyId": "AKIA", "secretAccessKey": "x"}'],
  ['gradle.properties', 'org.gradle.daemon=true\nnexusPassword=x1\n'],
  ['android/gradle.properties', 'systemProp.http.proxyPassword: x1'],
  ['gradle.properties', 'githubToken = ghp_x'],
  ['gradle.properties', 'signing.keyId=1\r\nsigning.password=x1\r\n'],
  [
    'NuGet.Config',
    '<packageSourceCredentials><x><add key="ClearTextPassword" value="x1" /></x></packageSourceCredentials>',
  ],
  ['nuget.config', "<add value='AQAA' key='Password'/>"],
  ['nuget.config', '<apikeys>\n<add key="https://nuget.example.com" value="x1" />\n</apikeys>'],
] as const)
  test(`a warning names ${path}`, async () => {
    expect(await warningOf({ [path]: text })).toContain(`look like credentials: ${path}. They are sent`);
  });

for (const [path, text] of [
  ['.env.example', 'PASSWORD='],
  ['.env.sample', ''],
  ['app/.env.dist', ''],
  ['environment', ''],
  ['my.env.ts', ''],
  ['id_rsa.pub', 'ssh-rsa AAAA'],
  ['ca.pem', '-----BEGIN CERTIFICATE-----'],
  ['public.pem', '-----BEGIN PUBLIC KEY-----'],
  ['i18n/en.key', 'hello'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's
  ['.npmrc', 'save-exact=true\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}'],
  ['.docker/config.json', '{"credsStore":"ecr-login"}'],
  ['.git/config', '[remote "origin"]\nurl = https://github.com/x\nurl = git@github.com:x'],
  ['node_modules/x/test/id_rsa', 'x'],
  ['test.tfvars', 'region = "x"'],
  ['settings.xml', '<settings/>'],
  ['.envrc.example', 'export A='],
  ['auth.json', '{}'],
  ['auth.json.dist', '{"http-basic": {}}'],
  ['locales/en/auth.json', '{"username": "User name", "password": "Password", "token": "Token"}'],
  [
    'locales/fr/auth.json',
    '{"password": "Mot de passe", "failed": "Le mot de passe est faux", "secret": "confidentiel"}',
  ],
  ['auth.json', '{"http-basic": {"repo.example.com": {"username": "u", "password": ""}}, "github-oauth": {}}'],
  ['auth.json', '{"http-basic": {"repo.example.com": {"username": "u", "password": "%env(PW)%"}}}'],
  ['credentials.json', '{"credentials": [{"name": "a", "vault": "b"}]}'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template's
  ['credentials.json', '{"client_secret": "${CLIENT_SECRET}"}'],
  ['gradle.properties', 'org.gradle.jvmargs=-Xmx2g\nuseToken=false\nnexusPassword=\n#nexusPassword=x1\n'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Gradle's
  ['gradle.properties', 'nexusPassword=${env.NEXUS}\ntoken=$TOKEN\npasswordFile=/run/secrets/x\n'],
  [
    'nuget.config',
    '<packageSources><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>',
  ],
  ['nuget.config', '<add key="ClearTextPassword" value="%NUGET_TOKEN%" /><apikeys></apikeys><add key="x" value="y"/>'],
  ['nuget.config', '<!-- <add key="ClearTextPassword" value="x1" /> -->'],
] as const)
  test(`no alarm for ${path}: ${text.slice(0, 20)}`, async () => {
    expect(await warningOf({ [path]: text })).toBeUndefined();
  });

test('text in UTF-16, as editors on Windows write it, is searched, too', async () => {
  const text = Buffer.from('\ufeff<add key="ClearTextPassword" value="x1" />', 'utf16le');
  const root = (path: string) => writeFileSync(join(path, 'nuget.config'), text);
  expect(await warningOf({}, root)).toContain('look like credentials: nuget.config');
});

test('a warning is reported, and the files are sent', async () => {
  const root = makeTree({ '.envrc': 'export A=1', 'auth.json': '{"github-oauth": {"github.com": "x1"}}' });
  const { entries } = await listContext({ root, dockerfile: 'Dockerfile', ignore: [] }, () => {});
  expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['.envrc', 'auth.json']));
});

test('no warning for files that .dockerignore leaves out', async () => {
  expect(await warningOf({ '.env': 'A=1', '.dockerignore': '.env\n' })).toBeUndefined();
});

test('many files make one warning, which tells how to leave them out', async () => {
  const keys = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`keys/${at}/id_rsa`, 'x']));
  const warning = await warningOf(keys);
  expect(warning).toContain('keys/4/id_rsa and 4 more. They are sent');
  expect(warning).toContain('.dockerignore (**/id_rsa)');
  expect(warning).not.toContain('\n');
});

test('a link is not followed, and names are escaped', async () => {
  const warning = await warningOf({ 'a\nb/.env': 'A=1' }, (root) => symlinkSync('/etc/passwd', join(root, 'x.pem')));
  expect(warning).toContain('a\\x0ab/.env');
  expect(warning).not.toContain('x.pem');
});

test('of very many files only some are opened', () => {
  let reads = 0;
  const entries = Array.from(
    { length: 10_000 },
    (_, at): Entry => ({ kind: 'file', path: `${at}.pem`, mode: 0o644, size: 1 }),
  );
  credentialWarning({ entries }, () => {
    reads += 1;
    return '';
  });
  expect(reads).toBe(50);
});

test('a source file is neither named nor opened', () => {
  const entries: Entry[] = [{ kind: 'file', path: 'src/app.py', mode: 0o644, size: 1 }];
  const read = () => {
    throw new Error('opened');
  };
  expect(credentialWarning({ entries }, read)).toBeUndefined();
});

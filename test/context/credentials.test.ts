import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { credentialKind, credentialWarning, readHead } from '../../helper/src/context/credentials.ts';
import type { Entry } from '../../helper/src/context/entries.ts';
import { listContext } from '../../helper/src/context/list.ts';
import { makeTree, removeTrees, type Tree } from './tree.ts';

afterAll(removeTrees);

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIE\n';

async function warningOf(tree: Tree, prepare: (root: string) => void = () => {}): Promise<string | undefined> {
  const root = makeTree(tree);
  prepare(root);
  const listing = await listContext({ root, dockerfile: 'Dockerfile', ignore: [] }, () => {});
  return credentialWarning(listing, (path) => readHead(listing.root, path));
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
] as const)
  test(`no alarm for ${path}: ${text.slice(0, 20)}`, async () => {
    expect(await warningOf({ [path]: text })).toBeUndefined();
  });

test('what .dockerignore leaves out is no reason to warn', async () => {
  expect(await warningOf({ '.env': 'A=1', '.dockerignore': '.env\n' })).toBeUndefined();
});

test('one line for many, with the way to leave them out', async () => {
  const keys = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`keys/${at}/id_rsa`, 'x']));
  const warning = await warningOf(keys);
  expect(warning).toContain('keys/4/id_rsa and 4 more. They are sent');
  expect(warning).toContain('.dockerignore (**/id_rsa)');
  expect(warning).not.toContain('\n');
});

test('a link is not followed, and a name is shown as it is in the log', async () => {
  const warning = await warningOf({ 'a\nb/.env': 'A=1' }, (root) => symlinkSync('/etc/passwd', join(root, 'x.pem')));
  expect(warning).toContain('a\\x0ab/.env');
  expect(warning).not.toContain('x.pem');
});

test('of a great many files few are looked into', () => {
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
  expect(credentialKind('src/app.py')).toBeUndefined();
});

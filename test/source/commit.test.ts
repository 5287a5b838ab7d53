import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTag, readSource, withoutCredentials } from '../../helper/src/source/commit.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-ci-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, '-C', folder, ...args], { encoding: 'utf8' }).trim();
}

function repository(): string {
  git('init', '-q');
  git('remote', 'add', 'origin', 'https://user:ghp_token@github.com/acme/shop.git');
  writeFileSync(join(folder, 'a'), 'a');
  git('add', '.');
  git('commit', '-qm', 'one');
  return git('rev-parse', 'HEAD');
}

test('the commit of the work tree, and where it came from, without credentials', async () => {
  const commit = repository();
  expect(await readSource(folder, {})).toEqual({ commit, dirty: false, url: 'https://github.com/acme/shop.git' });
});

test('a changed work tree is dirty outside Jenkins only', async () => {
  const commit = repository();
  writeFileSync(join(folder, 'b'), 'b');
  const here = await readSource(folder, {});
  expect(defaultTag(here, {})).toBe(`${commit.slice(0, 12)}-dirty`);
  const jenkins = { JENKINS_URL: 'https://jenkins.example.com/', BUILD_NUMBER: '7' };
  expect(defaultTag(await readSource(folder, jenkins), jenkins)).toBe(commit.slice(0, 12));
});

test("Jenkins' GIT_COMMIT comes first", async () => {
  repository();
  const env = { GIT_COMMIT: '0123456789abcdef0123456789abcdef01234567', BUILD_NUMBER: '7' };
  expect(defaultTag(await readSource(folder, env), env)).toBe('0123456789ab');
});

test('without a repository it is the build number, else nothing', async () => {
  const source = await readSource(folder, {});
  expect(source).toEqual({ commit: undefined, dirty: false, url: undefined });
  expect(defaultTag(source, { BUILD_NUMBER: '7' })).toBe('7');
  expect(defaultTag(source, {})).toBeUndefined();
});

test('a repository without a commit has none', async () => {
  git('init', '-q');
  expect((await readSource(folder, {})).commit).toBeUndefined();
});

for (const [url, clean] of [
  ['https://user:pw@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['https://ghp_token@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['https://github.com/acme/shop@v1', 'https://github.com/acme/shop@v1'],
  ['git@github.com:acme/shop.git', 'git@github.com:acme/shop.git'],
  ['ssh://git@host/acme/shop.git', 'ssh://host/acme/shop.git'],
  ['https://user:p@ss:w@rd@github.com/acme/shop.git', 'https://github.com/acme/shop.git'],
  ['https://github.com/acme/shop.git?private_token=x#y', 'https://github.com/acme/shop.git'],
] as const)
  test(url, () => expect(withoutCredentials(url)).toBe(clean));

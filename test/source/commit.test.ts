import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTag, readSourceRevision, withoutCredentials } from '../../helper/src/source/commit.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-ci-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(at: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, '-C', at, ...args], { encoding: 'utf8' }).trim();
}

function repository(at: string): string {
  git(at, 'init', '-q');
  git(at, 'remote', 'add', 'origin', 'https://user:ghp_token@github.com/acme/shop.git');
  writeFileSync(join(at, 'a'), 'a');
  git(at, 'add', '.');
  git(at, 'commit', '-qm', 'one');
  return git(at, 'rev-parse', 'HEAD');
}

test('the commit of the work tree, and the address of its remote without credentials', async () => {
  const commit = repository(folder);
  expect(await readSourceRevision(folder, {})).toEqual({
    commit,
    dirty: false,
    url: 'https://github.com/acme/shop.git',
  });
});

test('a changed work tree is dirty, but not under Jenkins', async () => {
  const commit = repository(folder);
  writeFileSync(join(folder, 'b'), 'b');
  const here = await readSourceRevision(folder, {});
  expect(defaultTag(here, {})).toBe(`${commit.slice(0, 12)}-dirty`);
  const jenkins = { JENKINS_URL: 'https://jenkins.example.com/', BUILD_NUMBER: '7' };
  expect(defaultTag(await readSourceRevision(folder, jenkins), jenkins)).toBe(commit.slice(0, 12));
});

const GIVEN = '0123456789abcdef0123456789abcdef01234567';

describe('under Jenkins', () => {
  const pipeline = () => ({
    JENKINS_URL: 'https://jenkins.example.com/',
    BUILD_NUMBER: '7',
    WORKSPACE: folder,
    GIT_COMMIT: GIVEN,
    GIT_URL: 'https://github.com/acme/infrastructure.git',
  });

  test("the context's own repository decides, and not GIT_COMMIT: two versions of an app must not share one tag", async () => {
    const app = join(folder, 'app');
    mkdirSync(app);
    const commit = repository(app);
    expect(await readSourceRevision(app, pipeline())).toEqual({
      commit,
      dirty: false,
      url: 'https://github.com/acme/shop.git',
    });
    git(app, 'commit', '-q', '--allow-empty', '-m', 'two');
    const next = await readSourceRevision(app, pipeline());
    expect(defaultTag(next, pipeline())).toBe(git(app, 'rev-parse', 'HEAD').slice(0, 12));
    expect(next.commit).not.toBe(commit);
  });

  test('a folder of a repository belongs to it, up to the workspace', async () => {
    const commit = repository(folder);
    mkdirSync(join(folder, 'services', 'shop'), { recursive: true });
    expect((await readSourceRevision(join(folder, 'services', 'shop'), pipeline())).commit).toBe(commit);
  });

  test('a repository above the workspace does not count', async () => {
    repository(folder);
    const WORKSPACE = join(folder, 'workspace');
    mkdirSync(join(WORKSPACE, 'app'), { recursive: true });
    const source = { commit: GIVEN, dirty: false, url: 'https://github.com/acme/infrastructure.git' };
    expect(await readSourceRevision(join(WORKSPACE, 'app'), { ...pipeline(), WORKSPACE })).toEqual(source);
    const { GIT_COMMIT: _, GIT_URL: __, ...bare } = pipeline();
    const nothing = { commit: undefined, dirty: false, url: undefined };
    expect(await readSourceRevision(join(WORKSPACE, 'app'), { ...bare, WORKSPACE })).toEqual(nothing);
    expect(await readSourceRevision(WORKSPACE, { ...bare, WORKSPACE: undefined })).toEqual(nothing);
  });

  test('GIT_COMMIT counts if there is no repository, or no commit in it', async () => {
    const source = { commit: GIVEN, dirty: false, url: 'https://github.com/acme/infrastructure.git' };
    expect(await readSourceRevision(folder, pipeline())).toEqual(source);
    git(folder, 'init', '-q');
    expect(await readSourceRevision(folder, pipeline())).toEqual(source);
  });

  test('GIT_URL counts for the commit in GIT_COMMIT only', async () => {
    const commit = repository(folder);
    expect((await readSourceRevision(folder, pipeline())).url).toBe('https://github.com/acme/shop.git');
    const { url } = await readSourceRevision(folder, { ...pipeline(), GIT_COMMIT: commit });
    expect(url).toBe('https://github.com/acme/infrastructure.git');
    expect((await readSourceRevision(folder, { ...pipeline(), GIT_COMMIT: undefined })).url).toBe(
      'https://github.com/acme/shop.git',
    );
  });

  test('a submodule that is the context has a commit of its own', async () => {
    const other = mkdtempSync(join(tmpdir(), 'fargate-ci-'));
    try {
      const commit = repository(other);
      const outer = repository(folder);
      git(folder, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other, 'shop');
      const shop = await readSourceRevision(join(folder, 'shop'), pipeline());
      expect(shop).toEqual({ commit, dirty: false, url: other });
      expect((await readSourceRevision(folder, pipeline())).commit).toBe(outer);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

test('without a repository the tag is the build number, or else there is none', async () => {
  const source = await readSourceRevision(folder, {});
  expect(source).toEqual({ commit: undefined, dirty: false, url: undefined });
  expect(defaultTag(source, { BUILD_NUMBER: '7' })).toBe('7');
  expect(defaultTag(source, {})).toBeUndefined();
});

test('a repository without a commit gives no commit', async () => {
  git(folder, 'init', '-q');
  expect((await readSourceRevision(folder, {})).commit).toBeUndefined();
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

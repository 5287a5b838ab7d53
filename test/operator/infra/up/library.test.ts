import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLibrary, isSameRepository, webAddress } from '../../../../helper/src/operator/infra/up/library.ts';

const root = mkdtempSync(join(tmpdir(), 'fargate-ci-library-'));
afterAll(() => rmSync(root, { recursive: true }));

function git(folder: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=jo', '-c', 'user.email=jo@example.com', '-c', 'init.defaultBranch=trunk'];
  execFileSync('git', [...identity, '-C', folder, ...args], { stdio: 'ignore' });
}

/** A person's clone of a repository whose only branch is `trunk`. */
function clone(name: string): string {
  const [origin, copy] = [join(root, `${name}.git`), join(root, name)];
  mkdirSync(origin);
  git(origin, 'init');
  git(origin, 'commit', '--allow-empty', '-m', 'one');
  git(root, 'clone', origin, copy);
  git(copy, 'remote', 'set-url', 'origin', 'https://jo:token@github.com/acme/fargate-ci.git');
  return copy;
}

const repository = 'https://github.com/acme/fargate-ci.git';

for (const [name, work, version] of [
  ['the branch that it follows', () => {}, 'trunk'],
  ['the tag that is checked out', (at: string) => git(at, 'tag', 'v1.2.0'), 'v1.2.0'],
  [
    'the default branch, where the local branch was never pushed',
    (at: string) => {
      git(at, 'checkout', '-b', 'mine');
      git(at, 'commit', '--allow-empty', '-m', 'two');
    },
    'trunk',
  ],
  ['a tag that the template does not allow is passed over', (at: string) => git(at, 'tag', 'v1+2'), 'trunk'],
] as const)
  test(`the version of a clone: ${name}`, async () => {
    const copy = clone(name.replaceAll(/\W/g, '-'));
    work(copy);
    expect(await findLibrary(copy, process.env)).toEqual({ repository, version });
  });

test('a folder that is no clone has no library', async () => {
  expect(await findLibrary(root, process.env)).toEqual({ repository: undefined, version: undefined });
});

test('two addresses of one repository', () => {
  expect(isSameRepository('https://github.com/Acme/fargate-ci', 'https://github.com/acme/fargate-ci.git/')).toBe(true);
  expect(isSameRepository('https://github.com/acme/fargate-ci', 'https://github.com/acme/fargate-ci-2')).toBe(false);
});

for (const [url, address] of [
  ['https://github.com/acme/fargate-ci.git', 'https://github.com/acme/fargate-ci.git'],
  ['git@github.com:acme/fargate-ci.git', 'https://github.com/acme/fargate-ci.git'],
  ['ssh://git@github.com/acme/fargate-ci', 'https://github.com/acme/fargate-ci'],
  ['/home/me/fargate-ci', undefined],
  [undefined, undefined],
] as const)
  test(`the library's address from ${url}`, () => {
    expect(webAddress(url)).toBe(address);
  });

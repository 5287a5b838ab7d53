import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeadCommit } from '../../helper/src/git/checked-out-commit.ts';
import { findRepository } from '../../helper/src/git/repository.ts';
import { hasUncommittedChanges } from '../../helper/src/git/uncommitted-changes.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';

afterAll(removeTrees);

function git(at: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, '-C', at, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function repository(at = realpathSync(makeFolder())): { at: string; commit: string } {
  mkdirSync(at, { recursive: true });
  git(at, 'init', '-q');
  writeFileSync(join(at, 'a'), 'a');
  git(at, 'add', '.');
  git(at, 'commit', '-qm', 'one');
  return { at, commit: git(at, 'rev-parse', 'HEAD') };
}

/** Reads the commit without git on the path, so that only the repository's files are used. */
const NO_GIT = { PATH: '/nonexistent' };

async function headOf(folder: string, boundary?: string): Promise<string | undefined> {
  const found = await findRepository(folder, { boundary });
  return found && readHeadCommit(found, NO_GIT);
}

describe('the commit is read without git', () => {
  test('for a branch (packed or not), for a tag, and if there is no commit yet', async () => {
    const { at, commit } = repository();
    expect(await headOf(at)).toBe(commit);
    git(at, 'branch', 'other');
    git(at, 'pack-refs', '--all');
    expect(await headOf(at)).toBe(commit);
    git(at, 'commit', '-q', '--allow-empty', '-m', 'two');
    expect(await headOf(at)).toBe(git(at, 'rev-parse', 'HEAD'));
    git(at, 'checkout', '-q', '--detach', commit);
    expect(await headOf(at)).toBe(commit);
    git(at, 'checkout', '-q', '--orphan', 'new');
    expect(await headOf(at)).toBeUndefined();
  });

  test('for a linked work tree, and for a submodule', async () => {
    const { at, commit } = repository();
    const linked = join(realpathSync(makeFolder()), 'linked');
    git(at, 'worktree', 'add', '-q', '-b', 'feature', linked);
    git(linked, 'commit', '-q', '--allow-empty', '-m', 'two');
    expect(await headOf(linked)).toBe(git(linked, 'rev-parse', 'HEAD'));
    expect(await headOf(at)).toBe(commit);
    const outer = repository();
    git(outer.at, 'submodule', 'add', '-q', at, 'deep/sub');
    expect(await headOf(join(outer.at, 'deep', 'sub'), outer.at)).toBe(commit);
    expect(await headOf(join(outer.at, 'deep', 'sub'))).toBe(commit);
    expect(await headOf(join(outer.at, 'deep'))).toBe(outer.commit);
  });
});

test('git is asked about a repository with other files', async () => {
  const { at, commit } = repository();
  const found = await findRepository(at, { boundary: at });
  // Very old repositories have such a HEAD.
  const branch = git(at, 'symbolic-ref', 'HEAD');
  rmSync(join(at, '.git', 'HEAD'));
  symlinkSync(branch, join(at, '.git', 'HEAD'));
  expect(found && (await readHeadCommit(found, process.env))).toBe(commit);
});

describe('uncommitted changes', () => {
  const changed = async (at: string) => {
    const found = await findRepository(at, { boundary: at });
    return found && hasUncommittedChanges(found, { PATH: process.env.PATH }, { boundary: at });
  };

  test.each<[string, (at: string) => void, boolean]>([
    ['none', () => {}, false],
    ['new times alone', (at) => execFileSync('touch', ['-d', '2001-01-01', join(at, 'a')]), false],
    ['a file with other content', (at) => writeFileSync(join(at, 'a'), 'b'), true],
    ['a file with another mode', (at) => chmodSync(join(at, 'a'), 0o755), true],
    ['a new file', (at) => writeFileSync(join(at, 'b'), 'b'), true],
    ['a file less', (at) => rmSync(join(at, 'a')), true],
    ['what is staged', (at) => git(at, 'rm', '-q', '--cached', 'a'), true],
    ['an ignored file', (at) => writeFileSync(join(at, '.git', 'info', 'exclude'), 'a\nb\n'), false],
    ['a broken index', (at) => writeFileSync(join(at, '.git', 'index'), 'x'), true],
  ])('%s', async (_name, change, expected) => {
    const { at } = repository();
    change(at);
    expect(await changed(at)).toBe(expected);
  });

  test('in a submodule: its content, or its commit', async () => {
    const { at } = repository();
    git(at, 'submodule', 'add', '-q', repository().at, 'sub');
    git(at, 'commit', '-qm', 'sub');
    expect(await changed(at)).toBe(false);
    writeFileSync(join(at, 'sub', 'a'), 'b');
    expect(await changed(at)).toBe(true);
    git(join(at, 'sub'), 'commit', '-qam', 'two');
    expect(await changed(at)).toBe(true);
    git(at, 'commit', '-qam', 'moved');
    expect(await changed(at)).toBe(false);
  });
});

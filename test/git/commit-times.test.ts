import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { commitTimes } from '../../helper/src/git/commit-times.ts';
import { findRepository } from '../../helper/src/git/repository.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';

afterAll(removeTrees);

type FileFacts = Parameters<typeof commitTimes>[2][number];

const T = 1_700_000_000;
let root: string;
beforeEach(() => {
  root = realpathSync(makeFolder());
  git('init', '-q', '-b', 'main');
});

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, '-C', root, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

function commit(at: number, files: Record<string, string> = {}): void {
  for (const [path, text] of Object.entries(files)) write(path, text);
  git('add', '-A');
  const date = `@${at} +0000`;
  execFileSync(
    'git',
    ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@e', 'commit', '-qm', 'c', '--allow-empty'],
    {
      env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: '@1000000000 +0000' },
    },
  );
}

function filesOf(folder: string, below = ''): FileFacts[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry): FileFacts[] => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name === '.git') return [];
    if (entry.isDirectory()) return filesOf(folder, path);
    const { size, mode, mtimeNs } = lstatSync(join(folder, path), { bigint: true });
    return [{ path, size: Number(size), mode: Number(mode) & 0o7777, mtimeNs }];
  });
}

async function ask(folder = root, { env = process.env, mostMs }: { env?: NodeJS.ProcessEnv; mostMs?: number } = {}) {
  const repository = await findRepository(folder, { boundary: undefined });
  if (!repository) throw new Error('no repository');
  const files = filesOf(folder);
  const times = await commitTimes(repository, folder, files, {
    env,
    signal: new AbortController().signal,
    ...(mostMs === undefined ? {} : { mostMs }),
  });
  return {
    head: times.head - T,
    times: Object.fromEntries(files.map(({ path }) => [path, times.timeOf(path) && times.timeOf(path) - T])),
    committed: files.filter(({ path }) => times.isCommitted(path)).map(({ path }) => path),
  };
}

test('a file has the time of the commit that changed it last', async () => {
  commit(T + 1, { a: '1', 'b/c': '1', 'b/d': '1' });
  commit(T + 10, { a: '2' });
  commit(T + 20, { 'b/c': '2' });
  expect(await ask()).toEqual({
    head: 20,
    times: { a: 10, 'b/c': 20, 'b/d': 1 },
    committed: ['a', 'b/c', 'b/d'],
  });
});

test('a folder in the repository, with names that git would quote or take for patterns', async () => {
  const names = ['ü', 'tab\there', 'new\nline', '\nfirst', ':(top)x', '*', '[a]', '-rf', ' ', '"q"', '\\b'];
  commit(T + 1, Object.fromEntries([['outside', '1'], ...names.map((name) => [`app/${name}`, '1'])]));
  commit(T + 2, { 'app/ü': '2', 'app/*': '2', outside: '2' });
  const { times, committed } = await ask(join(root, 'app'));
  expect(times).toEqual(Object.fromEntries(names.map((name) => [name, name === 'ü' || name === '*' ? 2 : 1])));
  expect(committed.sort()).toEqual(names.sort());
});

test('more files than git is asked about by name', async () => {
  commit(T + 1, Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`app/f${n}`, '1'])));
  commit(T + 2, { 'app/f7': '2' });
  const { times } = await ask(join(root, 'app'));
  expect(Object.values(times).filter((time) => time === 1)).toHaveLength(299);
  expect(times.f7).toBe(2);
});

test('a file that came by a merge has the time of its own commit', async () => {
  commit(T + 1, { a: '1', b: '1' });
  git('checkout', '-qb', 'feature');
  commit(T + 2, { b: '2' });
  git('checkout', '-q', 'main');
  commit(T + 3, { a: '2' });
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@e', 'merge', '-q', 'feature'], {
    env: { ...process.env, GIT_COMMITTER_DATE: `@${T + 9} +0000` },
  });
  expect(await ask()).toMatchObject({ head: 9, times: { a: 3, b: 2 } });
});

describe('a file that is not as committed has no time', () => {
  const rows: [string, () => void][] = [
    ['another content', () => write('a', 'another')],
    ['another content, as long', () => write('a', '2')],
    ['another mode', () => chmodSync(join(root, 'a'), 0o755)],
    [
      'staged, and not committed',
      () => {
        write('a', '2');
        git('add', 'a');
      },
    ],
    ['no longer in the index', () => void git('rm', '-q', '--cached', 'a')],
    ['touched: git would have to read it', () => utimesSync(join(root, 'a'), 1, 1)],
  ];
  for (const [name, change] of rows) {
    test(name, async () => {
      commit(T + 1, { a: '1', b: '1' });
      change();
      expect(await ask()).toEqual({ head: 1, times: { a: 0, b: 1 }, committed: ['b'] });
    });
  }

  test('a file that nobody committed', async () => {
    commit(T + 1, { b: '1' });
    write('a', '1');
    expect(await ask()).toMatchObject({ times: { a: 0, b: 1 }, committed: ['b'] });
  });

  test('in a repository without a commit', async () => {
    write('a', '1');
    git('add', '-A');
    expect(await ask()).toEqual({ head: -T, times: { a: 0 }, committed: [] });
  });
});

test('in a shallow clone only the commit that is checked out has a time', async () => {
  commit(T + 1, { a: '1', b: '1' });
  commit(T + 2, { b: '2' });
  const clone = join(realpathSync(makeFolder()), 'clone');
  git('clone', '-q', '--depth', '1', `file://${root}`, clone);
  expect(await ask(clone)).toEqual({ head: 2, times: { a: 0, b: 0 }, committed: ['a', 'b'] });
});

test('in a clone without contents, which would have to be fetched, all times are known', async () => {
  commit(T + 1, { a: '1', b: '1' });
  commit(T + 2, { b: '2' });
  git('config', 'uploadpack.allowFilter', 'true');
  const clone = join(realpathSync(makeFolder()), 'clone');
  git('clone', '-q', '--filter=blob:none', `file://${root}`, clone);
  expect(await ask(clone)).toMatchObject({ times: { a: 1, b: 2 } });
});

/** A git of our own in front of the real one. It notes its arguments, and may do something first. */
function wrapped(script = ''): { env: NodeJS.ProcessEnv; calls: () => string[] } {
  const folder = realpathSync(makeFolder());
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const log = join(folder, 'calls');
  const text = `#!/bin/sh\nfor one; do case "$one" in log|ls-files|diff-index) command=$one; echo $one >>${log}; break;; esac; done\n${script}\nexec ${real} "$@"\n`;
  writeFileSync(join(folder, 'git'), text, { mode: 0o755 });
  return {
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    calls: () => (existsSync(log) ? execFileSync('sort', [log], { encoding: 'utf8' }).trim().split('\n') : []),
  };
}

test('if the history takes too long, files have the time of the commit that is checked out', async () => {
  commit(T + 1, { a: '1' });
  commit(T + 5, { b: '1' });
  // This git prints the newest commit, and then nothing more.
  const { env } = wrapped(
    'case "$*" in *name-only*HEAD*) [ $command = log ] && { printf "//%s\\0\\nb\\0" $((1700000000 + 5)); exec sleep 600; };; esac',
  );
  expect(await ask(root, { env, mostMs: 200 })).toMatchObject({ head: 5, times: { a: 5, b: 5 } });
});

test('no history is read for files that are not committed', async () => {
  commit(T + 1, { b: '1' });
  write('b', 'changed');
  const { env, calls } = wrapped();
  expect((await ask(root, { env })).committed).toEqual([]);
  expect(calls()).toEqual(['diff-index', 'ls-files']);
});

test('without git, or if it fails, no time is known', async () => {
  commit(T + 1, { a: '1' });
  const nothing = { head: -T, times: { a: 0 }, committed: [] };
  expect(await ask(root, { env: { PATH: realpathSync(makeFolder()) } })).toEqual(nothing);
  expect(await ask(root, { env: wrapped('exit 3').env })).toEqual(nothing);
});

test('no program that a repository names is run, and its settings change nothing', async () => {
  commit(T + 1, { a: '1', b: '1' });
  commit(T + 2, { b: '2' });
  const folder = realpathSync(makeFolder());
  const [program, mark] = [join(folder, 'program'), join(folder, 'mark')];
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >>${mark}\ncat\n`, { mode: 0o755 });
  const config = [
    `[core]\nfsmonitor = ${program}\npager = ${program}\nquotePath = true`,
    `[filter "x"]\nclean = ${program}\nsmudge = ${program}\nprocess = ${program}\nrequired = true`,
    `[diff]\nexternal = ${program}\nrenames = copies\nrelative = true\nnoprefix = true`,
    `[diff "x"]\ntextconv = ${program}\ncommand = ${program}`,
    `[log]\nshowSignature = true\nfollow = true\nshowRoot = false\ndecorate = full\ndiffMerges = on`,
    `[gpg]\nprogram = ${program}\n[format]\npretty = %H%n%B\n[color]\nui = always`,
    `[pager]\nlog = ${program}\n[core]\nhooksPath = ${folder}`,
  ];
  appendFileSync(join(root, '.git', 'config'), config.join('\n'));
  writeFileSync(join(root, '.git', 'info', 'attributes'), '* filter=x diff=x\n');
  // The file has a new time, so git would run the filter to compare it.
  utimesSync(join(root, 'b'), 5, 5);
  expect(await ask()).toEqual({ head: 2, times: { a: 1, b: 0 }, committed: ['a'] });
  expect(existsSync(mark)).toBe(false);
});

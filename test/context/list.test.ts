import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listContext } from '../../helper/src/context/list.ts';
import { asNobody, list, makeFolder, makeTree, removeTrees, type Tree } from './tree.ts';

afterAll(removeTrees);

/** A file whose name is the bytes `caf\xe9.txt`. */
function addLatin1(root: string, folder = ''): void {
  writeFileSync(Buffer.concat([Buffer.from(join(root, folder, 'caf')), Buffer.from([0xe9]), Buffer.from('.txt')]), 'x');
}

describe('a context that cannot be used is refused before anything is created', () => {
  const rows: [string, () => { root: string; dockerfile?: string; ignore?: string[] }, string, RegExp, RegExp][] = [
    [
      'no such folder',
      () => ({ root: '/no/such/folder' }),
      'usage',
      /context \/no\/such\/folder does not exist/,
      /checked out/,
    ],
    ['a file', () => ({ root: join(makeTree({}), 'Dockerfile') }), 'usage', /is not a folder/, /parameter dockerfile/],
    ['an empty folder', () => ({ root: makeFolder() }), 'usage', /is empty/, /checked out/],
    [
      'no Dockerfile',
      () => ({ root: makeTree({ 'app/Dockerfile': '', 'ops/web.dockerfile': '' }), dockerfile: 'dockerfile' }),
      'usage',
      /Dockerfile dockerfile does not exist/,
      /dockerfile: 'Dockerfile' or dockerfile: 'app\/Dockerfile' or dockerfile: 'ops\/web.dockerfile'/,
    ],
    [
      'a folder for a Dockerfile',
      () => ({ root: makeTree({ app: null }), dockerfile: 'app' }),
      'usage',
      /Dockerfile app is not a file/,
      /dockerfile: 'Dockerfile'/,
    ],
    [
      'a Dockerfile above the context',
      () => ({ root: makeTree({}), dockerfile: 'x/../../Dockerfile' }),
      'usage',
      /not inside the context/,
      /relative to the context/,
    ],
    [
      'an absolute Dockerfile',
      () => ({ root: makeTree({}), dockerfile: '/etc/Dockerfile' }),
      'usage',
      /not inside the context/,
      /relative to the context/,
    ],
    [
      'a Dockerfile that links out',
      () => ({ root: makeTree({ D: { link: '../D' } }), dockerfile: 'D' }),
      'usage',
      /D is a symlink to \.\.\/D, outside/,
      /stays inside/,
    ],
    [
      'a Dockerfile behind an absolute link',
      () => ({ root: makeTree({ ops: { link: '/srv' } }), dockerfile: 'ops/D' }),
      'usage',
      /ops is a symlink to \/srv, outside/,
      /stays inside/,
    ],
    [
      'a Dockerfile that dangles',
      () => ({ root: makeTree({ D: { link: 'gone' } }), dockerfile: 'D' }),
      'usage',
      /D does not exist/,
      /dockerfile: 'Dockerfile'/,
    ],
    [
      'links in a circle',
      () => ({ root: makeTree({ D: { link: 'E' }, E: { link: 'D' } }), dockerfile: 'D' }),
      'usage',
      /D does not exist/,
      /dockerfile: 'Dockerfile'/,
    ],
    [
      'an ignore file that is a folder',
      () => ({ root: makeTree({ '.dockerignore': null }) }),
      'usage',
      /ignore file \.dockerignore is not a file/,
      /one pattern a line/,
    ],
    [
      'bad patterns, all at once',
      () => ({ root: makeTree({ '.dockerignore': 'ok\n[a\n!\n' }), ignore: ['b\\'] }),
      'usage',
      /\.dockerignore:2: "\[a".*\.dockerignore:3: "!".*the parameter ignore: "b\\\\"/,
      /closing bracket/,
    ],
  ];
  for (const [name, make, category, message, hint] of rows) {
    test(name, async () => {
      const request = { dockerfile: 'Dockerfile', ignore: [], ...make() };
      await expect(listContext(request, () => {})).rejects.toMatchObject({
        category,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
    });
  }

  test('names that are not UTF-8, escaped, all at once', async () => {
    const root = makeTree({ sub: null });
    addLatin1(root);
    addLatin1(root, 'sub');
    symlinkSync(Buffer.from([0x66, 0xff]), join(root, 'link'));
    await expect(list(root)).rejects.toMatchObject({
      category: 'usage',
      message: 'the context cannot be sent: caf\\xe9.txt: its name is not UTF-8 (and 2 more, see the evidence)',
      evidence: [
        'caf\\xe9.txt: its name is not UTF-8',
        'link: links to f\\xff, which is not UTF-8',
        'sub/caf\\xe9.txt: its name is not UTF-8',
      ],
    });
  });

  test('a folder whose name is not UTF-8', async () => {
    const root = makeTree({ sub: null });
    renameSync(join(root, 'sub'), Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]));
    await expect(list(root)).rejects.toMatchObject({
      message: 'the context cannot be sent: \\xff: its name is not UTF-8',
    });
  });

  test('where they are ignored they do no harm', async () => {
    const root = makeTree({ sub: null, '.dockerignore': '*.txt\nsub\n!sub/keep\n', 'sub/keep': '' });
    addLatin1(root);
    addLatin1(root, 'sub');
    expect((await list(root)).paths).toEqual(['.dockerignore', 'Dockerfile', 'sub', 'sub/keep']);
  });
});

test('a path that is too long for the system is said to be so', async () => {
  const root = makeTree({});
  // Made by relative paths: an absolute one would be too long here, too.
  execFileSync('sh', ['-c', 'for i in $(seq 20); do n=$(printf "%0250d" 0); mkdir $n && cd -P $n || exit 1; done'], {
    cwd: root,
  });
  await expect(list(root)).rejects.toMatchObject({
    category: 'build',
    message: expect.stringMatching(/^.{400,600}: its path is longer than the system can open$/),
    hint: expect.stringContaining('shorter'),
  });
  execFileSync('sh', ['-c', 'rm -rf 0*'], { cwd: root });
});

test('an empty pattern in the parameter ignore is nothing, as an empty line is', async () => {
  const { listing } = await list(makeTree({ a: 'x' }), { ignore: ['', ' ', 'a'] });
  expect(listing.entries.map(({ path }) => path)).toEqual(['Dockerfile']);
});

describe('what is listed', () => {
  const rows: [string, Tree, { dockerfile?: string; ignore?: string[] }, string[]][] = [
    [
      'symlinks as links',
      { a: { link: '..' }, b: { link: 'gone' }, c: { link: 'd' }, 'd/x': '' },
      {},
      ['Dockerfile', 'a', 'b', 'c', 'd', 'd/x'],
    ],
    ['the Dockerfile and the ignore file always', { '.dockerignore': '*' }, {}, ['.dockerignore', 'Dockerfile']],
    [
      'a Dockerfile in an ignored folder, and only that',
      { '.dockerignore': 'ops', 'ops/web/D': '', 'ops/x': '' },
      { dockerfile: './ops/web/D' },
      ['.dockerignore', 'Dockerfile', 'ops', 'ops/web', 'ops/web/D'],
    ],
    [
      'the way to a linked Dockerfile',
      { '.dockerignore': '*', D: { link: 'ops/D' }, ops: { link: 'real/ops' }, 'real/ops/D': '', 'real/x': '' },
      { dockerfile: 'D' },
      ['.dockerignore', 'D', 'ops', 'real', 'real/ops', 'real/ops/D'],
    ],
    [
      "the Dockerfile's own ignore file first",
      { 'D.dockerignore': 'a', '.dockerignore': 'b', a: '', b: '', D: '' },
      { dockerfile: 'D' },
      ['.dockerignore', 'D', 'D.dockerignore', 'Dockerfile', 'b'],
    ],
    [
      'the parameter behind the file',
      { '.dockerignore': '!a\nb', a: '', b: '', c: '' },
      { ignore: ['a', 'c', '!c'] },
      ['.dockerignore', 'Dockerfile', 'c'],
    ],
    ['a hash in the parameter is a name', { '#a': '', b: '' }, { ignore: ['#a'] }, ['Dockerfile', 'b']],
    ['empty folders', { 'a/b/c': null }, {}, ['Dockerfile', 'a', 'a/b', 'a/b/c']],
  ];
  for (const [name, tree, options, expected] of rows) {
    test(name, async () => expect((await list(makeTree(tree), options)).paths).toEqual(expected));
  }

  test('a root that is a symlink to a folder', async () => {
    const link = join(makeFolder(), 'link');
    symlinkSync(makeTree({ a: '' }), link);
    expect((await list(link)).paths).toEqual(['Dockerfile', 'a']);
  });

  test('hard links by their first name, also where an ignored one comes before', async () => {
    const root = makeTree({ b: 'content', a: { twin: 'b' }, 'z/c': { twin: 'b' } });
    const kinds = async (ignore: string[]) =>
      (await list(root, { ignore })).listing.entries
        .slice(1)
        .map((entry) => ('target' in entry ? `${entry.path} = ${entry.target}` : entry.path));
    expect(await kinds([])).toEqual(['a', 'b = a', 'z', 'z/c = a']);
    expect(await kinds(['a'])).toEqual(['b', 'z', 'z/c = b']);
  });

  test('counts', async () => {
    const tree: Tree = {
      '.dockerignore': 'node_modules\n*.log\n',
      'node_modules/a': '',
      'x.log': '',
      'src/a': '12345',
      l: { link: 'src' },
    };
    const { listing } = await list(makeTree(tree));
    expect(listing).toMatchObject({
      files: 4,
      bytes: 13 + 19 + 5,
      ignored: 2,
      ignoreFile: '.dockerignore',
      dockerfile: 'Dockerfile',
    });
  });
});

describe('warnings', () => {
  const warning = (text: string) => ({ type: 'warning', text });

  test('fifos, sockets and devices are left out', async () => {
    const root = makeTree({ 'a.txt': 'a', run: null });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'run/app.sock'), resolve));
    const { paths, events } = await list(root).finally(() => new Promise((resolve) => server.close(resolve)));
    expect(paths).toEqual(['Dockerfile', 'a.txt', 'run']);
    expect(events).toEqual([warning('left out, since no image can hold it: pipe (fifo), run/app.sock (socket)')]);
  });

  test('an exception that Docker does not look for in ignored folders', async () => {
    const { events } = await list(
      makeTree({ '.dockerignore': '*\n!**/*.go\n!src/x\n', 'src/a.go': '', 'lib/b.go': '', 'b.txt': '' }),
    );
    expect(events).toEqual([
      warning('the exception !**/*.go is not applied in ignored folders such as lib: name the folder, e.g. !lib/**'),
    ]);
  });

  test('an exception of the parameter that COPY will not see', async () => {
    const { events, paths } = await list(makeTree({ '.dockerignore': 'a', a: '', b: '' }), { ignore: ['!a', 'b'] });
    expect(paths).toContain('a');
    expect(events).toEqual([
      warning(
        'the ignore file excludes a, and an exception in the parameter ignore does not make COPY see it: put the exception into the ignore file',
      ),
    ]);
  });

  test('none in a usual context', async () => {
    const { events } = await list(makeTree({ '.dockerignore': '*\n!src\n!**/keep\n', 'src/a': '', 'b.txt': '' }));
    expect(events).toEqual([]);
  });
});

test('what may not be read is told before anything is created, all at once', async () => {
  const root = makeTree({ secret: { text: 'x', mode: 0o200 }, closed: { folder: 0 }, open: 'x' });
  await asNobody(root, () =>
    expect(list(root)).rejects.toMatchObject({
      category: 'build',
      message: 'the context cannot be sent: closed: may not be read (and 1 more, see the evidence)',
      evidence: ['closed: may not be read', 'secret: may not be read'],
    }),
  );
});

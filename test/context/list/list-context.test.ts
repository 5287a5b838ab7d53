import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { listContext } from '../../../helper/src/context/list/list-context.ts';
import { asNobody, listFolder, makeFolder, makeTree, removeTrees, type Tree } from '../../support/context-tree.ts';

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

  test('names that are not UTF-8 are escaped and reported together', async () => {
    const root = makeTree({ sub: null });
    addLatin1(root);
    addLatin1(root, 'sub');
    symlinkSync(Buffer.from([0x66, 0xff]), join(root, 'link'));
    await expect(listFolder(root)).rejects.toMatchObject({
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
    await expect(listFolder(root)).rejects.toMatchObject({
      message: 'the context cannot be sent: \\xff: its name is not UTF-8',
    });
  });

  test('names that are not UTF-8 do no harm if they are ignored', async () => {
    const root = makeTree({ sub: null, '.dockerignore': '*.txt\nsub\n!sub/keep\n', 'sub/keep': '' });
    addLatin1(root);
    addLatin1(root, 'sub');
    expect((await listFolder(root)).paths).toEqual(['.dockerignore', 'Dockerfile', 'sub', 'sub/keep']);
  });
});

test('a path that is too long for the system is reported as such', async () => {
  const root = makeTree({});
  // The test makes it by relative paths, because an absolute path would be too long here, too.
  execFileSync('sh', ['-c', 'for i in $(seq 20); do n=$(printf "%0250d" 0); mkdir $n && cd -P $n || exit 1; done'], {
    cwd: root,
  });
  await expect(listFolder(root)).rejects.toMatchObject({
    category: 'build',
    message: expect.stringMatching(/^.{400,600}: its path is longer than the system can open$/),
    hint: expect.stringContaining('shorter'),
  });
  execFileSync('sh', ['-c', 'rm -rf 0*'], { cwd: root });
});

test('an empty pattern in the parameter ignore means nothing, like an empty line', async () => {
  expect((await listFolder(makeTree({ a: 'x' }), { ignore: ['', ' ', 'a'] })).paths).toEqual(['Dockerfile']);
});

describe('what is listed', () => {
  const rows: [string, Tree, { dockerfile?: string; ignore?: string[] }, string[]][] = [
    [
      'symlinks as links',
      { a: { link: '..' }, b: { link: 'gone' }, c: { link: 'd' }, 'd/x': '' },
      {},
      ['Dockerfile', 'a', 'b', 'c', 'd', 'd/x'],
    ],
    ['neither the Dockerfile nor the ignore file where they are ignored', { '.dockerignore': '*' }, {}, []],
    [
      'nothing of the folder of a Dockerfile that is ignored',
      { '.dockerignore': 'ops', 'ops/web/D': '', 'ops/x': '' },
      { dockerfile: './ops/web/D' },
      ['.dockerignore', 'Dockerfile'],
    ],
    [
      "nor of one that a pattern takes at any depth: issue 11's case",
      { '.dockerignore': '**/docker\n', 'docker/Dockerfile': '', 'docker/secret.env': 'PASSWORD=x' },
      { dockerfile: 'docker/Dockerfile' },
      ['.dockerignore', 'Dockerfile'],
    ],
    [
      'what an exception names in an ignored folder, without its neighbours',
      { '.dockerignore': '**/node_modules\n!node_modules/keep\n', 'node_modules/keep/a': '', 'node_modules/b': '' },
      {},
      ['.dockerignore', 'Dockerfile', 'node_modules', 'node_modules/keep', 'node_modules/keep/a'],
    ],
    [
      'what an exception with wildcards finds in ignored folders, and the folders on the way',
      { '.dockerignore': '*\n!**/package.json\n', 'package.json': '', 'a/b/package.json': '', 'a/c/x': '', d: null },
      {},
      ['a', 'a/b', 'a/b/package.json', 'package.json'],
    ],
    [
      'exceptions of the parameter in folders that the file ignores',
      { '.dockerignore': 'a', 'a/b/c': '', 'a/d': '' },
      { ignore: ['!a/b'] },
      ['.dockerignore', 'Dockerfile', 'a', 'a/b', 'a/b/c'],
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
    test(name, async () => expect((await listFolder(makeTree(tree), options)).paths).toEqual(expected));
  }

  test('a root that is a symlink to a folder', async () => {
    const link = join(makeFolder(), 'link');
    symlinkSync(makeTree({ a: '' }), link);
    expect((await listFolder(link)).paths).toEqual(['Dockerfile', 'a']);
  });

  test('a hard link refers to the first name that is not ignored', async () => {
    const root = makeTree({ b: 'content', a: { twin: 'b' }, 'z/c': { twin: 'b' } });
    const kinds = async (ignore: string[]) =>
      (await listFolder(root, { ignore })).listing.entries
        .slice(1)
        .map((entry) => ('target' in entry ? `${entry.path} = ${entry.target}` : entry.path));
    expect(await kinds([])).toEqual(['a', 'b = a', 'z', 'z/c = a']);
    expect(await kinds(['a'])).toEqual(['b', 'z', 'z/c = b']);
  });

  test("kaniko's copy of the Dockerfile lies beside the context, with an ignore file that ignores nothing", async () => {
    const beside = async (tree: Tree, dockerfile: string) =>
      (await listFolder(makeTree(tree), { dockerfile })).listing.kanikoFiles.map(({ path, content }) => [
        path,
        content.toString(),
      ]);
    const none = expect.stringMatching(/^#.*\n$/);
    const linked: Tree = {
      '.dockerignore': '*',
      D: { link: 'ops/D' },
      ops: { link: 'real/ops' },
      'real/ops/D': 'FROM a',
    };
    expect(await beside(linked, 'D')).toEqual([
      ['D', 'FROM a'],
      ['D.dockerignore', none],
    ]);
    expect(await beside({ 'docker/D': 'FROM b', 'docker/D.dockerignore': 'docker', x: '' }, './docker//D')).toEqual([
      ['docker/D', 'FROM b'],
      ['docker/D.dockerignore', none],
    ]);
  });

  test('an absolute path to a Dockerfile in the context, also through a link', async () => {
    const root = makeTree({ '.dockerignore': 'docker', 'docker/D': 'FROM a' });
    const link = join(makeFolder(), 'link');
    symlinkSync(root, link);
    for (const [from, dockerfile] of [
      [root, join(root, 'docker/D')],
      [link, join(link, 'docker/D')],
      [link, join(root, 'docker/D')],
      [root, join(link, 'docker/D')],
      [root, `${root}/x/../docker//D`],
      [root, `../${basename(root)}/docker/D`],
    ] as const)
      expect((await listFolder(from, { dockerfile })).listing.dockerfile).toBe('docker/D');
    const other = makeTree({});
    for (const dockerfile of [join(other, 'Dockerfile'), `${root}-not/D`, root, '/', `${root}/..`])
      await expect(listFolder(root, { dockerfile })).rejects.toMatchObject({
        message: expect.stringMatching(/not inside the context/),
      });
  });

  test('files, bytes and ignored names are counted', async () => {
    const tree: Tree = {
      '.dockerignore': 'node_modules\n*.log\n',
      'node_modules/a': '',
      'x.log': '',
      'src/a': '12345',
      l: { link: 'src' },
    };
    const { listing } = await listFolder(makeTree(tree));
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
    const { paths, events } = await listFolder(root).finally(() => new Promise((resolve) => server.close(resolve)));
    expect(paths).toEqual(['Dockerfile', 'a.txt', 'run']);
    expect(events).toEqual([warning('left out, since no image can hold it: pipe (fifo), run/app.sock (socket)')]);
  });

  test('none for an ordinary context, and none for exceptions', async () => {
    const tree = { '.dockerignore': '*\n!src\n!**/keep\n', 'src/a': '', 'b.txt': '', 'c/d': '' };
    const { events } = await listFolder(makeTree(tree), { ignore: ['!b.txt', '!*/d'] });
    expect(events).toEqual([]);
  });
});

test('an ignored folder that may not be opened is skipped, even if an exception makes us try', async () => {
  const root = makeTree({ '.dockerignore': 'closed\n!**/keep\n', closed: { folder: 0 }, 'a/keep': '' });
  await asNobody(root, async () => {
    expect((await listFolder(root)).paths).toEqual(['.dockerignore', 'Dockerfile', 'a', 'a/keep']);
  });
});

test('a folder from which nothing is sent counts as one, even if it was entered', async () => {
  const tree: Tree = { '.dockerignore': '**/m\n!**/keep\n', 'm/a': '', 'm/b/c': '', 'p/m/a': '', 'p/m/keep': '' };
  const { listing, paths } = await listFolder(makeTree(tree));
  expect(paths).toEqual(['.dockerignore', 'Dockerfile', 'p', 'p/m', 'p/m/keep']);
  expect(listing.ignored).toBe(2);
});

test('an ignore file that cannot be one is refused before it is read into memory', async () => {
  await expect(listFolder(makeTree({ '.dockerignore': 'x\n'.repeat(3_000_000) }))).rejects.toMatchObject({
    category: 'usage',
    message: 'the ignore file .dockerignore has 6 MiB, and 4 is the most',
  });
  await expect(listFolder(makeTree({ '.dockerignore': 'x\n'.repeat(200_000) }))).rejects.toMatchObject({
    category: 'usage',
    message: expect.stringMatching(/200000 patterns, where the most is 100000: name folders/),
  });
});

test('unreadable files are reported together, before anything is created', async () => {
  const root = makeTree({ secret: { text: 'x', mode: 0o200 }, closed: { folder: 0 }, open: 'x' });
  await asNobody(root, () =>
    expect(listFolder(root)).rejects.toMatchObject({
      category: 'build',
      message: 'the context cannot be sent: closed: may not be read (and 1 more, see the evidence)',
      evidence: ['closed: may not be read', 'secret: may not be read'],
    }),
  );
});

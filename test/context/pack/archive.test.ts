import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Header } from 'tar';
import { entryHeader } from '../../../helper/src/context/pack/tar-headers.ts';
import {
  listFolder,
  makeFolder,
  makeTree,
  type Node,
  packArchive,
  packTar,
  removeTrees,
  type Tree,
} from '../../support/context-tree.ts';
import fc from '../../support/property.ts';

afterAll(removeTrees);

/** What is on disk below a folder, by path: type, mode, and target or content. Files that share an inode name each other. */
function onDisk(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const twins = new Map<number, string>();
  const look = (folder: string) => {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stats = lstatSync(join(root, path));
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) found[path] = `link to ${readlinkSync(join(root, path))}`;
      else if (stats.isDirectory()) {
        found[path] = `folder ${mode}`;
        look(path);
      } else {
        found[path] = `file ${mode} ${readFileSync(join(root, path)).toString('hex')}`;
        if (stats.nlink > 1) found[path] += ` is ${twins.get(stats.ino) ?? 'first'}`;
        if (!twins.has(stats.ino)) twins.set(stats.ino, path);
      }
    }
  };
  look('');
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const UNPACKERS = [
  ['GNU tar', ['tar', '--same-permissions', '--delay-directory-restore', '-xzf']],
  ['bsdtar', ['bsdtar', '-p', '-xzf']],
] as const;

function unpack(command: readonly string[], archive: Buffer): string {
  const folder = makeFolder();
  const file = join(makeFolder(), 'context.tar.gz');
  writeFileSync(file, archive);
  const [program = '', ...args] = command;
  execFileSync(program, [...args, file, '-C', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  return join(folder, 'ctx');
}

const name = fc
  .oneof(
    fc.stringMatching(/^[a-z0-9 ._=+~#!%\\-]{1,12}$/),
    fc.stringMatching(/^[a-zäöü€日本🚀\n"'*?[\]-]{1,8}$/u),
    fc.constantFrom('x'.repeat(99), 'y'.repeat(100), 'z'.repeat(101), 'ü'.repeat(120), 'v'.repeat(255)),
  )
  .filter((text) => text !== '.' && text !== '..' && text !== 'Dockerfile' && text !== '.dockerignore');

const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.record({
    text: fc.string({ maxLength: 700 }),
    mode: fc.constantFrom(0o644, 0o755, 0o600, 0o400, 0o777, 0o4755, 0o2711, 0o1666),
  }),
  fc.constantFrom('', 'a'.repeat(511), 'b'.repeat(512), 'c'.repeat(513), 'd'.repeat(300_000)),
  fc.constant(null),
  fc.record({ folder: fc.constantFrom(0o755, 0o700, 0o1777, 0o2775, 0o555) }),
  fc.record({
    link: fc.oneof(
      name,
      fc.constantFrom('../../outside', '/etc/passwd', '.', 'l'.repeat(100), 'm'.repeat(101), `${'ñ/'.repeat(90)}x`),
    ),
  }),
);

/** A random tree, in which no path is both a file and a folder. */
const tree: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), leaf), { maxLength: 12 })
  .map((rows) => {
    const taken = new Map<string, Node>();
    for (const [parts, node] of rows) {
      const path = parts.join('/');
      const folders = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
      if (taken.has(path) || [...taken.keys()].some((other) => other.startsWith(`${path}/`))) continue;
      if (folders.some((folder) => taken.has(folder))) continue;
      taken.set(path, node);
    }
    const [first] = [...taken].find(([, node]) => typeof node === 'string') ?? [];
    if (first !== undefined && !taken.has('twin')) taken.set('twin', { twin: first });
    return Object.fromEntries(taken);
  });

describe('any tree is read back the same', () => {
  for (const [program, command] of UNPACKERS) {
    test(`by ${program}`, async () => {
      const check = async (made: Tree) => {
        const root = makeTree(made);
        const { listing } = await listFolder(root);
        const unpacked = unpack(command, await packArchive(listing));
        expect(onDisk(unpacked)).toEqual(onDisk(root));
        expect(lstatSync(unpacked).mode & 0o7777).toBe(0o755);
      };
      await fc.assert(fc.asyncProperty(tree, check), { seed: 20261122, numRuns: 60 });
    }, 60_000);
  }
});

describe('determinism', () => {
  test('the same content makes the same bytes, whatever its times on disk, its order and its place', async () => {
    const made: Tree = {
      'b.txt': 'b',
      'a/x': 'x',
      'a.txt': 'a',
      B: 'capital',
      é: 'accent',
      empty: null,
      link: { link: 'a.txt' },
    };
    const other = Object.fromEntries(Object.entries(made).reverse());
    const [one, two] = [makeTree(made), makeTree(other)];
    utimesSync(join(two, 'a.txt'), 1, 2);
    chmodSync(two, 0o700);
    const [first, second] = [await listFolder(one), await listFolder(two)];
    expect((await packArchive(first.listing)).equals(await packArchive(second.listing))).toBe(true);
    expect(first.paths).toEqual(['B', 'Dockerfile', 'a', 'a/x', 'a.txt', 'b.txt', 'empty', 'link', 'é']);
    chmodSync(join(two, 'a.txt'), 0o600);
    expect((await packArchive(first.listing)).equals(await packArchive((await listFolder(two)).listing))).toBe(false);
  });

  test('owner 0:0 without names; all folders have one time, and each file its own', async () => {
    const { listing } = await listFolder(makeTree({ 'a.txt': 'a' }));
    const plain = await packTar(listing);
    const lines = execFileSync('tar', ['-tvf', '-'], {
      input: plain,
      encoding: 'utf8',
      env: { TZ: 'UTC', PATH: process.env.PATH },
    });
    expect(lines.trimEnd().split('\n')).toEqual([
      'drwxr-xr-x 0/0               0 2000-01-01 00:00 ctx/',
      '-rw-r--r-- 0/0              13 2001-09-09 01:46 ctx/Dockerfile',
      '-rw-r--r-- 0/0               1 2001-09-09 01:46 ctx/a.txt',
      '-rw-r--r-- 0/0              13 2000-01-01 00:00 dockerfile/Dockerfile',
      '-rw-r--r-- 0/0              82 2000-01-01 00:00 dockerfile/Dockerfile.dockerignore',
    ]);
  });
});

describe('headers', () => {
  test('a size from 8 GiB is written in the PAX header and in base 256', () => {
    const size = 8 * 1024 ** 3;
    const bytes = entryHeader({ kind: 'file', path: 'big', mode: 0o644, size, time: 1e9 });
    expect(bytes.toString('latin1')).toContain(`size=${size}\n`);
    expect(new Header(bytes.subarray(-512)).size).toBe(size);
    expect(entryHeader({ kind: 'file', path: 'big', mode: 0o644, size: size - 1, time: 1e9 })).toHaveLength(512);
  });

  test('a sparse file above 8 GiB is listed and announced with its whole size', async () => {
    const root = makeTree({});
    execFileSync('truncate', ['-s', '8589934593', join(root, 'sparse')]);
    const { listing } = await listFolder(root);
    expect(listing.bytes).toBe(8589934593 + 13);
    const [sparse] = listing.entries.flatMap((entry) =>
      entry.kind === 'file' && entry.path === 'sparse' ? { ...entry, time: 1e9 } : [],
    );
    if (!sparse) throw new Error('not listed');
    // The archive ends after the header: tar complains about that, but has listed the entry.
    const listed = spawnSync('tar', ['-tvf', '-'], {
      input: entryHeader(sparse),
      encoding: 'utf8',
    }).stdout;
    expect(listed).toContain('8589934593');
  });
});

test('a path of 2,000 bytes is written without trying every way to split it', () => {
  const path = Array.from({ length: 1_000 }, () => 'd').join('/');
  const began = process.cpuUsage();
  for (let entry = 0; entry < 200; entry += 1) entryHeader({ kind: 'folder', path, mode: 0o755 });
  // This takes milliseconds of CPU time, and many seconds if node-tar tries every split.
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
});

test('a tree 300 folders deep', async () => {
  const root = makeTree({});
  const path = Array.from({ length: 300 }, () => 'deep').join('/');
  mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, path, 'file'), 'bottom');
  const { listing } = await listFolder(root);
  const unpacked = unpack(UNPACKERS[0][1], await packArchive(listing));
  expect(readFileSync(join(unpacked, path, 'file'), 'utf8')).toBe('bottom');
});

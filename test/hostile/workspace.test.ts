import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list as listTar, type ReadEntry } from 'tar';
import { listFolder, makeFolder, makeTree, packTar, removeTrees } from '../support/context-tree.ts';
import fc from '../support/property.ts';

// Workspaces made to break us. Listing and archive must hold exactly what is on disk, and every message must be readable.

afterAll(removeTrees);

/** The entries of a context that a tar reader finds in an archive: `file ctx/a`, `SymbolicLink ctx/b -> /etc`. */
async function read(archive: Buffer): Promise<string[]> {
  const found: string[] = [];
  const parser = listTar({
    onReadEntry: (entry: ReadEntry) =>
      void found.push(`${entry.type} ${entry.path}${entry.linkpath ? ` -> ${entry.linkpath}` : ''}`),
  });
  await new Promise<void>((resolve, reject) => parser.on('end', resolve).on('error', reject).end(archive));
  expect(found.splice(-2)).toEqual(['File dockerfile/Dockerfile', 'File dockerfile/Dockerfile.dockerignore']);
  return found;
}

const ODD = [
  'new\nline',
  '-rf',
  '--help',
  '$(touch x)',
  '`id`',
  "quote'",
  'quote"',
  'back\\slash',
  ' space ',
  '*',
  '?',
  '[a]',
  '!x',
  '#x',
  '~',
  'r\u202egpj.exe',
  '\u2028',
  '\x1b[2J',
  '\x7f',
  'é',
  'e\u0301',
  '😀',
  '...',
  '..a',
  'a\tb',
  'CON',
  'a:b',
  '|',
  '\u0085',
];

test('names of all kinds are sent as they are', async () => {
  const root = makeTree(Object.fromEntries(ODD.map((name) => [`d/${name}`, name])));
  const { listing, paths } = await listFolder(root);
  expect(new Set(paths)).toEqual(new Set(['Dockerfile', 'd', ...ODD.map((name) => `d/${name}`)]));
  const found = await read(await packTar(listing));
  expect(new Set(found.filter((one) => one.startsWith('File')))).toEqual(
    new Set(['File ctx/Dockerfile', ...ODD.map((name) => `File ctx/d/${name}`)]),
  );
});

test('any names that a file system takes', async () => {
  const name = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'\n\r\t \'"\\$`*?[]{}!#-.~\u202e\x1b'),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 30,
    })
    .filter((text) => !/[/\0\ud800-\udfff]/.test(text) && text !== '.' && text !== '..' && text !== 'Dockerfile');
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), async (names) => {
      const { listing } = await listFolder(makeTree(Object.fromEntries(names.map((one) => [`d/${one}`, 'x']))));
      const found = await read(await packTar(listing));
      expect(new Set(found.slice(1))).toEqual(
        new Set(['File ctx/Dockerfile', 'Directory ctx/d/', ...names.map((one) => `File ctx/d/${one}`)]),
      );
    }),
    { seed: 20261125, numRuns: 40 },
  );
});

test('links that lead out, in circles, to themselves and nowhere are sent as links, and none is followed', async () => {
  const links = {
    up: '../../../../../../etc',
    absolute: '/etc/passwd',
    self: 'self',
    a: 'b',
    b: 'a',
    here: '.',
    parent: '..',
    nowhere: 'none',
    newline: 'x\n/etc',
    'd/loop': '..',
    'd/sly': '../d/../../etc/passwd',
  };
  const root = makeTree(Object.fromEntries(Object.entries(links).map(([name, link]) => [name, { link }])));
  const { listing, paths } = await listFolder(root);
  expect(paths.filter((path) => path.includes('etc'))).toEqual([]);
  const found = await read(await packTar(listing));
  expect(new Set(found.filter((one) => one.startsWith('SymbolicLink')))).toEqual(
    new Set(Object.entries(links).map(([name, link]) => `SymbolicLink ctx/${name} -> ${link}`)),
  );
});

test('a Dockerfile that leads out of the context is refused', async () => {
  const root = makeTree({ 'x.Dockerfile': { link: '../../../../../../etc/passwd' }, d: { link: '..' } });
  await expect(listFolder(root, { dockerfile: 'x.Dockerfile' })).rejects.toMatchObject({ category: 'usage' });
  await expect(listFolder(root, { dockerfile: 'd/x/y' })).rejects.toMatchObject({ category: 'usage' });
});

test('a fifo is left out, and does not make us wait; its name is shown so that it can be read', async () => {
  const root = makeTree({});
  execFileSync('mkfifo', [join(root, 'pipe\n\u202e[fargate-ci] pushed')]);
  const { paths, events } = await listFolder(root);
  expect(paths).toEqual(['Dockerfile']);
  expect(events).toEqual([
    { type: 'warning', text: 'left out, since no image can hold it: pipe\\x0a\\u{202e}[fargate-ci] pushed (fifo)' },
  ]);
});

test('a path of nearly 4,000 bytes', async () => {
  const root = makeFolder();
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
  const path = Array.from({ length: 18 }, (_, at) => `${at}`.padEnd(210, 'ö').slice(0, 105)).join('/');
  mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, path, 'file'), 'x');
  symlinkSync('y'.repeat(4_000), join(root, path, 'link'));
  const { listing } = await listFolder(root);
  const found = await read(await packTar(listing));
  expect(Buffer.byteLength(path)).toBeGreaterThan(3_600);
  expect(found).toContain(`File ctx/${path}/file`);
  expect(found).toContain(`SymbolicLink ctx/${path}/link -> ${'y'.repeat(4_000)}`);
});

test('twenty thousand files in one folder, and a thousand folders, one in the other', async () => {
  const root = makeTree({});
  for (let at = 0; at < 20_000; at += 1) writeFileSync(join(root, `${at}`), '');
  mkdirSync(join(root, Array.from({ length: 1_000 }, () => 'd').join('/')), { recursive: true });
  const { listing } = await listFolder(root);
  expect(listing.files).toBe(20_001);
  expect(listing.entries).toHaveLength(21_001);
});

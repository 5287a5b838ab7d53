import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { gzipBlocks } from '../../../helper/src/context/pack/gzip-members.ts';
import {
  archiveBlocks,
  asNobody,
  hashAndCut,
  listFolder,
  makeTree,
  packArchive,
  removeTrees,
} from '../../support/context-tree.ts';

afterAll(removeTrees);

const MIB = 1024 * 1024;

describe('a file that changes while it is read is a clear failure', () => {
  const rows: [string, (file: string) => void, RegExp][] = [
    ['grows', (file) => appendFileSync(file, 'more'), /^logs\/big grew while the context was sent$/],
    ['is cut short', (file) => truncateSync(file, MIB), /^logs\/big became shorter while/],
    ['is cut to nothing', (file) => truncateSync(file), /^logs\/big became shorter while/],
    ['is written in place', (file) => utimesSync(file, 1, 2), /^logs\/big changed while/],
  ];
  for (const [name, change, message] of rows) {
    test(name, async () => {
      const root = makeTree({ 'logs/big': 'x'.repeat(4 * MIB) });
      const { listing } = await listFolder(root);
      const contents = await hashAndCut(listing);
      const readAll = () => {
        let large = 0;
        for (const { bytes } of archiveBlocks(listing, contents)) {
          // The first block of the file was written; the rest is not read yet.
          if (bytes.length > 100_000) large += 1;
          if (large === 1) change(join(root, 'logs/big'));
        }
      };
      await expect((async () => readAll())()).rejects.toMatchObject({
        category: 'build',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('still writes to the workspace'),
      });
    });
  }
});

const replaced = (make: (file: string) => void) => (file: string) => {
  rmSync(file);
  make(file);
};

describe('a file that is no longer what was listed', () => {
  const rows: [string, (file: string) => void, RegExp][] = [
    ['vanished', (file) => rmSync(file), /^a\.txt vanished while/],
    ['is a folder now', replaced((file) => mkdirSync(file)), /^a\.txt was replaced while/],
    ['is a symlink out now', replaced((file) => symlinkSync('/etc/hostname', file)), /^a\.txt was replaced while/],
    ['is a fifo now', replaced((file) => execFileSync('mkfifo', [file])), /^a\.txt was replaced while/],
    ['lost its permission', (file) => chmodSync(file, 0), /^a\.txt may not be read$/],
  ];
  for (const size of [10, 2 * MIB]) {
    for (const [name, change, message] of rows) {
      test(`${name} (${size} bytes)`, async () => {
        const root = makeTree({ 'a.txt': 'x'.repeat(size) });
        const { listing } = await listFolder(root);
        change(join(root, 'a.txt'));
        await asNobody(root, () =>
          expect(packArchive(listing)).rejects.toMatchObject({
            category: 'build',
            message: expect.stringMatching(message),
          }),
        );
      });
    }
  }

  for (const size of [10, 2 * MIB]) {
    const before: typeof rows = [
      ...rows,
      ['has other bytes, and as many', (file) => writeFileSync(file, 'y'.repeat(size)), /^a\.txt changed while/],
      ['is longer', (file) => writeFileSync(file, 'y'.repeat(size + 1)), /^a\.txt grew while/],
      ['is shorter', (file) => writeFileSync(file, 'y'), /^a\.txt became shorter while/],
    ];
    for (const [name, change, message] of before) {
      test(`${name}, after it was hashed (${size} bytes)`, async () => {
        const root = makeTree({ 'a.txt': 'x'.repeat(size) });
        const { listing } = await listFolder(root);
        const contents = await hashAndCut(listing);
        change(join(root, 'a.txt'));
        await asNobody(root, () =>
          expect(packArchive(listing, contents)).rejects.toMatchObject({
            category: 'build',
            message: expect.stringMatching(message),
          }),
        );
      });
    }
  }

  test('a file that changed before it was hashed is sent as it is then', async () => {
    const root = makeTree({ 'a.txt': 'before', 'b.txt': 'b' });
    const { listing } = await listFolder(root);
    writeFileSync(join(root, 'a.txt'), 'y'.repeat(MIB));
    const plain = gunzipSync(await packArchive(listing));
    const text = execFileSync('tar', ['-xOf', '-', 'ctx/a.txt', 'ctx/b.txt'], {
      input: plain,
      encoding: 'utf8',
      maxBuffer: 2 * MIB,
    });
    expect(text).toBe(`${'y'.repeat(MIB)}b`);
  });
});

test('if reading is abandoned, open files are closed', async () => {
  const root = makeTree({ big: 'x'.repeat(20 * MIB), small: 's', small2: 's' });
  const { listing } = await listFolder(root);
  const squeezed = gzipBlocks(archiveBlocks(listing, await hashAndCut(listing)));
  await squeezed.next();
  expect(openFilesBelow(root)).not.toEqual([]);
  await squeezed.return(undefined);
  expect(openFilesBelow(root)).toEqual([]);
});

/** On Linux: what this process has open below a folder. */
function openFilesBelow(root: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(root) ? [path] : [];
    } catch {
      return [];
    }
  });
}

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
import { writeArchive } from '../../helper/src/context/archive.ts';
import { gzip } from '../../helper/src/context/compress.ts';
import { asNobody, list, makeTree, pack, packPlain, removeTrees } from './tree.ts';

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
      const archive = writeArchive((await list(root)).listing, { files: 0, bytes: 0 });
      const chunks: Buffer[] = [];
      const readAll = async () => {
        for await (const chunk of archive) {
          chunks.push(chunk);
          // The first piece of the file is out: the rest is still to be read.
          if (chunks.filter(({ length }) => length > 100_000).length === 1) change(join(root, 'logs/big'));
        }
      };
      await expect(readAll()).rejects.toMatchObject({
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
        const { listing } = await list(root);
        change(join(root, 'a.txt'));
        await asNobody(root, () =>
          expect(pack(listing)).rejects.toMatchObject({ category: 'build', message: expect.stringMatching(message) }),
        );
      });
    }
  }

  test('one that changed before it was opened is sent as it is then', async () => {
    const root = makeTree({ 'a.txt': 'before', 'b.txt': 'b' });
    const { listing } = await list(root);
    writeFileSync(join(root, 'a.txt'), 'y'.repeat(MIB));
    const plain = await packPlain(listing);
    const text = execFileSync('tar', ['-xOf', '-', 'ctx/a.txt', 'ctx/b.txt'], {
      input: plain,
      encoding: 'utf8',
      maxBuffer: 2 * MIB,
    });
    expect(text).toBe(`${'y'.repeat(MIB)}b`);
  });
});

test('whoever stops reading closes what is open', async () => {
  const root = makeTree({ big: 'x'.repeat(4 * MIB), small: 's', small2: 's' });
  const { listing } = await list(root);
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield* writeArchive(listing, { files: 0, bytes: 0 });
    } finally {
      close();
    }
  }
  const squeezed = gzip(source());
  await squeezed.next();
  await squeezed.return(undefined);
  await closed;
  expect(openFilesBelow(root)).toEqual([]);
});

/** Linux: what this process has open there. */
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

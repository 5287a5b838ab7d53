import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readFileStart } from '../../../helper/src/context/list/credential-files.ts';
import type { IgnoreRules } from '../../../helper/src/context/list/name-lookup.ts';
import { OpenFolders } from '../../../helper/src/context/list/open-folders.ts';
import { openFile, openFolders } from '../../../helper/src/context/list/unchanged-files.ts';
import { walkFolder } from '../../../helper/src/context/list/walk-folder.ts';
import { IgnorePatterns } from '../../../helper/src/ignore/patterns.ts';
import {
  archiveBlocks,
  hashAndCut,
  hashListing,
  listFolder,
  makeFolder,
  makeTree,
  packArchive,
  removeTrees,
} from '../../support/context-tree.ts';

// A folder becomes a link while the context is listed or read: the link's target must never be read.

afterAll(removeTrees);

/** A folder outside the context, with the same names as `d` below. */
function makeOutside(): string {
  const outside = realpathSync(makeFolder());
  mkdirSync(join(outside, 'e'));
  for (const name of ['a', 'b', 'secret', 'e/c']) writeFileSync(join(outside, name), 'TOP-SECRET');
  return outside;
}

const makeContext = () =>
  realpathSync(makeTree({ 'd/a': 'ours', 'd/b': 'ours', 'd/e/c': 'ours', 'd/y': 'ours', z: 'ours' }));

/** Puts a link in a folder's place. */
function swap(folder: string, target = makeOutside()): void {
  renameSync(folder, join(realpathSync(makeFolder()), 'old'));
  symlinkSync(target, folder);
}

const replaced = (path: string) => ({
  category: 'build',
  message: expect.stringMatching(new RegExp(`^${path}\\S* was replaced while the context was sent$`)),
});

const NOTHING = () => undefined;
const CLOCK = { now: () => 0 };

/** Rules that ignore nothing, and call a function when they are asked about a certain path. */
const onLook = (path: string | RegExp, act: () => void): IgnoreRules => {
  const rules = new IgnorePatterns([]);
  return {
    rootVerdict: rules.rootVerdict,
    judge(looked, above) {
      if (typeof path === 'string' ? path === looked : path.test(looked)) act();
      return rules.judge(looked, above);
    },
    entersFolder: () => true,
  };
};

describe('a folder that becomes a link', () => {
  for (const folder of ['d', 'd/e']) {
    test(`${folder}: between listing and hashing`, async () => {
      const root = makeContext();
      const { listing } = await listFolder(root);
      swap(join(root, folder));
      await expect(hashAndCut(listing)).rejects.toMatchObject(replaced(folder));
      await expect(packArchive(listing)).rejects.toMatchObject(replaced(folder));
    });

    test(`${folder}: between hashing and packing`, async () => {
      const root = makeContext();
      const { listing } = await listFolder(root);
      const contents = await hashAndCut(listing);
      swap(join(root, folder));
      await expect(packArchive(listing, contents)).rejects.toMatchObject(replaced(folder));
    });

    test(`${folder}: between its look-up and its opening`, async () => {
      const root = makeContext();
      // All names of a folder are looked up before any of them is opened.
      const last = folder === 'd' ? 'z' : 'd/y';
      const walked = await walkFolder(
        root,
        onLook(last, () => swap(join(root, folder))),
        CLOCK,
      );
      expect(walked.entries.map(({ path }) => path).filter((path) => path.startsWith(`${folder}/`))).toEqual([]);
      expect(walked.problems).toMatchObject([{ path: folder, why: 'was replaced while the context was listed' }]);
    });
  }

  test('while its names are looked up: they are still those of the folder that was opened', async () => {
    const root = makeContext();
    const walked = await walkFolder(
      root,
      onLook('d/a', () => swap(join(root, 'd'))),
      CLOCK,
    );
    expect(walked.problems).toEqual([]);
    const files = walked.entries.filter(({ kind }) => kind === 'file');
    expect(files).toMatchObject([
      { path: 'Dockerfile' },
      { path: 'd/a', size: 4 },
      { path: 'd/b', size: 4 },
      { path: 'd/e/c', size: 4 },
      { path: 'd/y', size: 4 },
      { path: 'z' },
    ]);
  });

  test('while its files are hashed: they are still those of the folder that was opened', async () => {
    const root = makeContext();
    const { listing } = await listFolder(root);
    const before = await hashListing(listing, NOTHING, () => {});
    const after = await hashListing(
      listing,
      ({ path }) => {
        if (path === 'd/b') swap(join(root, 'd'));
        return undefined;
      },
      () => {},
    );
    expect(after).toEqual(before);
    await expect(hashListing(listing, NOTHING, () => {})).rejects.toMatchObject(replaced('d/a'));
  });

  test('while its files are packed', async () => {
    const root = realpathSync(makeTree({ 'd/a': 'x'.repeat(3_000_000), 'd/b': 'ours', 'f/c': 'ours' }));
    const { listing } = await listFolder(root);
    const contents = await hashAndCut(listing);
    let archive = '';
    let large = 0;
    for (const { bytes, release } of archiveBlocks(listing, contents)) {
      // A block of d/a was written; the rest of d/a, and d/b, are not read yet.
      if (bytes.length > 100_000) large += 1;
      if (large === 1) swap(join(root, 'd'));
      if (large === 1) large += 1;
      archive += bytes.toString('latin1');
      release();
    }
    expect(archive).toContain('ours');
    expect(archive).not.toContain('TOP-SECRET');
  });

  test('the context itself, or a folder above it', async () => {
    for (const above of [false, true]) {
      const base = makeContext();
      const root = join(base, 'd');
      const { listing } = await listFolder(root, { dockerfile: 'a' });
      const contents = await hashAndCut(listing);
      const outside = makeOutside();
      mkdirSync(join(outside, 'd'));
      for (const name of ['a', 'b']) writeFileSync(join(outside, 'd', name), 'TOP-SECRET');
      swap(above ? base : root, outside);
      await expect(hashAndCut(listing)).rejects.toMatchObject(replaced(root));
      await expect(packArchive(listing, contents)).rejects.toMatchObject(replaced(root));
      await expect(
        walkFolder(
          root,
          onLook('', () => {}),
          CLOCK,
        ),
      ).rejects.toThrow('was replaced');
    }
  });

  test('while files are searched for credentials: nothing behind the link is opened', async () => {
    const root = makeContext();
    expect(readFileStart(root, 'd/a')).toBe('ours');
    swap(join(root, 'd'));
    expect(readFileStart(root, 'd/a')).toBe('');
  });
});

test('a file that is replaced in an open folder is read as it is now', async () => {
  const root = makeContext();
  const { listing } = await listFolder(root);
  const hashes: string[] = [];
  for (const text of ['ours', 'new!']) {
    const entries = await hashListing(
      listing,
      ({ path }) => {
        if (path === 'd/b') {
          writeFileSync(join(root, 'd', 'new'), text);
          renameSync(join(root, 'd', 'new'), join(root, 'd', 'b'));
        }
        return undefined;
      },
      () => {},
    );
    for (const entry of entries) if (entry.path === 'd/b' && entry.kind === 'file') hashes.push(entry.hash);
  }
  expect(new Set(hashes).size).toBe(2);
});

describe("the process's current folder", () => {
  test('is the same after a listing, even after one that fails', async () => {
    const root = makeContext();
    const before = process.cwd();
    await listFolder(root);
    expect(process.cwd()).toBe(before);
    const fails = onLook('d/a', () => {
      throw new TypeError('fails');
    });
    await expect(walkFolder(root, fails, CLOCK)).rejects.toThrow('fails');
    expect(process.cwd()).toBe(before);
  });

  test('may have been deleted, or may be the context itself', async () => {
    const root = makeContext();
    const before = process.cwd();
    const gone = join(makeFolder(), 'gone');
    mkdirSync(gone);
    try {
      for (const current of [join(root, 'd'), gone]) {
        process.chdir(current);
        if (current === gone) rmdirSync(gone);
        expect((await listFolder(root)).paths).toEqual(['Dockerfile', 'd', 'd/a', 'd/b', 'd/e', 'd/e/c', 'd/y', 'z']);
      }
    } finally {
      process.chdir(before);
    }
  });
});

/** What this process has open below a folder. */
const openBelow = (root: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(root);
    } catch {
      return false;
    }
  }).length;

test('of a thousand nested folders only some are open at a time', async () => {
  const root = realpathSync(makeFolder());
  mkdirSync(join(root, Array(1_000).fill('d').join('/')), { recursive: true });
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
  const depths = [1, 500, 970, 1_000];
  for (const depth of depths)
    for (const name of ['a', 'z']) writeFileSync(join(root, ...Array(depth).fill('d'), name), `${name}${depth}`);
  let most = 0;
  const looked = (): undefined => {
    most = Math.max(most, openBelow(root));
  };
  const walked = await walkFolder(root, onLook(/\/z$/, looked), CLOCK);
  expect(walked.problems).toEqual([]);
  const { listing } = await listFolder(root);
  const known = (): undefined => looked();
  const entries = await hashListing(listing, known, () => {});
  expect(entries.filter(({ kind }) => kind === 'file')).toHaveLength(1 + 2 * depths.length);
  const plain = gunzipSync(await packArchive(listing)).toString('latin1');
  for (const depth of depths) expect(plain).toContain(`z${depth}`);
  expect(most).toBeGreaterThan(20);
  expect(most).toBeLessThan(40);
  expect(openBelow(root)).toBe(0);
});

describe('where there is no /proc', () => {
  const without = (root: string) => new OpenFolders(root, (path) => path, '/nowhere/');
  const read = (folders: OpenFolders, path: string): string => {
    const file = openFile(folders, path);
    try {
      const bytes = Buffer.alloc(file.size);
      return bytes.toString('utf8', 0, file.read(bytes, 0, bytes.length));
    } finally {
      file.close();
    }
  };

  test('files are found, one folder after the other', () => {
    const folders = without(makeContext());
    for (const path of ['d/a', 'd/e/c', 'd/b', 'z', 'd/a']) expect(read(folders, path)).toBe('ours');
    folders.close();
  });

  test('a link on the way is refused, before and while the folder is open', () => {
    for (const folder of ['d', 'd/e']) {
      const root = makeContext();
      const folders = without(root);
      expect(read(folders, 'd/e/c')).toBe('ours');
      swap(join(root, folder));
      expect(() => read(folders, 'd/e/c')).toThrow(/was replaced|vanished/);
      folders.close();
      const other = without(root);
      expect(() => read(other, 'd/e/c')).toThrow(/was replaced|vanished/);
      other.close();
    }
  });

  test('a root that is a link, or lies behind one, is refused', () => {
    const root = makeContext();
    swap(join(root, 'd'));
    for (const path of ['d', 'd/e']) {
      expect(() => without(join(root, path))).toThrow('ENOTDIR');
      expect(() => openFolders(join(root, path))).toThrow('was replaced');
    }
    expect(openBelow(root)).toBe(0);
  });
});

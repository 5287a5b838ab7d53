import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type FileEntry, type Listing, wholeArchive } from '../../../helper/src/context/entries.ts';
import { HashCache, hashCachePath } from '../../../helper/src/context/pack/hash-cache.ts';
import { sendContext } from '../../../helper/src/context/send-context.ts';
import { type Double, startDouble } from '../../double/double.ts';
import {
  asNobody,
  hashListing,
  listFolder,
  makeFolder,
  makeTree,
  packWithTimesOf,
  removeTrees,
} from '../../support/context-tree.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

let double: Double;
let world: TestWorld;
let root: string;
let file: string;
beforeEach(async () => {
  double = await startDouble();
  double.s3.createBucket('contexts');
  // The clock of this machine, because the files have its times.
  world = { ...testWorld(double), clock: { now: () => Date.now(), sleep: (...args) => double.clock.sleep(...args) } };
  root = makeTree({ 'a.txt': 'aaaa', 'b/c.txt': 'cccc', 'new\nline': 'x', link: { link: 'a.txt' } });
  file = join(makeFolder(), 'fargate-ci', 'hashes-1');
});
afterEach(() => double.close());
afterAll(removeTrees);

const FILES = 4;
const MIB = 1024 * 1024;
const listing = async (): Promise<Listing> => (await listFolder(root)).listing;
const send = async (hashCacheFile: string | undefined = file) =>
  sendContext(world, await listing(), {
    bucket: 'contexts',
    names: ['job'],
    lastsMs: Number.NEGATIVE_INFINITY,
    hashCacheFile,
  });

/** Waits until all files were written long enough ago to be remembered: a tenth of a second. */
async function untilOld(): Promise<void> {
  const newest = Math.max(...(await files()).map(({ stamp }) => Number((stamp?.newest ?? 0n) / 1_000_000n)));
  while (Date.now() < newest + 150) await new Promise(setImmediate);
}

async function files(): Promise<FileEntry[]> {
  return (await listing()).entries.filter((entry): entry is FileEntry => entry.kind === 'file');
}

/** The files whose hashes are remembered. */
async function recalled(): Promise<string[]> {
  const cache = HashCache.open(file, Date.now());
  return (await files()).filter((entry) => cache.recall(entry) !== undefined).map(({ path }) => path);
}

test('an unchanged workspace is not read again', async () => {
  await untilOld();
  const first = await send();
  expect(await recalled()).toEqual(['Dockerfile', 'a.txt', 'b/c.txt', 'new\nline']);
  const before = lstatSync(file).mtimeMs;
  const again = await send();
  expect(again).toMatchObject({ key: first.key, uploaded: 0 });
  expect(lstatSync(file).mtimeMs).toBe(before);
});

describe('a file that changed is read', () => {
  const rows: [string, () => void][] = [
    ['other bytes', () => writeFileSync(join(root, 'a.txt'), 'bbbbbb')],
    [
      'other bytes, as many, and the same mtime',
      () => {
        const { atime, mtime } = lstatSync(join(root, 'a.txt'));
        writeFileSync(join(root, 'a.txt'), 'bbbb');
        utimesSync(join(root, 'a.txt'), atime, mtime);
      },
    ],
    [
      'another file in its place, with the same mtime',
      () => {
        const { atime, mtime } = lstatSync(join(root, 'a.txt'));
        rmSync(join(root, 'a.txt'));
        writeFileSync(join(root, 'a.txt'), 'bbbb');
        utimesSync(join(root, 'a.txt'), atime, mtime);
      },
    ],
    ['another mode', () => chmodSync(join(root, 'a.txt'), 0o600)],
  ];
  for (const [name, change] of rows) {
    test(name, async () => {
      await untilOld();
      const first = await send();
      change();
      expect(await recalled()).toEqual(['Dockerfile', 'b/c.txt', 'new\nline']);
      const sent = await send();
      expect(sent.key).not.toBe(first.key);
      expect(sent.key).toBe((await send(undefined)).key);
    });
  }
});

test('a file that was written to just before it was hashed is not remembered', async () => {
  await untilOld();
  writeFileSync(join(root, 'a.txt'), 'new');
  const now = Number(((await files())[1]?.stamp?.newest ?? 0n) / 1_000_000n);
  const cache = HashCache.open(file, now + 50);
  cache.save({ entries: await hashListing(await listing(), cache.recall), hash: '' }, MIB);
  expect(await recalled()).toEqual(['Dockerfile', 'b/c.txt', 'new\nline']);
});

test('if a file system has times in whole seconds, three seconds must have passed', async () => {
  const stamp = { facts: 'f', newest: 1_000_000_000_000_000_000n };
  const entry = { kind: 'file', path: 'p', mode: 0, size: 1, stamp, hash: 'h'.repeat(43), time: 1e9 } as const;
  const isKept = (ms: number) => {
    HashCache.open(file, 1e12 + ms).save({ entries: [entry], hash: '' }, MIB);
    return HashCache.open(file, Date.now()).recall(entry) !== undefined;
  };
  expect([isKept(2_900), isKept(3_100)]).toEqual([false, true]);
});

describe('the hash of the whole context is remembered if nothing changed', () => {
  const whole = async () => HashCache.open(file, Date.now()).recallContext(wholeArchive(await listing()).entries, MIB);

  test('then S3 is asked for the archive at once', async () => {
    await untilOld();
    const first = await send();
    expect(first.key).toBe(`contexts/${await whole()}.tar.gz`);
    const asked = double.calls('HeadObject').length;
    expect(await send()).toEqual({ ...first, ms: expect.any(Number), uploaded: 0, known: first.uploaded });
    expect(double.calls('HeadObject')).toHaveLength(asked + 1);
    double.s3.bucket('contexts').delete(first.key);
    expect(await send()).toMatchObject({ key: first.key, uploaded: first.uploaded });
  });

  const rows: [string, () => void][] = [
    ['other bytes', () => writeFileSync(join(root, 'a.txt'), 'bbbb')],
    ['a file more', () => writeFileSync(join(root, 'b', 'd.txt'), '')],
    ['a file less', () => rmSync(join(root, 'b', 'c.txt'))],
    ['another name', () => renameSync(join(root, 'a.txt'), join(root, 'aa.txt'))],
    ["a file's mode", () => chmodSync(join(root, 'a.txt'), 0o600)],
    ["a folder's mode", () => chmodSync(join(root, 'b'), 0o700)],
    [
      'another target',
      () => {
        rmSync(join(root, 'link'));
        symlinkSync('b', join(root, 'link'));
      },
    ],
  ];
  for (const [name, change] of rows) {
    test(`it is not used after ${name}`, async () => {
      await untilOld();
      const first = await send();
      change();
      expect(await whole()).toBeUndefined();
      const sent = await send();
      expect(sent.key).not.toBe(first.key);
      expect(sent.key).toBe((await send(undefined)).key);
    });
  }

  test('it is not used if the archive is cut in another way', async () => {
    await untilOld();
    await send();
    expect(
      HashCache.open(file, Date.now()).recallContext(wholeArchive(await listing()).entries, MIB / 2),
    ).toBeUndefined();
  });

  test('it is not remembered if a file was written to just before', async () => {
    await untilOld();
    const { entries } = await listing();
    const newest = Math.max(...(await files()).map(({ stamp }) => Number((stamp?.newest ?? 0n) / 1_000_000n)));
    const cache = HashCache.open(file, newest + 50);
    cache.save({ entries: await hashListing(await listing(), cache.recall), hash: 'hash' }, MIB);
    expect(HashCache.open(file, Date.now()).recallContext(entries, MIB)).toBeUndefined();
  });
});

describe('a damaged or forged cache only costs time', () => {
  const rows: [string, () => void][] = [
    ['cut off', () => writeFileSync(file, readFileSync(file).subarray(0, 300))],
    ['empty', () => writeFileSync(file, '')],
    ['one byte is another', () => writeFileSync(file, readFileSync(file, 'latin1').replace(/.$/, 'X'), 'latin1')],
    ['another version', () => writeFileSync(file, readFileSync(file, 'utf8').replace('hashes 2', 'hashes 1'))],
    ['others may write to it', () => chmodSync(file, 0o666)],
    ['a folder', () => replaceBy(() => mkdirSync(file))],
    ['a fifo', () => replaceBy(() => execFileSync('mkfifo', [file]))],
    ['a link', () => replaceBy(() => symlinkSync('elsewhere', file))],
    ['gone, and its folder too', () => rmSync(dirname(file), { recursive: true })],
    ['its place is a file', () => replaceFolder(() => writeFileSync(dirname(file), 'x'))],
  ];
  function replaceBy(make: () => void): void {
    const text = readFileSync(file);
    rmSync(file);
    writeFileSync(join(dirname(file), 'elsewhere'), text);
    make();
  }
  function replaceFolder(make: () => void): void {
    rmSync(dirname(file), { recursive: true });
    make();
  }
  for (const [name, spoil] of rows) {
    test(name, async () => {
      await untilOld();
      const first = await send();
      expect(await recalled()).toHaveLength(FILES);
      spoil();
      expect(await recalled()).toEqual([]);
      expect((await send()).key).toBe(first.key);
      const left =
        existsSync(dirname(file)) && lstatSync(dirname(file)).isDirectory() ? readdirSync(dirname(file)) : [];
      expect(left.filter((one) => one !== 'hashes-1' && one !== 'elsewhere')).toEqual([]);
    });
  }

  test('a folder without write permission', async () => {
    const parent = makeFolder();
    file = join(parent, 'x', 'hashes-1');
    chmodSync(root, 0o755);
    await asNobody(root, async () => expect((await send()).files).toBe(FILES + 1));
    expect(readdirSync(parent)).toEqual([]);
  });

  test('a wrong hash in a valid file: the packed content is compared with it', async () => {
    await untilOld();
    await send();
    const fields = readFileSync(file, 'utf8').slice(0, -43).split('\0');
    fields[7] = createHash('sha256').update('a lie').digest('base64url');
    // The cache must not know the whole context.
    fields.splice(1, 2, '', '');
    const text = fields.join('\0');
    writeFileSync(file, text + createHash('sha256').update(text).digest('base64url'));
    const sent = await send();
    expect(sent.key).toBe((await send(undefined)).key);
    const object = double.s3.object('contexts', sent.key);
    const plain = gunzipSync(object?.body ?? '');
    expect(plain.equals(await packWithTimesOf(plain, await listing()))).toBe(true);
    expect(
      double.calls('PutObject').filter(({ input }) => Reflect.get(Object(input), 'Key') === sent.key),
    ).toHaveLength(1);
  });
});

test('processes that save side by side leave a valid cache', async () => {
  await untilOld();
  await Promise.all([send(), send(), send()]);
  expect(await recalled()).toHaveLength(FILES);
  expect(readdirSync(dirname(file))).toEqual(['hashes-1']);
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
  expect(lstatSync(dirname(file)).mode & 0o777).toBe(0o700);
});

describe('where the cache is kept', () => {
  const name = 'hashes-iupD8hTgkQQCC9jl';
  for (const [env, folder] of [
    [{ WORKSPACE_TMP: '/ws@tmp', HOME: '/home/j' }, '/ws@tmp/fargate-ci'],
    [{ HOME: '/home/j' }, '/home/j/.cache/fargate-ci'],
    [{ HOME: '/home/j', XDG_CACHE_HOME: '/c' }, '/c/fargate-ci'],
    [{ HOME: 'relative' }, undefined],
    [{}, undefined],
  ] as const) {
    test(JSON.stringify(env), () => {
      const found = hashCachePath(env, '/ws/app');
      expect(found?.replace(/hashes-.{16}$/, name)).toBe(folder && `${folder}/${name}`);
      if (found) expect(hashCachePath(env, '/ws/other')).not.toBe(found);
    });
  }
});

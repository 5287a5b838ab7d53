import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type SentContext, sendContext } from '../../../helper/src/context/send-context.ts';
import type { Double } from '../../double/double.ts';
import { expectArchiveOf, makeRandomFiles, SMALL_REQUEST, startWithBucket } from '../../support/context-bucket.ts';
import { listFolder, makeTree, removeTrees } from '../../support/context-tree.ts';
import fc from '../../support/property.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await startWithBucket());
});
afterEach(() => double.close());
afterAll(removeTrees);

async function send(root: string, request: Partial<typeof SMALL_REQUEST> = {}): Promise<SentContext> {
  return sendContext(world, (await listFolder(root)).listing, { ...SMALL_REQUEST, ...request });
}

/** What S3 has must unpack to what a first build would have packed; nothing else may be left there. */
async function expectRight(root: string, { key }: SentContext): Promise<void> {
  await expectArchiveOf(double, root, key);
  const names = [...double.s3.bucket('contexts').keys()].map((name) => name.replace(/[0-9a-f]{64}/, 'HASH'));
  expect(new Set(names)).toEqual(
    new Set(['contexts/HASH.tar.gz', 'contexts/HASH.json', 'contexts/jobs/HASH.note'].filter((n) => names.includes(n))),
  );
}

const write = (root: string, path: string, bytes: Buffer): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
};

/** 60 files of 1,000 bytes that cannot be compressed. */
const makeFiles = (): string => makeRandomFiles(60, 'src');

type Edit = (root: string) => void;
const path = fc
  .tuple(fc.constantFrom('', 'a/', 'b/', 'b/c/', 'z/'), fc.integer({ min: 0, max: 30 }))
  .map(([folder, n]) => `${folder}f${n}`);
const bytes = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 6_000 }))
  .map(([dense, size]) => (dense ? randomBytes(size) : Buffer.alloc(size, 'some text that is squeezed ')));
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(path, bytes).map(
      ([to, of]): Edit =>
        (root) =>
          write(root, to, of),
    ),
  },
  {
    weight: 2,
    arbitrary: path.map(
      (from): Edit =>
        (root) =>
          rmSync(join(root, from), { force: true }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0o755, 0o700).map(
      (mode): Edit =>
        (root) =>
          chmodSync(`${root}/Dockerfile`, mode),
    ),
  },
);

test('after any edit of any tree the archive unpacks to what a first build would send', async () => {
  let copied = 0;
  const check = async (first: Edit[], rounds: Edit[][]) => {
    const root = makeTree({});
    for (const one of first) one(root);
    await expectRight(root, await send(root));
    for (const edits of rounds) {
      for (const one of edits) one(root);
      const sent = await send(root);
      await expectRight(root, sent);
      expect(sent.uploaded + sent.known).toBeGreaterThanOrEqual(
        double.s3.object('contexts', sent.key)?.body.length ?? 0,
      );
      if (sent.uploaded > 0) copied += sent.known;
    }
  };
  const trees = fc.array(edit, { minLength: 30, maxLength: 60 });
  const rounds = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  await fc.assert(fc.asyncProperty(trees, rounds, check), { numRuns: 15 });
  expect(copied).toBeGreaterThan(50_000);
  expect(double.calls('UploadPartCopy').length).toBeGreaterThan(10);
}, 120_000);

describe('one file of sixty', () => {
  const rows: [string, string, number][] = [
    ['in the middle', 'src/file-40', 4_000],
    ['at the end', 'src/file-69', 4_000],
    // S3 allows no small part at the beginning.
    ['at the beginning', 'Dockerfile', 9_000],
    ['new, in the middle', 'src/file-40b', 5_000],
  ];
  for (const [name, file, most] of rows) {
    test(`${name}: little is sent`, async () => {
      const root = makeFiles();
      const first = await send(root);
      expect(first.known).toBe(0);
      write(root, file, randomBytes(1_000));
      const sent = await send(root);
      await expectRight(root, sent);
      expect(sent.uploaded).toBeLessThan(most);
      expect(sent.known).toBeGreaterThan(50_000);
    });
  }
});

test('if nothing changed nothing is sent, not even by another job', async () => {
  const root = makeFiles();
  const first = await send(root);
  const before = double.requests.length;
  const again = await send(root, { names: ['other'] });
  expect(again).toMatchObject({ key: first.key, uploaded: 0, known: first.uploaded });
  const written = double.requests.slice(before).filter(({ action }) => !/^(Get|Head)Object$/.test(action));
  // Only the note is written: it has the context and the files' times.
  expect(
    written.map(({ action, input }) => `${action} ${String(Reflect.get(Object(input), 'Key')).slice(0, 14)}`),
  ).toEqual(['PutObject contexts/jobs/']);
});

describe('something missing or wrong on S3 costs a whole upload, and nothing else', () => {
  const isOurs = (name: string, kind: RegExp) => kind.test(name);
  const drop = (kind: RegExp) => () => {
    const bucket = double.s3.bucket('contexts');
    for (const name of [...bucket.keys()]) if (isOurs(name, kind)) bucket.delete(name);
  };
  const spoil = (kind: RegExp, text: string) => () => {
    for (const name of [...double.s3.bucket('contexts').keys()]) {
      if (isOurs(name, kind)) double.s3.put('contexts', name, Buffer.from(text));
    }
  };
  const fault = (action: string, code: string, status: number) => () =>
    double.fault({ action, times: Number.POSITIVE_INFINITY, fault: { kind: 'error', code, message: code, status } });
  const rows: [string, () => void][] = [
    ['the note is gone', drop(/jobs\//)],
    ['the note is no JSON', spoil(/jobs\//, '{')],
    ['the note names something else', spoil(/jobs\//, '{"context":"../../etc/passwd"}')],
    ['the index is gone', drop(/contexts\/[0-9a-f]{64}\.json$/)],
    ['the index is of another version', spoil(/contexts\/[0-9a-f]{64}\.json$/, '{"version":99,"segments":[]}')],
    ['the index has other sizes', spoil(/contexts\/[0-9a-f]{64}\.json$/, '{"version":1,"segments":[["a",5,6]]}')],
    ['the archive is gone', drop(/tar\.gz$/)],
    ['the archive is another one', spoil(/tar\.gz$/, 'x'.repeat(60_000))],
    ['S3 cannot copy parts', fault('UploadPartCopy', 'NotImplemented', 501)],
    ['the archive changes meanwhile', fault('UploadPartCopy', 'PreconditionFailed', 412)],
    ['copying is not allowed', fault('UploadPartCopy', 'AccessDenied', 403)],
    ['reading is not allowed', fault('HeadObject', 'Forbidden', 403)],
  ];
  for (const [name, spoiled] of rows) {
    test(name, async () => {
      const root = makeFiles();
      await send(root);
      write(root, 'src/file-40', randomBytes(1_000));
      spoiled();
      const sent = await send(root);
      expect(sent.known).toBe(0);
      expect(sent.uploaded).toBeGreaterThan(60_000);
      await expectArchiveOf(double, root, sent.key);
      expect([...double.s3.bucket('contexts').keys()].filter((key) => key.includes('/tmp/'))).toEqual([]);
    });
  }
});

describe('an archive that was replaced before it is copied', () => {
  /** Replaces the archive by as many other bytes once it was looked at. */
  function replaceOnceSeen(key: string, keepsEtag: boolean): void {
    double.on('HeadObject', ({ Key }) => {
      const seen = double.s3.object('contexts', key);
      if (Key !== key || !seen) return;
      const other = randomBytes(seen.body.length);
      if (keepsEtag)
        double.s3.put('contexts', key, other, { headers: seen.headers, etag: seen.etag, checksum: seen.checksum });
      else double.s3.put('contexts', key, other, { headers: seen.headers });
    });
  }
  const rows: [string, boolean, boolean][] = [
    // How it is noticed, whether the ETag stays the same, whether S3 compares the whole object.
    ['by its ETag', false, false],
    ['by the checksum of the whole', true, true],
  ];
  for (const [name, keepsEtag, comparesWhole] of rows) {
    test(`is noticed ${name}, and everything is sent`, async () => {
      double.s3.wholeChecksums = comparesWhole;
      const root = makeFiles();
      const first = await send(root);
      write(root, 'src/file-40', randomBytes(1_000));
      replaceOnceSeen(first.key, keepsEtag);
      const sent = await send(root);
      expect(sent.known).toBe(0);
      await expectArchiveOf(double, root, sent.key);
    });
  }
});

describe('if another object lies under the key of an archive, the archive is sent again', () => {
  test('a small one of another size', async () => {
    const root = makeTree({ a: 'a' });
    const first = await send(root);
    const object = double.s3.object('contexts', first.key);
    double.s3.put('contexts', first.key, Buffer.from('other'), { headers: object?.headers ?? {} });
    expect(await send(root)).toMatchObject({ key: first.key, uploaded: first.uploaded });
    await expectRight(root, first);
  });

  test('a large one of the same size', async () => {
    const root = makeFiles();
    const first = await send(root);
    const { body, headers, etag, checksum } = double.s3.existing('contexts', first.key);
    const other = { ...checksum, 'x-amz-checksum-crc32': 'AAAAAA==' };
    double.s3.put('contexts', first.key, randomBytes(body.length), { headers, etag, checksum: other });
    expect(await send(root)).toMatchObject({ key: first.key, uploaded: first.uploaded });
    await expectRight(root, first);
  });
});

test('files that grew after they were listed are packed ahead as they are now', async () => {
  const root = makeTree({});
  // The files are smaller than a segment, so their sizes decide where the archive is cut.
  for (let n = 10; n < 70; n += 1) write(root, `src/file-${n}`, randomBytes(100));
  const { listing } = await listFolder(root);
  for (let n = 10; n < 70; n += 3) write(root, `src/file-${n}`, randomBytes(400 + ((n * 977) % 5_000)));
  await expectRight(root, await sendContext(world, listing, SMALL_REQUEST));
});

describe('a context stays for as long as a build may take', () => {
  const DAY = 24 * 3_600_000;
  const later = (ms: number): TestWorld => ({
    ...world,
    clock: { now: () => double.clock.now() + ms, sleep: (...args) => double.clock.sleep(...args) },
  });
  const rows: [string, number | undefined, number, number, boolean][] = [
    // Name, days of the lifecycle rule, age, how long it is needed, whether it is renewed.
    ['just sent, two weeks', 14, 0, DAY, false],
    ['twelve days old', 14, 12 * DAY, DAY, false],
    ['fourteen days less an hour old', 14, 14 * DAY - 3_600_000, 2 * DAY, true],
    ['just sent, one day', 1, 0, 3_600_000, false],
    ['a day old, one day', 1, DAY, DAY, true],
    ['no rule that S3 tells of: a day is the least', undefined, 23 * 3_600_000, 2 * 3_600_000, true],
    ['no rule, just sent', undefined, 0, 2 * 3_600_000, false],
  ];
  for (const [name, days, age, lastsMs, isRenewed] of rows) {
    for (const small of [false, true]) {
      test(`${name}${small ? ' (small)' : ''}`, async () => {
        double.s3.expirationDays = days;
        const root = small ? makeTree({ a: 'a' }) : makeFiles();
        const first = await send(root);
        const before = double.requests.length;
        const { listing } = await listFolder(root);
        const sent = await sendContext(later(age), listing, { ...SMALL_REQUEST, lastsMs });
        expect(sent.key).toBe(first.key);
        const writes = double.requests.slice(before).filter(({ action }) => /^(Put|CompleteM)/.test(action));
        const keys = writes.map(({ input }) => Reflect.get(Object(input), 'Key'));
        expect(keys.includes(first.key)).toBe(isRenewed);
        // A large archive need not be sent again: S3 copies it onto itself.
        expect(sent.uploaded).toBe(isRenewed && small ? first.uploaded : 0);
        await expectRight(root, sent);
      });
    }
  }

  test('a renewed archive keeps its index, so the next build sends only the difference', async () => {
    double.s3.expirationDays = 14;
    const root = makeFiles();
    await send(root);
    await sendContext(later(14 * DAY), (await listFolder(root)).listing, SMALL_REQUEST);
    write(root, 'src/file-40', randomBytes(1_000));
    const sent = await send(root);
    expect(sent.known).toBeGreaterThan(50_000);
    await expectRight(root, sent);
  });
});

test('two builds of the same content side by side', async () => {
  const root = makeFiles();
  const both = await Promise.all([send(root), send(root)]);
  expect(both[0].key).toBe(both[1].key);
  await expectRight(root, both[0]);
  expect(await send(root)).toMatchObject({ uploaded: 0 });
});

test('if one of two builds is aborted, the other one still has its context', async () => {
  const root = makeFiles();
  const other = testWorld(double);
  double.on('UploadPart', () => other.controller.abort(new Error('aborted')));
  const { listing } = await listFolder(root);
  const [aborted, sent] = await Promise.allSettled([sendContext(other, listing, SMALL_REQUEST), send(root)]);
  expect(aborted.status).toBe('rejected');
  if (sent.status === 'rejected') throw sent.reason;
  await expectRight(root, sent.value);
});

for (const action of ['UploadPartCopy', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']) {
  for (const skip of [0, 1]) {
    test(`aborted while ${action} (${skip + 1}) hangs: nothing is left, within ten seconds`, async () => {
      const root = makeFiles();
      await send(root);
      const kept = [...double.s3.bucket('contexts').keys()];
      write(root, 'src/file-40', randomBytes(1_000));
      double.fault({ action, skip, times: Number.POSITIVE_INFINITY, fault: { kind: 'hang' } });
      const before = double.calls(action).length;
      const sending = send(root);
      sending.catch(() => {});
      while (double.calls(action).length <= before + skip && double.s3.uploads.size < 9) {
        const isOver = await Promise.race([sending.then(() => true), new Promise((next) => setImmediate(next, false))]);
        // There are not so many calls of this kind.
        if (isOver) return;
      }
      const reason = new Error('aborted');
      const began = double.clock.elapsed();
      world.controller.abort(reason);
      await expect(sending).rejects.toBe(reason);
      expect(double.clock.elapsed() - began).toBeLessThan(10_000);
      expect([...double.s3.bucket('contexts').keys()].sort()).toEqual(kept.sort());
      if (action !== 'CreateMultipartUpload') expect(double.s3.uploads.size).toBe(0);
    });
  }
}

import { randomBytes } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UPLOAD_LIMITS, uploadLimits } from '../../helper/src/context/s3/part-limits.ts';
import { sendContext } from '../../helper/src/context/send-context.ts';
import { Failure } from '../../helper/src/failure.ts';
import { type Double, startDouble } from '../double/double.ts';
import {
  hashAndCut,
  listFolder,
  makeTree,
  packArchive,
  packWithTimesOf,
  removeTrees,
  timesIn,
} from '../support/context-tree.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const MIB = 1024 * 1024;
/** Stands for a MiB, because large contexts take long. */
const UNIT = 16 * 1024;
const SCALED = { leastPart: 5 * UNIT, usualPart: 6 * UNIT, largestCopy: 256 * UNIT, usualSegment: UNIT };
const REQUEST = { bucket: 'contexts', names: ['job'], lastsMs: 3_600_000, limits: SCALED };
const KEY = /^contexts\/[0-9a-f]{64}\.tar\.gz$/;

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  double = await startDouble();
  double.s3.createBucket('contexts');
  double.s3.leastPart = SCALED.leastPart;
  world = testWorld(double);
});
afterEach(() => double.close());
afterAll(removeTrees);

/** A context that cannot be compressed: this many files of one unit each. */
function bigTree(units: number, unit = UNIT): string {
  const root = makeTree({});
  for (let n = 0; n < units; n += 1) writeFileSync(join(root, `file-${n}`), randomBytes(unit));
  return root;
}

const aborted = new Failure('aborted', 'stopped by SIGTERM', { signal: 15 });
const nothingLeft = () => {
  expect(double.s3.uploads.size).toBe(0);
  expect([...double.s3.bucket('contexts').keys()]).toEqual([]);
};

test('a small context is sent in one request', async () => {
  const { listing } = await listFolder(makeTree({ '.dockerignore': 'x', x: '', 'a.txt': 'hello' }));
  const sent = await sendContext(world, listing, REQUEST);
  const object = double.s3.object('contexts', sent.key);
  const times = await timesIn(gunzipSync(object?.body ?? ''));
  expect(object?.body.equals(await packArchive(listing, await hashAndCut(listing, times)))).toBe(true);
  expect(object?.headers['content-type']).toBe('application/gzip');
  expect(sent).toEqual({
    key: expect.stringMatching(KEY),
    known: 0,
    files: 3,
    bytes: 13 + 1 + 5,
    uploaded: object?.body.length,
    ignored: 1,
    ignoreFile: '.dockerignore',
    ms: 0,
  });
  const put = double.calls('PutObject').map(({ input }) => String(Reflect.get(Object(input), 'Key')));
  // The second request writes the note.
  expect(put).toEqual([sent.key, expect.stringMatching(/^contexts\/jobs\//)]);
  expect(double.calls('CreateMultipartUpload')).toHaveLength(0);
});

test('a big context is sent in parts', async () => {
  const { listing } = await listFolder(bigTree(20, MIB));
  double.s3.leastPart = UPLOAD_LIMITS.leastPart;
  const sent = await sendContext(world, listing, { ...REQUEST, limits: UPLOAD_LIMITS });
  const object = double.s3.object('contexts', sent.key);
  const times = await timesIn(gunzipSync(object?.body ?? ''));
  expect(object?.body.equals(await packArchive(listing, await hashAndCut(listing, times)))).toBe(true);
  expect(object?.headers['content-type']).toBe('application/gzip');
  expect(sent.uploaded).toBe(object?.body.length);
  expect(double.calls('UploadPart')).toHaveLength(5);
  expect(double.s3.uploads.size).toBe(0);
});

describe('nothing is left behind', () => {
  test('when a part fails for good', async () => {
    double.fault({ action: 'UploadPart', skip: 1, times: Number.POSITIVE_INFINITY, fault: { kind: 'server-error' } });
    const { listing } = await listFolder(bigTree(40));
    await expect(sendContext(world, listing, REQUEST)).rejects.toMatchObject({
      category: 'aws',
      message: expect.stringMatching(
        /^could not upload the context to s3:\/\/contexts\/contexts\/[0-9a-f]{64}\.tar\.gz$/,
      ),
    });
    nothingLeft();
  });

  test('when the run is aborted while a part hangs', async () => {
    double.fault({ action: 'UploadPart', skip: 1, times: Number.POSITIVE_INFINITY, fault: { kind: 'hang' } });
    double.on('UploadPart', () => world.controller.abort(aborted));
    const { listing } = await listFolder(bigTree(20));
    await expect(sendContext(world, listing, REQUEST)).rejects.toBe(aborted);
    nothingLeft();
    expect(double.calls('AbortMultipartUpload')).toHaveLength(1);
  });

  test('when the run is aborted while S3 begins the upload', async () => {
    double.on('CreateMultipartUpload', () => world.controller.abort(aborted));
    const { listing } = await listFolder(bigTree(20));
    await expect(sendContext(world, listing, REQUEST)).rejects.toBe(aborted);
    nothingLeft();
    expect(double.calls('UploadPart')).toEqual([]);
  });

  test('when S3 does not answer at all, and the run ends within ten seconds', async () => {
    double.fault({ action: 'CreateMultipartUpload', times: Number.POSITIVE_INFINITY, fault: { kind: 'hang' } });
    const { listing } = await listFolder(bigTree(20));
    const sending = sendContext(world, listing, REQUEST);
    while (double.calls('CreateMultipartUpload').length === 0) await new Promise(setImmediate);
    world.controller.abort(aborted);
    await expect(sending).rejects.toBe(aborted);
    expect(double.clock.elapsed()).toBeLessThan(10_000);
    nothingLeft();
  });

  test('when it is aborted before, or during a small upload', async () => {
    double.fault({ action: 'PutObject', fault: { kind: 'hang' } });
    const { listing } = await listFolder(makeTree({}));
    const sending = sendContext(world, listing, REQUEST);
    world.controller.abort(aborted);
    await expect(sending).rejects.toBe(aborted);
    await expect(sendContext(world, listing, REQUEST)).rejects.toBe(aborted);
    nothingLeft();
  });

  test('when a file grows while it is read', async () => {
    const root = bigTree(2);
    writeFileSync(join(root, 'log'), randomBytes(12 * MIB));
    double.on('UploadPart', () => appendFileSync(join(root, 'log'), 'more'));
    const { listing } = await listFolder(root);
    await expect(sendContext(world, listing, REQUEST)).rejects.toMatchObject({
      category: 'build',
      message: 'log grew while the context was sent',
    });
    nothingLeft();
  });

  test('when completing is refused', async () => {
    double.fault({ action: 'CompleteMultipartUpload', fault: { kind: 'access-denied' } });
    const { listing } = await listFolder(bigTree(20));
    await expect(sendContext(world, listing, REQUEST)).rejects.toMatchObject({ category: 'aws' });
    nothingLeft();
  });
});

describe('S3 refuses', () => {
  test('access denied names bucket and permission', async () => {
    double.fault({ action: 'PutObject', fault: { kind: 'access-denied' } });
    const { listing } = await listFolder(makeTree({}));
    await expect(sendContext(world, listing, REQUEST)).rejects.toMatchObject({
      category: 'aws',
      message: expect.stringMatching(/^could not upload the context to s3:.*[0-9a-f]{64}\.tar\.gz: access denied$/),
      hint: expect.stringContaining('s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::contexts/contexts/*'),
      evidence: [expect.stringContaining('AccessDenied'), expect.stringContaining('HTTP 403')],
    });
  });

  test('no such bucket', async () => {
    const { listing } = await listFolder(makeTree({}));
    await expect(sendContext(world, listing, { ...REQUEST, bucket: 'gone' })).rejects.toMatchObject({
      category: 'aws',
      message: expect.stringMatching(/^could not upload the context to s3:.*\.tar\.gz: there is no bucket gone$/),
      hint: expect.stringContaining('setting bucket'),
    });
  });

  test('a part that fails once is sent again', async () => {
    double.fault({ action: 'UploadPart', fault: { kind: 'throttle' } });
    double.fault({ action: 'UploadPart', fault: { kind: 'reset' } });
    const { listing } = await listFolder(bigTree(10));
    const sent = await sendContext(world, listing, REQUEST);
    const plain = gunzipSync(double.s3.object('contexts', sent.key)?.body ?? '');
    expect(plain.equals(await packWithTimesOf(plain, listing))).toBe(true);
  });
});

describe('progress', () => {
  /** A clock that moves on by a second whenever it is read. */
  const ticking = (ms: number): TestWorld => {
    let now = 0;
    return { ...world, clock: { now: () => (now += ms), sleep: () => Promise.resolve() } };
  };

  test('is reported when five seconds have passed since the last report', async () => {
    const { listing } = await listFolder(bigTree(20));
    const sent = await sendContext(ticking(1_000), listing, REQUEST);
    const told = world.events.map((event) => (event.type === 'context-progress' ? event : undefined));
    // Each look at the clock takes a second. The first and the last look report nothing.
    expect(told.length).toBe(Math.floor((sent.ms / 1_000 - 2) / 5));
    expect(told).not.toContain(undefined);
    const bytes = told.map((event) => event?.bytes ?? 0);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(told.at(-1)?.uploaded).toBeGreaterThan(0);
  });

  test('is not reported for work that takes no time', async () => {
    await sendContext(world, (await listFolder(bigTree(10))).listing, REQUEST);
    expect(world.events).toEqual([]);
  });
});

test('parts have 5 MiB, and more if 10,000 of them would not be enough', () => {
  const usual = (bytes: number) => uploadLimits({ bytes, entries: [] }).usualPart;
  expect(usual(0)).toBe(5 * MIB);
  expect(usual(24 * 1024 * MIB)).toBe(5 * MIB);
  for (const bytes of [100, 1_000, 5_000].map((gibibytes) => gibibytes * 1024 * MIB)) {
    expect(bytes / usual(bytes)).toBeLessThan(5_001);
    expect(usual(bytes) % MIB).toBe(0);
  }
});

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadLimits } from '../../../helper/src/context/s3/part-limits.ts';
import { type SentContext, sendContext } from '../../../helper/src/context/send-context.ts';
import { type Double, startDouble } from '../../double/double.ts';
import type { Fault } from '../../double/faults.ts';
import { list, makeTree, removeTrees } from '../../support/context-tree.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

// An answer of S3 that is lost or cut leaves no upload behind, and nobody else's is lost by that.

const LIMITS: UploadLimits = { leastPart: 5_000, usualPart: 6_000, largestCopy: 20_000, usualSegment: 1_000 };
const REQUEST = { bucket: 'contexts', names: ['shop'], lastsMs: 3_600_000, limits: LIMITS };

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  double = await startDouble();
  double.s3.createBucket('contexts');
  double.s3.leastPart = LIMITS.leastPart;
  double.s3.mayList = false;
  world = testWorld(double);
});
afterEach(() => double.close());
afterAll(removeTrees);

function makeFiles(): string {
  const root = makeTree({});
  for (let n = 10; n < 40; n += 1) writeFileSync(join(root, `file-${n}`), randomBytes(1_000));
  return root;
}

const send = async (root: string, by: TestWorld = world): Promise<SentContext> =>
  sendContext(by, (await list(root)).listing, REQUEST);

const FAULTS: readonly [string, Fault][] = [
  ['lost', { kind: 'reset', effect: true }],
  ['broken off', { kind: 'half' }],
  ['cut', { kind: 'cut' }],
  ['empty', { kind: 'cut', none: true }],
  ['a 500, though it took effect', { kind: 'server-error', effect: true }],
  ["a proxy's, though it took effect", { kind: 'gateway' }],
];

for (const action of ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'PutObject']) {
  for (const [what, fault] of FAULTS) {
    test(`the answer to ${action} is ${what}, twice: the context is there, and nothing else`, async () => {
      const root = makeFiles();
      double.fault({ action, times: 2, fault });
      const { key } = await send(root);
      expect(double.s3.object('contexts', key)).toBeDefined();
      expect([...double.s3.uploads.values()]).toEqual([]);
      // The next build finds it, with its index.
      expect((await send(root)).uploaded).toBe(0);
    });
  }
}

test('uploads of others stay: older, of another caller, of another key, or with a part', async () => {
  const root = makeFiles();
  const { key } = await send(root);
  double.s3.bucket('contexts').clear();
  double.s3.begin('contexts', key, {});
  await double.clock.sleep(60_000);
  double.fault({ action: 'CreateMultipartUpload', fault: { kind: 'reset', effect: true } });
  let others = false;
  double.on('CreateMultipartUpload', () => {
    if (others) return;
    others = true;
    double.s3.begin('contexts', key, {}).initiator = 'somebody';
    double.s3.begin('contexts', key.replace('.tar.gz', '.tar.gz.more'), {});
    double.s3.begin('contexts', key, {}).parts.set(1, { body: Buffer.from('x'), etag: 'x' });
  });
  await send(root);
  expect(double.s3.uploads.size).toBe(4);
});

test('without the right to list uploads it goes on: the lifecycle rule aborts what is left', async () => {
  double.fault({ action: 'CreateMultipartUpload', fault: { kind: 'reset', effect: true } });
  double.fault({ action: 'ListMultipartUploads', fault: { kind: 'access-denied' } });
  const { key } = await send(makeFiles());
  expect(double.s3.object('contexts', key)).toBeDefined();
  expect(double.calls('AbortMultipartUpload')).toEqual([]);
});

test('where another build aborts our upload, the context is sent again', async () => {
  double.on('UploadPart', () => {
    if (double.calls('UploadPart').length === 1) double.s3.uploads.clear();
  });
  const { key } = await send(makeFiles());
  expect(double.s3.object('contexts', key)).toBeDefined();
  expect(double.s3.uploads.size).toBe(0);
});

test('nothing is asked of S3 where no answer was lost', async () => {
  await send(makeFiles());
  for (const action of ['ListMultipartUploads', 'ListParts']) expect(double.calls(action)).toEqual([]);
});

import { type SentContext, sendContext } from '../../../helper/src/context/send-context.ts';
import type { Double } from '../../double/double.ts';
import type { Fault } from '../../double/injected-faults.ts';
import { makeRandomFiles, SMALL_REQUEST, startWithBucket } from '../../support/context-bucket.ts';
import { listFolder, removeTrees } from '../../support/context-tree.ts';
import type { TestWorld } from '../../support/world.ts';

// If an answer of S3 is lost or cut, no upload is left behind, and uploads of others stay.

const REQUEST = { ...SMALL_REQUEST, names: ['shop'] };

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await startWithBucket());
});
afterEach(() => double.close());
afterAll(removeTrees);

const makeFiles = (): string => makeRandomFiles(30);

const send = async (root: string, by: TestWorld = world): Promise<SentContext> =>
  sendContext(by, (await listFolder(root)).listing, REQUEST);

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
      // The next build finds the archive and its index.
      expect((await send(root)).uploaded).toBe(0);
    });
  }
}

test('uploads of others stay: older ones, those of another caller or key, and those with a part', async () => {
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

test('without the right to list uploads the build goes on, and the lifecycle rule aborts what is left', async () => {
  double.fault({ action: 'CreateMultipartUpload', fault: { kind: 'reset', effect: true } });
  double.fault({ action: 'ListMultipartUploads', fault: { kind: 'access-denied' } });
  const { key } = await send(makeFiles());
  expect(double.s3.object('contexts', key)).toBeDefined();
  expect(double.calls('AbortMultipartUpload')).toEqual([]);
});

test('if another build aborts our upload, the context is sent again', async () => {
  double.on('UploadPart', () => {
    if (double.calls('UploadPart').length === 1) double.s3.uploads.clear();
  });
  const { key } = await send(makeFiles());
  expect(double.s3.object('contexts', key)).toBeDefined();
  expect(double.s3.uploads.size).toBe(0);
});

test('S3 is asked nothing more if no answer was lost', async () => {
  await send(makeFiles());
  for (const action of ['ListMultipartUploads', 'ListParts']) expect(double.calls(action)).toEqual([]);
});

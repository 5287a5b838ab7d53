import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';

const MIB = 1024 * 1024;
const at = { Bucket: 'contexts', Key: 'a/b ü.tar.gz' };
let double: Double;
let s3: ReturnType<typeof testAws>['s3'];
beforeEach(async () => {
  double = await startDouble();
  double.s3.createBucket('contexts');
  s3 = testAws(double).s3;
});
afterEach(() => double.close());

const stored = () => double.s3.object(at.Bucket, at.Key)?.body;

test('an object comes back as it was put', async () => {
  await s3.send(new PutObjectCommand({ ...at, Body: 'hello', ContentType: 'text/plain', Metadata: { files: '3' } }));
  const got = await s3.send(new GetObjectCommand(at));
  expect(await got.Body?.transformToString()).toBe('hello');
  expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { files: '3' } });
  expect(await s3.send(new HeadObjectCommand(at))).toMatchObject({ ContentLength: 5, ETag: got.ETag });
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'contexts', Prefix: 'a/' }));
  expect(Contents).toMatchObject([{ Key: at.Key, Size: 5 }]);
  await s3.send(new DeleteObjectCommand(at));
  await expect(s3.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(s3.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
});

test('an unknown bucket is NoSuchBucket', async () => {
  const put = s3.send(new PutObjectCommand({ ...at, Bucket: 'nowhere', Body: 'x' }));
  await expect(put).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('IfNoneMatch keeps what is there', async () => {
  await s3.send(new PutObjectCommand({ ...at, Body: 'old' }));
  const again = s3.send(new PutObjectCommand({ ...at, Body: 'new', IfNoneMatch: '*' }));
  await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(String(stored())).toBe('old');
});

test('a stream is decoded from its chunks', async () => {
  const bytes = Buffer.alloc(300_000, 'chunk ');
  const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 70_000), bytes.subarray(70_000)];
  await s3.send(new PutObjectCommand({ ...at, Body: Readable.from(chunks), ContentLength: bytes.length }));
  expect(stored()?.equals(bytes)).toBe(true);
});

const chunked = (chunk: string, crc: string) => ({
  method: 'PUT',
  headers: {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'content-encoding': 'aws-chunked',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-decoded-content-length': '5',
  },
  body: `5\r\n${chunk}\r\n0\r\n${crc}\r\n\r\n`,
});

for (const [name, request, status, code] of [
  ['whole', chunked('hello', 'x-amz-checksum-crc32:NhCmhg=='), 200, ''],
  ['of a wrong checksum', chunked('jello', 'x-amz-checksum-crc32:NhCmhg=='), 400, 'BadDigest'],
  ['without its trailer', chunked('hello', ''), 400, 'MalformedTrailerError'],
  ['cut off', chunked('hell', 'x-amz-checksum-crc32:NhCmhg=='), 400, 'IncompleteBody'],
] as const) {
  test(`a chunked body ${name} is answered ${status} ${code}`, async () => {
    const answer = await fetch(`${double.url}/contexts/key`, request);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(code);
    expect(double.s3.object('contexts', 'key') !== undefined).toBe(status === 200);
  });
}

test('a multipart upload of large parts, with Expect: 100-continue, is put together', async () => {
  const bytes = Buffer.alloc(12 * MIB, 'part of something ');
  const upload = new Upload({ client: s3, params: { ...at, Body: Readable.from([bytes]) }, partSize: 5 * MIB });
  await upload.done();
  expect(stored()?.equals(bytes)).toBe(true);
  expect(double.calls('UploadPart')).toHaveLength(3);
  expect(double.s3.uploads.size).toBe(0);
});

test('parts must be large, known and in order', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
  const put = (PartNumber: number) => s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body: 'small' }));
  const [one, two] = [await put(1), await put(2)];
  const complete = (...Parts: { PartNumber: number; ETag: string | undefined }[]) =>
    s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
  const parts = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ] as const;
  await expect(complete(...parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(complete(parts[1], parts[0])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(complete({ PartNumber: 3, ETag: one.ETag })).rejects.toMatchObject({ name: 'InvalidPart' });
  await complete(parts[1]);
  expect(String(stored())).toBe('small');
});

test('an aborted upload leaves nothing', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
  const list = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket: 'contexts' }))).Uploads;
  expect(await list()).toMatchObject([{ Key: at.Key, UploadId }]);
  await s3.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
  expect(await list()).toBeUndefined();
  const part = s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
  await expect(part).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

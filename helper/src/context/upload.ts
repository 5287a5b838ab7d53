import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Clock } from '../world.ts';
import { cut, type Part } from './parts.ts';

export interface UploadTarget {
  bucket: string;
  key: string;
}

export interface UploadOptions {
  /** Bytes, at least 5 MiB: see parts.ts. */
  partSize: number;
  signal: AbortSignal;
  clock: Clock;
  /** Called with the bytes that S3 has taken since the last call. */
  onSent: (bytes: number) => void;
}

/** So many parts travel at once; with the one being filled this is all that is held in memory. */
const AT_ONCE = 3;
/** What S3 gets to answer, in milliseconds, once the run is to end: an abort has ten seconds in all. */
const CLEAN_UP_MS = 4_000;

/**
 * Uploads a stream to S3: in one request where it fits into a part, else by multipart upload.
 * When it fails or the signal is aborted, requests under way are cancelled and the upload is aborted at S3, so that no
 * part of it stays there. (lib-storage's Upload neither cancels requests nor waits for that.)
 * @throws the source's error, the signal's reason, or the SDK's error, unworded
 */
export async function upload(
  s3: S3Client,
  target: UploadTarget,
  source: AsyncIterable<Buffer>,
  options: UploadOptions,
): Promise<void> {
  const parts = cut(source, options.partSize);
  const { value: first } = await parts.next();
  if (!first) return;
  const place = { Bucket: target.bucket, Key: target.key };
  if (first.last) {
    options.signal.throwIfAborted();
    const put = new PutObjectCommand({ ...place, Body: first.bytes, ContentType: 'application/gzip' });
    await s3.send(put, { abortSignal: options.signal });
    options.onSent(first.bytes.length);
    return;
  }
  await uploadParts(s3, place, first, parts, options);
}

async function uploadParts(
  s3: S3Client,
  place: { Bucket: string; Key: string },
  first: Part,
  rest: AsyncGenerator<Part>,
  { signal, clock, onSent }: UploadOptions,
): Promise<void> {
  const create = new CreateMultipartUploadCommand({
    ...place,
    ContentType: 'application/gzip',
    ChecksumAlgorithm: 'CRC32',
  });
  // Not cancelled at once: S3 may have begun the upload already, and only its answer says which one to abort.
  const created = await patiently(clock, signal, (abortSignal) => s3.send(create, { abortSignal }));
  const upload = { ...place, UploadId: created.UploadId };
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([signal, stop.signal]);
  const done: CompletedPart[] = [];
  const sending = new Set<Promise<void>>();

  const send = async ({ number, bytes }: Part): Promise<void> => {
    const command = new UploadPartCommand({ ...upload, PartNumber: number, Body: bytes, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await s3.send(command, { abortSignal });
    done.push({ PartNumber: number, ETag, ChecksumCRC32 });
    onSent(bytes.length);
  };
  const start = (part: Part): void => {
    const one = send(part).finally(() => sending.delete(one));
    one.catch((error) => stop.abort(error));
    sending.add(one);
  };

  try {
    signal.throwIfAborted();
    start(first);
    for await (const part of rest) {
      abortSignal.throwIfAborted();
      start(part);
      if (sending.size >= AT_ONCE) await Promise.race(sending);
    }
    await Promise.all(sending);
    const Parts = done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), { abortSignal });
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(sending);
    const cleanUp = new AbortMultipartUploadCommand(upload);
    // The bucket's lifecycle rule sweeps what a failure here leaves; the first error is the one to tell.
    await patiently(clock, AbortSignal.abort(), (abortSignal) => s3.send(cleanUp, { abortSignal })).catch(() => {});
    throw signal.aborted ? signal.reason : error;
  }
}

/** Runs a request that is cancelled only when some seconds have passed since `signal` was aborted. */
async function patiently<T>(
  clock: Clock,
  signal: AbortSignal,
  request: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [late, answered] = [new AbortController(), new AbortController()];
  const wait = () =>
    clock.sleep(CLEAN_UP_MS, answered.signal).then(
      () => late.abort(),
      () => {},
    );
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  try {
    return await request(late.signal);
  } finally {
    signal.removeEventListener('abort', wait);
    answered.abort();
  }
}

import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { withDeadline, withGracePeriod } from '../../aws/deadline.ts';
import type { World } from '../../world.ts';
import { crc32, crc32Header } from '../pack/crc32.ts';
import { abortEmpty, findCompletedObject, isRepeated, lostUploads } from './lost-answers.ts';
import type { SourceObject, UploadPart } from './upload-parts.ts';

interface UploadTarget {
  bucket: string;
  key: string;
  /** Metadata that S3 keeps with the object and returns with it. */
  metadata?: Record<string, string>;
}

export interface UploadOptions extends Pick<World, 'clock' | 'signal' | 'abortBudget'> {
  /** Is called with the number of bytes that S3 has received since the last call. */
  onSent: (bytes: number) => void;
}

interface PartsOptions extends UploadOptions {
  /** What the object must be. It is asked after the last part was taken. S3 refuses to make any other object. */
  expected?: () => ExpectedObject;
}

/** An object that was uploaded. */
interface UploadedObject {
  etag: string;
}

/** The size and the checksum that an object must have in the end. */
interface ExpectedObject {
  /** Bytes. */
  size: number;
  /** CRC-32. */
  crc: number;
}

/** Parts that are sent at the same time. These, and the part that is being filled, are all that is held in memory. */
const AT_ONCE = 3;
const TYPE = 'application/gzip';

/** Uploads an object in one request; S3 checks the checksum. Throws the signal's reason, or the SDK's error as it is. */
export async function putObject(
  s3: S3Client,
  { bucket, key, metadata }: UploadTarget,
  bytes: Buffer,
  { signal, onSent }: UploadOptions,
): Promise<UploadedObject> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: bytes,
    ContentType: TYPE,
    ChecksumCRC32: crc32Header(crc32(bytes)),
    Metadata: metadata,
  });
  const { ETag } = await s3.send(command, { abortSignal: signal });
  onSent(bytes.length);
  return { etag: ETag ?? '' };
}

/**
 * Uploads an object in parts, some of which S3 copies from another object. The object appears whole or not at all.
 * If this fails or the signal is aborted, running requests are cancelled and the upload is aborted, so that no part stays on
 * S3. (lib-storage's Upload does neither.)
 * @throws the error of `parts`, the signal's reason, or the SDK's error as it is
 */
export async function uploadParts(
  s3: S3Client,
  { bucket, key, metadata = {} }: UploadTarget,
  parts: AsyncIterable<UploadPart> | Iterable<UploadPart>,
  options: PartsOptions,
): Promise<UploadedObject> {
  const { signal, clock, abortBudget, onSent, expected } = options;
  const place = { Bucket: bucket, Key: key };
  const create = new CreateMultipartUploadCommand({
    ...place,
    ContentType: TYPE,
    Metadata: metadata,
    ChecksumAlgorithm: 'CRC32',
    ChecksumType: 'FULL_OBJECT',
  });
  // An abort does not cancel this call at once: S3 may have begun the upload, and only the answer says which one to abort.
  const asked = clock.now();
  const created = await withGracePeriod(options, (call) => s3.send(create, call));
  const upload = { ...place, UploadId: created.UploadId };
  // Some stand-ins for S3 always make a checksum of the parts' checksums. They would compare ours with that one and refuse it.
  const comparesWhole = created.ChecksumType === 'FULL_OBJECT';
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([signal, stop.signal]);
  const lost = isRepeated(created) ? lostUploads(s3, upload, clock.now() - asked, abortSignal) : undefined;
  const abortLostUploads = async (): Promise<void> => {
    const uploads = (await lost) ?? [];
    await withGracePeriod(options, (call) => abortEmpty(s3, uploads, call.abortSignal)).catch(() => {});
  };
  const done: CompletedPart[] = [];
  const sending = new Set<Promise<void>>();

  const send = async (PartNumber: number, piece: UploadPart): Promise<void> => {
    if (piece.kind === 'bytes') {
      const ChecksumCRC32 = crc32Header(crc32(piece.bytes));
      const command = new UploadPartCommand({ ...upload, PartNumber, Body: piece.bytes, ChecksumCRC32 });
      const { ETag } = await s3.send(command, { abortSignal });
      done.push({ PartNumber, ETag, ChecksumCRC32 });
      onSent(piece.bytes.length);
      piece.release();
      return;
    }
    const from: SourceObject = await piece.from;
    const command = new UploadPartCopyCommand({
      ...upload,
      PartNumber,
      CopySource: `${bucket}/${from.key}`,
      CopySourceIfMatch: from.etag,
      CopySourceRange: `bytes=${piece.start}-${piece.start + piece.length - 1}`,
    });
    const { CopyPartResult } = await s3.send(command, { abortSignal });
    const { ETag, ChecksumCRC32 } = CopyPartResult ?? {};
    done.push({ PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) });
  };
  const start = (number: number, piece: UploadPart): void => {
    const one = send(number, piece).finally(() => sending.delete(one));
    one.catch((error) => stop.abort(error));
    sending.add(one);
  };

  try {
    signal.throwIfAborted();
    let number = 0;
    for await (const piece of parts) {
      abortSignal.throwIfAborted();
      number += 1;
      start(number, piece);
      if (sending.size >= AT_ONCE) await Promise.race(sending);
    }
    await Promise.all(sending);
    const Parts = done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    const whole = expected?.();
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts },
      ...(whole && { MpuObjectSize: whole.size }),
      ...(whole && comparesWhole && { ChecksumCRC32: crc32Header(whole.crc), ChecksumType: 'FULL_OBJECT' }),
    });
    const etag = await s3.send(complete, { abortSignal }).then(
      ({ ETag }) => ETag,
      async (error) => {
        const made = await findCompletedObject(s3, upload, metadata, error, abortSignal);
        if (made === undefined) throw error;
        return made;
      },
    );
    await abortLostUploads();
    return { etag: etag ?? '' };
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(sending);
    const cleanUp = new AbortMultipartUploadCommand(upload);
    // If this fails, the bucket's lifecycle rule removes the parts. The first error is the one to report.
    await withDeadline(clock, abortBudget.msFor('abortUpload'), (call) => s3.send(cleanUp, call));
    if (!signal.aborted) await abortLostUploads();
    throw signal.aborted ? signal.reason : error;
  }
}

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
import type { CopySource, UploadPart } from './upload-parts.ts';

export interface UploadTarget {
  bucket: string;
  key: string;
  /** What S3 keeps with the object, and tells with it. */
  metadata?: Record<string, string>;
}

export interface UploadOptions extends Pick<World, 'clock' | 'signal' | 'abortBudget'> {
  /** Called with the bytes that S3 has taken since the last call. */
  onSent: (bytes: number) => void;
}

/** An object that was uploaded. */
export interface UploadedObject {
  etag: string;
}

/** What an object must be in the end. */
export interface ExpectedObject {
  /** Bytes. */
  size: number;
  /** CRC-32. */
  crc: number;
}

/** So many parts travel at once; with the one being filled this is all that is held in memory. */
const AT_ONCE = 3;
const TYPE = 'application/gzip';

/** Uploads an object in one request; S3 compares the checksum. Throws the signal's reason, or the SDK's error, unworded. */
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
 * Uploads an object in parts, some of which S3 copies from others. It appears whole or not at all.
 * When it fails or the signal is aborted, requests under way are cancelled and the upload is aborted at S3, so that no
 * part of it stays there. (lib-storage's Upload neither cancels requests nor waits for that.)
 * @param whole what it must be, asked for when every piece was taken: S3 refuses to make anything else. Undefined: that
 *   is not known
 * @throws the pieces' error, the signal's reason, or the SDK's error, unworded
 */
export async function uploadParts(
  s3: S3Client,
  { bucket, key, metadata = {} }: UploadTarget,
  pieces: AsyncIterable<UploadPart> | Iterable<UploadPart>,
  whole: () => ExpectedObject | undefined,
  options: UploadOptions,
): Promise<UploadedObject> {
  const { signal, clock, abortBudget, onSent } = options;
  const place = { Bucket: bucket, Key: key };
  const create = new CreateMultipartUploadCommand({
    ...place,
    ContentType: TYPE,
    Metadata: metadata,
    ChecksumAlgorithm: 'CRC32',
    ChecksumType: 'FULL_OBJECT',
  });
  // Not cancelled at once: S3 may have begun the upload already, and only its answer says which one to abort.
  const asked = clock.now();
  const created = await withGracePeriod(options, (call) => s3.send(create, call));
  const upload = { ...place, UploadId: created.UploadId };
  // Stand-ins that make a checksum of the parts' checksums in any case would compare ours with that.
  const comparesWhole = created.ChecksumType === 'FULL_OBJECT';
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([signal, stop.signal]);
  const lost = isRepeated(created) ? lostUploads(s3, upload, clock.now() - asked, abortSignal) : undefined;
  const sweep = async (): Promise<void> => {
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
    const from: CopySource = await piece.from;
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
    for await (const piece of pieces) {
      abortSignal.throwIfAborted();
      number += 1;
      start(number, piece);
      if (sending.size >= AT_ONCE) await Promise.race(sending);
    }
    await Promise.all(sending);
    const Parts = done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    const expected = whole();
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts },
      ...(expected && { MpuObjectSize: expected.size }),
      ...(expected && comparesWhole && { ChecksumCRC32: crc32Header(expected.crc), ChecksumType: 'FULL_OBJECT' }),
    });
    const etag = await s3.send(complete, { abortSignal }).then(
      ({ ETag }) => ETag,
      async (error) => {
        const made = await findCompletedObject(s3, upload, metadata, error, abortSignal);
        if (made === undefined) throw error;
        return made;
      },
    );
    await sweep();
    return { etag: etag ?? '' };
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(sending);
    const cleanUp = new AbortMultipartUploadCommand(upload);
    // The bucket's lifecycle rule sweeps what a failure here leaves; the first error is the one to tell.
    await withDeadline(clock, abortBudget.msFor('abortUpload'), (call) => s3.send(cleanUp, call));
    if (!signal.aborted) await sweep();
    throw signal.aborted ? signal.reason : error;
  }
}

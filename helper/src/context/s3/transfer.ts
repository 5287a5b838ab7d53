import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { withGracePeriod } from '../../aws/deadline.ts';
import type { World } from '../../world.ts';
import { crc32 } from '../pack/crc32.ts';
import { type GzipMember, gzipBlocks } from '../pack/gzip-members.ts';
import type { PackedAhead } from '../pack/pack-ahead.ts';
import type { CutArchive } from '../pack/segments.ts';
import { writeSegments } from '../pack/tar-writer.ts';
import { type ArchiveIndex, indexOfSegments, type SegmentRange } from './archive-index.ts';
import { newSigner } from './index-signature.ts';
import { isGoneUpload } from './lost-answers.ts';
import { putObject, type UploadOptions, uploadParts } from './multipart-upload.ts';
import type { UploadLimits } from './part-limits.ts';
import { planReuse, type SegmentRun } from './reuse-plan.ts';
import { archiveMetadata, type StoredArchive, signerMetadata, writeArchiveIndex } from './stored-archives.ts';
import { type CopySource, makeParts, type PartsRequest, type UploadPart } from './upload-parts.ts';

/** An archive to be made on S3. */
export interface ArchiveUpload {
  /** Of the files. */
  root: string;
  sealed: CutArchive;
  /** What of it is packed already. */
  packed: PackedAhead;
  bucket: string;
  key: string;
  /** Notes it for the next time. */
  note: () => Promise<void>;
  /** Kept up to date: what was packed, and the bytes that were sent. */
  progress: { files: number; bytes: number; uploaded: number };
  /** Called often; what it throws ends the work. */
  tell: () => void;
  limits: UploadLimits;
}

type Tools = Pick<World, 'aws' | 'clock' | 'signal' | 'abortBudget'>;

/**
 * Makes the archive on S3, of another one as far as it can be. Whatever goes wrong with that, it is sent whole.
 * @param have an archive that may have something of it
 * @returns how many bytes S3 had already
 * @throws what makes sending it whole impossible, unworded
 */
export async function transfer(
  tools: Tools,
  job: ArchiveUpload,
  have: StoredArchive | undefined,
): Promise<{ known: number }> {
  const { sealed, limits } = job;
  const ids = sealed.segments.map(({ id }) => id);
  const whole = planReuse(ids, undefined, limits.leastPart);
  const runs = planReuse(ids, have?.index, limits.leastPart);
  if (have && runs.some(({ kind }) => kind === 'copied')) {
    try {
      return await makeArchive(tools, job, runs, have.source);
    } catch (error) {
      tools.signal.throwIfAborted();
      if (!isS3Error(error)) throw error;
    }
  }
  try {
    return await makeArchive(tools, job, whole, undefined);
  } catch (error) {
    tools.signal.throwIfAborted();
    if (!isGoneUpload(error)) throw error;
    // Another build took ours for one that an answer was lost of: see abortEmpty.
    return makeArchive(tools, job, whole, undefined);
  }
}

/** An error of the SDK's, not one of ours or of the file system. */
const isS3Error = (error: unknown): boolean => typeof error === 'object' && error !== null && '$metadata' in error;

async function makeArchive(
  { aws, clock, signal, abortBudget }: Tools,
  { root, sealed, packed, bucket, key, note, limits, progress, tell }: ArchiveUpload,
  runs: readonly SegmentRun[],
  source: CopySource | undefined,
): Promise<{ known: number }> {
  const { s3 } = aws;
  const options: UploadOptions = {
    signal,
    clock,
    abortBudget,
    onSent(bytes) {
      progress.uploaded += bytes;
      tell();
    },
  };
  const parts: Omit<SegmentRange, 'start'>[] = [];
  const bridges: string[] = [];
  let fresh = 0;
  let etag = '';
  /** What is packed already, and what is not. */
  async function* packAll(segments: readonly number[]): AsyncGenerator<GzipMember> {
    for (let at = 0, end = 0; at < segments.length; at = end) {
      end = at + 1;
      const members = packed.take(sealed, segments[at] ?? -1);
      if (members) yield* members;
      else {
        while (end < segments.length && !packed.has(sealed, segments[end] ?? -1)) end += 1;
        yield* gzipBlocks(writeSegments(root, sealed, segments.slice(at, end), progress, packed.buffers));
      }
    }
  }
  const making: PartsRequest = {
    limits,
    source,
    ids: sealed.segments.map(({ id }) => id),
    async *pack(segments) {
      for await (const member of packAll(segments)) {
        tell();
        for (const piece of member.pieces) fresh += piece.length;
        yield member;
      }
    },
    onSegment(index, range) {
      parts[index] = range;
    },
    async bridge(base, bytes) {
      const bridge = `contexts/tmp/${randomUUID()}`;
      const last: UploadPart = { kind: 'bytes', bytes, release: () => {} };
      const pieces: UploadPart[] = source ? [{ kind: 'copy', from: source, ...base }, last] : [];
      const { etag } = await uploadParts(s3, { bucket, key: bridge }, pieces, () => undefined, options);
      bridges.push(bridge);
      return { key: bridge, etag };
    },
  };
  const finished = (): ArchiveIndex => indexOfSegments(parts);
  const signer = newSigner();
  const pieces = makeParts(runs, making);
  try {
    const first = await pieces.next();
    const second = await pieces.next();
    if (first.done) return { known: 0 };
    if (second.done && first.value.kind === 'bytes') {
      const { bytes } = first.value;
      await putObject(s3, { bucket, key, metadata: archiveMetadata(bytes.length, crc32(bytes)) }, bytes, options);
      await note();
      return { known: 0 };
    }
    const rest = second.done ? [first.value] : [first.value, second.value];
    async function* all(): AsyncGenerator<UploadPart> {
      yield* rest;
      yield* pieces;
    }
    etag = (await uploadParts(s3, { bucket, key, metadata: signerMetadata(signer) }, all(), finished, options)).etag;
  } finally {
    await pieces.return(undefined);
    // Lifecycle takes what is not deleted here.
    await Promise.all(
      bridges.map((Key) => {
        const remove = new DeleteObjectCommand({ Bucket: bucket, Key });
        return withGracePeriod(options, (call) => s3.send(remove, call)).catch(() => {});
      }),
    );
  }
  const index = finished();
  await Promise.all([writeArchiveIndex(s3, bucket, { key, etag }, index, signer, signal), note()]);
  return { known: index.size - fresh };
}

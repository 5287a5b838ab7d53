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
import { makeParts, type PartsRequest, type SourceObject, type UploadPart } from './upload-parts.ts';

/** An archive to be made on S3. */
interface ArchiveUpload {
  /** The folder that the files lie in. */
  root: string;
  archive: CutArchive;
  /** The segments that are packed already. */
  packed: PackedAhead;
  bucket: string;
  key: string;
  /** Notes the archive for the next build. */
  writeNote: () => Promise<void>;
  /** Is kept up to date: what was packed, and how many bytes were sent. */
  progress: { files: number; bytes: number; uploaded: number };
  /** Is called often. An error that it throws ends the work. */
  report: () => void;
  limits: UploadLimits;
}

type TransferWorld = Pick<World, 'aws' | 'clock' | 'signal' | 'abortBudget'>;

/**
 * Makes the archive on S3. S3 copies as much as possible from another archive. If that fails, everything is sent.
 * @param otherArchive an archive that may have some of the same segments
 * @returns how many bytes S3 had already
 * @throws the error of sending everything, as it is
 */
export async function transfer(
  world: TransferWorld,
  upload: ArchiveUpload,
  otherArchive: StoredArchive | undefined,
): Promise<{ known: number }> {
  const { archive, limits } = upload;
  const ids = archive.segments.map(({ id }) => id);
  const whole = planReuse(ids, undefined, limits.leastPart);
  const runs = planReuse(ids, otherArchive?.index, limits.leastPart);
  if (otherArchive && runs.some(({ kind }) => kind === 'copied')) {
    try {
      return await makeArchive(world, upload, runs, otherArchive.source);
    } catch (error) {
      world.signal.throwIfAborted();
      if (!isS3Error(error)) throw error;
    }
  }
  try {
    return await makeArchive(world, upload, whole, undefined);
  } catch (error) {
    world.signal.throwIfAborted();
    if (!isGoneUpload(error)) throw error;
    // Another build has aborted our upload, because it took it for one of its own whose answer was lost: see abortEmpty.
    return makeArchive(world, upload, whole, undefined);
  }
}

/** True for an error of the SDK; false for ours and for the file system's. */
const isS3Error = (error: unknown): boolean => typeof error === 'object' && error !== null && '$metadata' in error;

/** Packs the segments with these indices. Those that are packed already are taken as they are. */
async function* packSegments(
  { root, archive, packed, progress }: ArchiveUpload,
  indices: readonly number[],
): AsyncGenerator<GzipMember> {
  for (let at = 0, end = 0; at < indices.length; at = end) {
    end = at + 1;
    const members = packed.take(archive, indices[at] ?? -1);
    if (members) yield* members;
    else {
      while (end < indices.length && !packed.has(archive, indices[end] ?? -1)) end += 1;
      const { buffers } = packed;
      yield* gzipBlocks(writeSegments(root, archive, indices.slice(at, end), { progress, buffers }));
    }
  }
}

async function makeArchive(
  { aws, clock, signal, abortBudget }: TransferWorld,
  upload: ArchiveUpload,
  runs: readonly SegmentRun[],
  source: SourceObject | undefined,
): Promise<{ known: number }> {
  const { archive, bucket, key, writeNote, limits, progress, report } = upload;
  const { s3 } = aws;
  const options: UploadOptions = {
    signal,
    clock,
    abortBudget,
    onSent(bytes) {
      progress.uploaded += bytes;
      report();
    },
  };
  const segments: Omit<SegmentRange, 'start'>[] = [];
  const bridges: string[] = [];
  let sentSize = 0;
  let etag = '';
  const request: PartsRequest = {
    limits,
    source,
    ids: archive.segments.map(({ id }) => id),
    async *pack(indices) {
      for await (const member of packSegments(upload, indices)) {
        report();
        for (const piece of member.pieces) sentSize += piece.length;
        yield member;
      }
    },
    onSegment(index, range) {
      segments[index] = range;
    },
    async bridge(base, bytes) {
      const bridge = `contexts/tmp/${randomUUID()}`;
      const last: UploadPart = { kind: 'bytes', bytes, release: () => {} };
      const parts: UploadPart[] = source ? [{ kind: 'copy', from: source, ...base }, last] : [];
      const { etag } = await uploadParts(s3, { bucket, key: bridge }, parts, options);
      bridges.push(bridge);
      return { key: bridge, etag };
    },
  };
  const finished = (): ArchiveIndex => indexOfSegments(segments);
  const signer = newSigner();
  const parts = makeParts(runs, request);
  try {
    const first = await parts.next();
    const second = await parts.next();
    if (first.done) return { known: 0 };
    if (second.done && first.value.kind === 'bytes') {
      const { bytes } = first.value;
      await putObject(s3, { bucket, key, metadata: archiveMetadata(bytes.length, crc32(bytes)) }, bytes, options);
      await writeNote();
      return { known: 0 };
    }
    const rest = second.done ? [first.value] : [first.value, second.value];
    async function* all(): AsyncGenerator<UploadPart> {
      yield* rest;
      yield* parts;
    }
    const metadata = signerMetadata(signer);
    etag = (await uploadParts(s3, { bucket, key, metadata }, all(), { ...options, expected: finished })).etag;
  } finally {
    await parts.return(undefined);
    // The bucket's lifecycle rule removes what is not deleted here.
    await Promise.all(
      bridges.map((Key) => {
        const remove = new DeleteObjectCommand({ Bucket: bucket, Key });
        return withGracePeriod(options, (call) => s3.send(remove, call)).catch(() => {});
      }),
    );
  }
  const index = finished();
  const sent = { bucket, source: { key, etag }, index, signer };
  await Promise.all([writeArchiveIndex(s3, sent, signal), writeNote()]);
  return { known: index.size - sentSize };
}

import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { type Counter, writeArchive } from './archive.ts';
import { gzip } from './compress.ts';
import type { Listing } from './entries.ts';
import { partSize } from './parts.ts';
import { type UploadTarget, upload } from './upload.ts';

/** What was sent, as `context-sent` reports it. Sizes are bytes. */
export interface SentContext {
  files: number;
  /** Of the files, before they were packed. */
  bytes: number;
  /** Of the archive as S3 has it. */
  uploaded: number;
  ignored: number;
  ignoreFile: string | undefined;
  ms: number;
}

/** Progress is told this often, in milliseconds. */
const PROGRESS_MS = 5_000;
/** Header and padding of an entry, at the most that is usual. */
const ENTRY_BYTES = 2_048;

/**
 * Packs the listing, squeezes it and uploads it as it is read; memory does not grow with it. When it fails, or the
 * world's signal is aborted, nothing stays behind at S3. Reports `context-progress` every five seconds.
 * @param target where to; a key with `#`, `?` or `%` could not be handed to kaniko
 * @throws Failure `build` for a file that changed or cannot be read, `aws` where S3 refuses, or the signal's reason
 */
export async function sendContext(
  world: Pick<World, 'aws' | 'clock' | 'report' | 'signal'>,
  listing: Listing,
  target: UploadTarget,
): Promise<SentContext> {
  const started = world.clock.now();
  const counter: Counter = { files: 0, bytes: 0 };
  let uploaded = 0;
  let told = started;
  const tell = () => {
    const now = world.clock.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    world.report({ type: 'context-progress', files: counter.files, bytes: counter.bytes, uploaded });
  };
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const chunk of writeArchive(listing, counter)) {
      world.signal.throwIfAborted();
      tell();
      yield chunk;
    }
  }
  try {
    world.signal.throwIfAborted();
    await upload(world.aws.s3, target, gzip(watched()), {
      partSize: partSize(listing.bytes + listing.entries.length * ENTRY_BYTES),
      signal: world.signal,
      clock: world.clock,
      onSent: (bytes) => {
        uploaded += bytes;
        tell();
      },
    });
  } catch (error) {
    if (world.signal.aborted) throw world.signal.reason;
    throw error instanceof Failure ? error : uploadFailure(error, target);
  }
  const { ignored, ignoreFile } = listing;
  return { ...counter, uploaded, ignored, ignoreFile, ms: world.clock.now() - started };
}

function uploadFailure(error: unknown, { bucket, key }: UploadTarget): Failure {
  const doing = `upload the context to s3://${bucket}/${key}`;
  const options = { evidence: awsFailure(error, doing).evidence, cause: error };
  if (awsErrorFacts(error).code === 'NoSuchBucket') {
    return new Failure('aws', `could not ${doing}: there is no bucket ${bucket}`, {
      ...options,
      hint: "check the setting bucket: it is the builder stack's context bucket, in the same region",
    });
  }
  if (isAccessDenied(error)) {
    return new Failure('aws', `could not ${doing}: access denied`, {
      ...options,
      hint: `allow s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::${bucket}/contexts/*: the builder stack's caller policy (its output CallerPolicyArn) does`,
    });
  }
  return awsFailure(error, doing);
}

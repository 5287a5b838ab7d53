import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { Listing } from './entries.ts';
import { seal } from './hash.ts';
import { type Limits, limitsFor } from './parts.ts';
import { cutSegments } from './segments.ts';
import { contextKey, findStored, readNote } from './store.ts';
import { transfer } from './transfer.ts';

/** Where a context goes, and for whom. */
export interface SendRequest {
  bucket: string;
  /**
   * Whose context it is, the closest name first: what was sent last under one of them is likely to have most of this one.
   */
  names: readonly string[];
  /** How long it must stay, in milliseconds. */
  lastsMs: number;
  /** For tests. */
  limits?: Limits;
}

/** What was sent, as `context-sent` reports it. Sizes are bytes. */
export interface SentContext {
  /** Of the archive: the hash of its content is its name. */
  key: string;
  files: number;
  /** Of the files, before they were packed. */
  bytes: number;
  /** What travelled. */
  uploaded: number;
  /** What S3 had already, packed. */
  known: number;
  ignored: number;
  ignoreFile: string | undefined;
  ms: number;
}

/** Progress is told this often, in milliseconds. */
const PROGRESS_MS = 5_000;

/**
 * Sees to it that S3 has the context: what it has already is not sent, and what it has most of is put together there.
 * Else the files are packed, squeezed and uploaded as they are read; memory does not grow with them. When it fails, or
 * the world's signal is aborted, nothing stays behind at S3. Reports `context-progress` every five seconds.
 * @throws Failure `build` for a file that changed or cannot be read, `aws` where S3 refuses, or the signal's reason
 */
export async function sendContext(
  world: Pick<World, 'aws' | 'clock' | 'report' | 'signal'>,
  listing: Listing,
  request: SendRequest,
): Promise<SentContext> {
  const { bucket } = request;
  const { clock, signal, aws } = world;
  const limits = request.limits ?? limitsFor(listing);
  const started = clock.now();
  const progress = { files: 0, bytes: 0, uploaded: 0 };
  let told = started;
  const tell = (): void => {
    signal.throwIfAborted();
    const now = clock.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    world.report({ type: 'context-progress', ...progress });
  };
  let key = 'contexts/';
  try {
    signal.throwIfAborted();
    const noted = readNote(aws.s3, bucket, request.names, signal);
    // Its failure counts when it is asked for.
    noted.catch(() => {});
    const sealed = cutSegments(await seal(listing, () => undefined, tell), limits.segment);
    key = contextKey(sealed.hash);
    const before = await noted;
    const [stored, other] = await Promise.all([
      findStored(aws.s3, bucket, key, signal),
      before === undefined || before === key ? undefined : findStored(aws.s3, bucket, before, signal),
    ]);
    const { files, ignored, ignoreFile } = listing;
    const bytes = sealed.entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
    const facts = { key, files, bytes, ignored, ignoreFile };
    const done = (uploaded: number, known: number): SentContext => ({
      ...facts,
      uploaded,
      known,
      ms: clock.now() - started,
    });
    if (stored && stored.until >= clock.now() + request.lastsMs) return done(0, stored.size);
    const job = { root: listing.root, sealed, bucket, key, names: request.names, limits, progress, tell };
    // One that is there but goes soon is copied onto itself: that makes it new.
    const { known } = await transfer(world, job, stored ?? other);
    return done(progress.uploaded, known);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof Failure ? error : uploadFailure(error, { bucket, key });
  }
}

function uploadFailure(error: unknown, { bucket, key }: { bucket: string; key: string }): Failure {
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

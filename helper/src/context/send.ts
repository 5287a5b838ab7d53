import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { sealEagerly } from './eager.ts';
import { type Entry, type Listing, wholeOf } from './entries.ts';
import { seal } from './hash.ts';
import { Memory } from './memory.ts';
import { type Limits, limitsFor } from './parts.ts';
import { Changed } from './read.ts';
import { cutSegments } from './segments.ts';
import { contextKey, findStored, readNote, type Stored, writeNote } from './store.ts';
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
  /** Where the files' hashes are remembered: see memoryFile. Undefined: nowhere. */
  memory?: string | undefined;
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

type Tools = Pick<World, 'aws' | 'clock' | 'report' | 'signal'>;

/**
 * Sees to it that S3 has the context: what it has already is not sent, and what it has most of is put together there.
 * Else the files are packed, squeezed and uploaded as they are read; memory does not grow with them. When it fails, or
 * the world's signal is aborted, nothing stays behind at S3. Reports `context-progress` every five seconds.
 * @throws Failure `build` for a file that changed or cannot be read, `aws` where S3 refuses, or the signal's reason
 */
export async function sendContext(world: Tools, listing: Listing, request: SendRequest): Promise<SentContext> {
  const memory = Memory.open(request.memory, world.clock.now());
  try {
    return await send(world, listing, request, memory);
  } catch (error) {
    if (!(error instanceof Changed) || memory.hits === 0) throw error;
    // What was remembered may be what is wrong.
    return send(world, listing, request, Memory.empty());
  }
}

async function send(world: Tools, listing: Listing, request: SendRequest, memory: Memory): Promise<SentContext> {
  const { bucket, names } = request;
  const { clock, signal, aws } = world;
  const limits = request.limits ?? limitsFor(listing);
  const whole = wholeOf(listing);
  const started = clock.now();
  const progress = { files: 0, bytes: 0, uploaded: 0 };
  const tell = teller(world, progress);
  let key = 'contexts/';
  const find = (context: string): Promise<Stored | undefined> => findStored(aws.s3, bucket, context, signal);
  /** One that goes soon is copied onto itself: that makes it new. */
  const lasts = (stored: Stored | undefined): stored is Stored =>
    stored !== undefined && stored.until >= clock.now() + request.lastsMs;
  const sent = (entries: readonly Entry[], known: number): SentContext => {
    const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
    const { files, ignored, ignoreFile } = listing;
    const { uploaded } = progress;
    return { key, files, bytes, uploaded, known, ignored, ignoreFile, ms: clock.now() - started };
  };
  try {
    signal.throwIfAborted();
    let before: string | undefined;
    const noted = readNote(aws.s3, bucket, names, signal).then((context) => {
      before = context;
    });
    // Its failure counts when it is asked for.
    noted.catch(() => {});
    const note = async ({ index }: Stored, hash: string): Promise<void> => {
      if (index && before !== key) await writeNote(aws.s3, bucket, names, hash, signal);
    };

    const remembered = memory.recallWhole(whole.entries, limits.segment);
    if (remembered !== undefined) {
      key = contextKey(remembered);
      const [stored] = await Promise.all([find(key), noted]);
      if (lasts(stored)) {
        await note(stored, remembered);
        return sent(whole.entries, stored.size);
      }
    }

    const previous = noted.then(() => (before === undefined ? undefined : find(before)));
    previous.catch(() => {});
    const isNeedless = (): boolean => before !== undefined || memory.isOfUse;
    const { sealed: begun, packed } = await sealEagerly(whole, limits.segment, progress, isNeedless, tell);
    const sealed = cutSegments(await seal(whole, memory.recall, tell, begun), limits.segment);
    key = contextKey(sealed.hash);
    await noted;
    const stored = await (before === key ? previous : find(key));
    let known: number;
    if (lasts(stored)) {
      known = stored.size;
      await note(stored, sealed.hash);
    } else {
      const job = { root: listing.root, sealed, packed, bucket, key, names, limits, progress, tell };
      known = (await transfer(world, job, stored ?? (await previous))).known;
    }
    memory.keep(sealed, limits.segment);
    return sent(sealed.entries, known);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof Failure ? error : uploadFailure(error, { bucket, key });
  }
}

/** What is called often: ends an aborted run, and tells how far it has come now and then. */
function teller({ clock, report, signal }: Tools, progress: { files: number; bytes: number; uploaded: number }) {
  let told = clock.now();
  return (): void => {
    signal.throwIfAborted();
    const now = clock.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    report({ type: 'context-progress', ...progress });
  };
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

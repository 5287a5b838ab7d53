import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { type Entry, type FileEntry, type Listing, wholeArchive } from './entries.ts';
import { FileChangedFailure } from './list/unchanged-files.ts';
import { HashCache } from './pack/hash-cache.ts';
import { FileHasher } from './pack/hash-files.ts';
import { hashAndPackAhead, type PackAheadDecision, type PackedAhead } from './pack/pack-ahead.ts';
import { cutArchive } from './pack/segments.ts';
import { type UploadLimits, uploadLimits } from './s3/part-limits.ts';
import { archiveKey, findStoredArchive, type StoredArchive } from './s3/stored-archives.ts';
import { transfer } from './s3/transfer.ts';
import { type CommitFacts, eachFileName, latestTrustedTime } from './times/assign-times.ts';
import { TimeFinder } from './times/find-times.ts';
import { isAging, JobNotes } from './times/job-notes.ts';

/** Where a context goes, and for whom. */
export interface SendRequest {
  bucket: string;
  /**
   * Whose context it is, the closest name first: what was sent last under one of them is likely to have most of this one.
   */
  names: readonly string[];
  /** How long it must stay, in milliseconds. */
  lastsMs: number;
  /** What the repository knows of some files. It is asked for those only whose time is to be found. */
  commitsOf?: ((files: readonly FileEntry[]) => Promise<CommitFacts | undefined>) | undefined;
  /** Where the files' hashes are remembered: see memoryFile. Undefined: nowhere. */
  hashCacheFile?: string | undefined;
  /** For tests. */
  limits?: UploadLimits;
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

type Tools = Pick<World, 'aws' | 'clock' | 'report' | 'signal' | 'abortBudget'>;

/**
 * Sees to it that S3 has the context: what it has already is not sent, and what it has most of is put together there.
 * Else the files are packed, squeezed and uploaded as they are read; memory does not grow with them. When it fails, or
 * the world's signal is aborted, nothing stays behind at S3. Reports `context-progress` every five seconds.
 * @throws Failure `build` for a file that changed or cannot be read, `aws` where S3 refuses, or the signal's reason
 */
export async function sendContext(world: Tools, listing: Listing, request: SendRequest): Promise<SentContext> {
  const memory = HashCache.open(request.hashCacheFile, world.clock.now());
  try {
    return await send(world, listing, request, memory);
  } catch (error) {
    if (!(error instanceof FileChangedFailure) || memory.hits === 0) throw error;
    // What was remembered may be what is wrong.
    return send(world, listing, request, HashCache.empty());
  }
}

async function send(world: Tools, listing: Listing, request: SendRequest, memory: HashCache): Promise<SentContext> {
  const { bucket, names } = request;
  const { clock, signal, aws } = world;
  const limits = request.limits ?? uploadLimits(listing);
  const whole = wholeArchive(listing);
  const started = clock.now();
  const progress = { files: 0, bytes: 0, uploaded: 0 };
  const tell = progressReporter(world, progress);
  let key = 'contexts/';
  const find = (context: string): Promise<StoredArchive | undefined> =>
    findStoredArchive(aws.s3, bucket, context, signal);
  /** One that goes soon is copied onto itself: that makes it new. */
  const lasts = (stored: StoredArchive | undefined): stored is StoredArchive =>
    stored !== undefined && stored.expiresAt >= clock.now() + request.lastsMs;
  const sent = (entries: readonly Entry[], known: number): SentContext => {
    const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
    const { files, ignored, ignoreFile } = listing;
    const { uploaded } = progress;
    return { key, files, bytes, uploaded, known, ignored, ignoreFile, ms: clock.now() - started };
  };
  try {
    signal.throwIfAborted();
    const notes = new JobNotes(aws.s3, bucket, names, signal);
    const heads = withoutUnhandledRejection(notes.readHeads());

    const remembered = memory.recallContext(whole.entries, limits.usualSegment);
    if (remembered !== undefined) {
      key = archiveKey(remembered);
      const [stored, [head]] = await Promise.all([find(key), heads]);
      // Where another agent has sent something else meanwhile, times may be others by now.
      if (lasts(stored) && head?.context === remembered) {
        if (isAging(head, clock.now())) await notes.rewrite(remembered);
        return sent(whole.entries, stored.size);
      }
    }

    const dating = new TimeFinder(whole, withoutUnhandledRejection(notes.read(heads)), request.commitsOf, clock.now());
    const previous = withoutUnhandledRejection(
      dating.notes.then(({ lastContext: before }) => (before === undefined ? undefined : find(archiveKey(before)))),
    );
    const sealer = new FileHasher(whole, memory.recall, tell);
    const outlook = (): PackAheadDecision => (memory.hasFiles ? 'needless' : dating.packAheadDecision());
    let packed: PackedAhead;
    try {
      packed = await hashAndPackAhead(whole, limits.usualSegment, progress, sealer, outlook, tell);
      await sealer.hashUpTo(whole.entries.length);
    } finally {
      sealer.close();
    }
    const { isNoted } = await dating.assignTimes(sealer.hashed);
    const sealed = cutArchive(sealer.hashed, limits.usualSegment);
    key = archiveKey(sealed.hash);
    const noted = await dating.notes;
    const note = () =>
      notes.write(sealed.hash, noted, (own) => own.with(eachFileName(sealed.entries), latestTrustedTime(dating.now)));
    const stored = await (noted.lastContext === sealed.hash ? previous : find(key));
    let known: number;
    if (lasts(stored)) {
      known = stored.size;
      const [head] = await heads;
      if (!isNoted || head?.context !== sealed.hash || isAging(head, clock.now())) await note();
    } else {
      const job = { root: listing.root, sealed, packed, bucket, key, note, limits, progress, tell };
      known = (await transfer(world, job, stored ?? (await previous))).known;
    }
    memory.save(sealed, limits.usualSegment);
    return sent(sealed.entries, known);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof Failure ? error : uploadFailure(error, { bucket, key });
  }
}

/** Its failure counts when it is asked for. */
function withoutUnhandledRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** What is called often: ends an aborted run, and tells how far it has come now and then. */
function progressReporter(
  { clock, report, signal }: Tools,
  progress: { files: number; bytes: number; uploaded: number },
) {
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

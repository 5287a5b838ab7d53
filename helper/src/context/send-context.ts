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
import { uploadFailure } from './upload-failure.ts';

/** Where a context goes, and which job it belongs to. */
interface SendRequest {
  bucket: string;
  /**
   * The names that a context is noted under, the closest first (job, then its folders). The last context under one of them
   * probably shares most files.
   */
  names: readonly string[];
  /** How long the archive must stay on S3, in milliseconds. */
  lastsMs: number;
  /** Asks the repository about files. It is called only for files whose time is not known yet. */
  commitsOf?: ((files: readonly FileEntry[]) => Promise<CommitFacts | undefined>) | undefined;
  /** The file on this agent that remembers the files' hashes: see hashCachePath. Undefined: nothing is remembered. */
  hashCacheFile?: string | undefined;
  /** Set by tests only. */
  limits?: UploadLimits;
}

/** What was sent, as the event `context-sent` reports it. Sizes are in bytes. */
export interface SentContext {
  /** Key of the archive on S3. It contains the hash of the archive's content. */
  key: string;
  files: number;
  /** Size of the files before they were packed. */
  bytes: number;
  /** How much was sent. */
  uploaded: number;
  /** How much of the archive S3 had already, as it is packed. */
  known: number;
  ignored: number;
  ignoreFile: string | undefined;
  ms: number;
}

/** Milliseconds between two reports of progress. */
const PROGRESS_MS = 5_000;

type SendWorld = Pick<World, 'aws' | 'clock' | 'report' | 'signal' | 'abortBudget'>;

/**
 * Makes sure that S3 has the context. If S3 has the archive already, nothing is sent. If S3 has most of it, S3 copies that
 * part. Everything else is packed, compressed and uploaded while it is read, so memory does not grow with the files. If this
 * fails, or the world's signal is aborted, nothing is left behind on S3. Reports `context-progress` every five seconds.
 * @throws Failure `build` for a file that changed or cannot be read, `aws` where S3 refuses, or the signal's reason
 */
export async function sendContext(world: SendWorld, listing: Listing, request: SendRequest): Promise<SentContext> {
  const cache = HashCache.open(request.hashCacheFile, world.clock.now());
  try {
    return await send(world, listing, request, cache);
  } catch (error) {
    if (!(error instanceof FileChangedFailure) || cache.hits === 0) throw error;
    // A hash from the cache may be the wrong one: hash every file again.
    return send(world, listing, request, HashCache.empty());
  }
}

async function send(world: SendWorld, listing: Listing, request: SendRequest, cache: HashCache): Promise<SentContext> {
  const { bucket, names } = request;
  const { clock, signal, aws } = world;
  const limits = request.limits ?? uploadLimits(listing);
  const whole = wholeArchive(listing);
  const started = clock.now();
  const progress = { files: 0, bytes: 0, uploaded: 0 };
  const report = progressReporter(world, progress);
  let key = 'contexts/';
  const find = (archive: string): Promise<StoredArchive | undefined> =>
    findStoredArchive(aws.s3, bucket, archive, signal);
  /** An archive that expires too soon is copied onto itself, which makes it new. */
  const staysLongEnough = (stored: StoredArchive | undefined): stored is StoredArchive =>
    stored !== undefined && stored.expiresAt >= clock.now() + request.lastsMs;
  const result = (entries: readonly Entry[], known: number): SentContext => {
    const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
    const { files, ignored, ignoreFile } = listing;
    const { uploaded } = progress;
    return { key, files, bytes, uploaded, known, ignored, ignoreFile, ms: clock.now() - started };
  };
  try {
    signal.throwIfAborted();
    const notes = new JobNotes(aws.s3, bucket, names, signal);
    const heads = withoutUnhandledRejection(notes.readHeads());

    const unchanged = cache.recallContext(whole.entries, limits.usualSegment);
    if (unchanged !== undefined) {
      key = archiveKey(unchanged);
      const [stored, [head]] = await Promise.all([find(key), heads]);
      // If another agent has sent another context since then, the times of the files may differ now.
      if (staysLongEnough(stored) && head?.context === unchanged) {
        if (isAging(head, clock.now())) await notes.rewrite(unchanged);
        return result(whole.entries, stored.size);
      }
    }

    const times = new TimeFinder(whole, withoutUnhandledRejection(notes.read(heads)), request.commitsOf, clock.now());
    const previous = withoutUnhandledRejection(
      times.notes.then(({ lastContext }) => (lastContext === undefined ? undefined : find(archiveKey(lastContext)))),
    );
    const hasher = new FileHasher(whole, cache.recall, report);
    const decide = (): PackAheadDecision => (cache.hasFiles ? 'needless' : times.packAheadDecision());
    let packed: PackedAhead;
    try {
      packed = await hashAndPackAhead(whole, hasher, {
        usualSegment: limits.usualSegment,
        progress,
        decide,
        onTurn: report,
      });
      await hasher.hashUpTo(whole.entries.length);
    } finally {
      hasher.close();
    }
    const { matchesNote } = await times.assignTimes(hasher.hashed);
    const archive = cutArchive(hasher.hashed, limits.usualSegment);
    key = archiveKey(archive.hash);
    const noted = await times.notes;
    const writeNote = () =>
      notes.write(archive.hash, noted, (own) => own.with(eachFileName(archive.entries), latestTrustedTime(times.now)));
    const stored = await (noted.lastContext === archive.hash ? previous : find(key));
    let known: number;
    if (staysLongEnough(stored)) {
      known = stored.size;
      const [head] = await heads;
      if (!matchesNote || head?.context !== archive.hash || isAging(head, clock.now())) await writeNote();
    } else {
      const upload = { root: listing.root, archive, packed, bucket, key, writeNote, limits, progress, report };
      known = (await transfer(world, upload, stored ?? (await previous))).known;
    }
    cache.save(archive, limits.usualSegment);
    return result(archive.entries, known);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof Failure ? error : uploadFailure(error, { bucket, key });
  }
}

/** Keeps a promise from ending the process if it fails before it is awaited. Whoever awaits it still gets the failure. */
function withoutUnhandledRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Returns a function for long work to call often. It ends an aborted run, and reports progress every five seconds. */
function progressReporter(
  { clock, report, signal }: SendWorld,
  progress: { files: number; bytes: number; uploaded: number },
) {
  let lastReport = clock.now();
  return (): void => {
    signal.throwIfAborted();
    const now = clock.now();
    if (now - lastReport < PROGRESS_MS) return;
    lastReport = now;
    report({ type: 'context-progress', ...progress });
  };
}

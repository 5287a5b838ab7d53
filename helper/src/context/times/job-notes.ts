import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../aws/errors.ts';
import { type ObjectLifetime, readObject, undefinedOnFailure, writeObject } from '../s3/small-objects.ts';
import type { SentHistory } from './assign-times.ts';
import { formatHead, formatNote, HEAD_BYTES, type NoteHead, parseFiles, parseHead } from './note-format.ts';
import { SentFiles } from './sent-files.ts';
import { MOST_SENT_BYTES } from './sent-table.ts';

/** What is noted of a job's contexts. */
export interface NotedJob extends SentHistory {
  /** The hash of the context that was sent last under the closest of the names that has one. */
  readonly lastContext: string | undefined;
  /** The ETag of the job's own note. */
  readonly etag: string | undefined;
}

/** Is tried so often to note what another build has not noted meanwhile. */
const ATTEMPTS = 4;

/**
 * The notes on S3 of what was sent under some names, the closest first: a job's own, whose files' times are noted, too, and
 * those of the folders that it is in, which say which job has sent last. Whatever is wrong with them costs time only.
 */
export class JobNotes {
  readonly #jobs: readonly string[];

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    names: readonly string[],
    private readonly signal: AbortSignal,
  ) {
    this.#jobs = names.map((name) => createHash('sha256').update(name).digest('hex'));
  }

  /** The heads of the notes, as far as there are any. */
  async readHeads(): Promise<readonly ((NoteHead & ObjectLifetime) | undefined)[]> {
    return Promise.all(
      this.#jobs.map(async (job) => {
        const found = await readObject(this.s3, this.#place(job), HEAD_BYTES, this.signal);
        const head = found && parseHead(found.bytes);
        return found && head && { ...head, writtenAt: found.writtenAt, expiresAt: found.expiresAt };
      }),
    );
  }

  /** All that is noted. */
  async read(heads: Promise<readonly (NoteHead | undefined)[]>): Promise<NotedJob> {
    const [job] = this.#jobs;
    if (job === undefined) return { own: SentFiles.NONE, sibling: undefined, lastContext: undefined, etag: undefined };
    const [found, [, ...others]] = await Promise.all([this.#readWhole(job), heads]);
    const head = found && parseHead(found.bytes);
    const own = found && parseFiles(found.bytes);
    const closest = others.find((one) => one !== undefined);
    const sibling = own || !closest || closest.job === job ? undefined : await this.#readWhole(closest.job);
    return {
      own: own ?? SentFiles.NONE,
      sibling: sibling && parseFiles(sibling.bytes),
      lastContext: (head ?? closest)?.context,
      etag: found?.etag,
    };
  }

  /**
   * Notes a context under all names; where that fails, the next one may be sent whole.
   * @param noted what is noted
   * @param files what is to be noted, given what is
   */
  async write(context: string, { etag, own }: Pick<NotedJob, 'etag' | 'own'>, files: (own: SentFiles) => SentFiles) {
    const [job, ...folders] = this.#jobs;
    if (job === undefined) return;
    const head = { context, job };
    await Promise.all([
      this.#writeOwn(head, etag, own, files),
      ...folders.map((folder) =>
        undefinedOnFailure(writeObject(this.s3, this.#place(folder), formatHead(head), this.signal), this.signal),
      ),
    ]);
  }

  /** Writes anew what is there: that lets it stay. */
  async rewrite(context: string): Promise<void> {
    const noted = await this.read(Promise.resolve([]));
    await this.write(context, noted, (own) => own);
  }

  /** Notes what is to be noted, and does not lose what other builds of the job note at the same time. */
  async #writeOwn(head: NoteHead, etag: string | undefined, own: SentFiles, files: (own: SentFiles) => SentFiles) {
    let [over, there]: [string | undefined, SentFiles] = [etag ?? '*', own];
    for (let attempt = 1; ; attempt += 1) {
      const body = formatNote(head, files(there));
      try {
        return await writeObject(this.s3, this.#place(head.job), body, this.signal, over);
      } catch (error) {
        this.signal.throwIfAborted();
        if (over === undefined) return;
        if (attempt < ATTEMPTS && isConflict(error)) {
          const found = await this.#readWhole(head.job);
          [over, there] = [found?.etag ?? '*', (found && parseFiles(found.bytes)) ?? SentFiles.NONE];
        } else {
          // There are stand-ins of S3 that know no conditions.
          over = undefined;
        }
      }
    }
  }

  #readWhole(job: string) {
    return readObject(this.s3, this.#place(job), HEAD_BYTES + MOST_SENT_BYTES, this.signal);
  }

  #place(job: string) {
    return { bucket: this.bucket, key: `contexts/jobs/${job}.note` };
  }
}

/** Whether half of a note's time is over: a job that is built now and then shall not lose it. */
export const isAging = ({ writtenAt: since, expiresAt: until }: ObjectLifetime, now: number): boolean =>
  now - since > (until - since) / 2;

/** Another one has written, or writes. */
const isConflict = (error: unknown): boolean =>
  ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes(awsErrorFacts(error).code ?? '');

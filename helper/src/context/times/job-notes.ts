import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { awsErrorFacts } from '../../aws/errors.ts';
import { type ObjectLifetime, readObject, undefinedOnFailure, writeObject } from '../s3/small-objects.ts';
import type { SentHistory } from './assign-times.ts';
import { formatHead, formatNote, HEAD_BYTES, type NoteHead, parseFiles, parseHead } from './note-format.ts';
import { SentFiles } from './sent-files.ts';
import { MOST_SENT_BYTES } from './sent-table.ts';

/** What the notes say about a job. */
export interface NotedJob extends SentHistory {
  /** Hash of the context that was sent last under the closest name that has a note. */
  readonly lastContext: string | undefined;
  /** ETag of the job's own note. */
  readonly etag: string | undefined;
}

/** How often writing a note is tried while other builds of the job write it, too. */
const ATTEMPTS = 4;

/**
 * Reads and writes the notes on S3. The names come closest first. The first is the job's own: its note also has the times of
 * the files. The others are the folders that the job lies in: their notes say which job has sent a context last. A wrong or
 * missing note only costs time.
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

  /** Reads the heads of the notes; undefined for a name without a note. */
  async readHeads(): Promise<readonly ((NoteHead & ObjectLifetime) | undefined)[]> {
    return Promise.all(
      this.#jobs.map(async (job) => {
        const found = await readObject(this.s3, this.#place(job), HEAD_BYTES, this.signal);
        const head = found && parseHead(found.bytes);
        return found && head && { ...head, writtenAt: found.writtenAt, expiresAt: found.expiresAt };
      }),
    );
  }

  /** Reads everything that the notes say. */
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
   * Notes a context under all names. If this fails, the next context may be sent whole.
   * @param noted what the notes say now
   * @param update returns the files to note, given the files of the present note
   */
  async write(context: string, { etag, own }: Pick<NotedJob, 'etag' | 'own'>, update: (own: SentFiles) => SentFiles) {
    const [job, ...folders] = this.#jobs;
    if (job === undefined) return;
    const head = { context, job };
    await Promise.all([
      this.#writeOwn(head, { etag, own }, update),
      ...folders.map((folder) =>
        undefinedOnFailure(writeObject(this.s3, this.#place(folder), formatHead(head), this.signal), this.signal),
      ),
    ]);
  }

  /** Writes the present note again, so that it stays for another lifetime. */
  async rewrite(context: string): Promise<void> {
    const noted = await this.read(Promise.resolve([]));
    await this.write(context, noted, (own) => own);
  }

  /** Writes the job's own note. If another build has written it meanwhile, its files are kept, too. */
  async #writeOwn(
    head: NoteHead,
    { etag, own }: Pick<NotedJob, 'etag' | 'own'>,
    update: (own: SentFiles) => SentFiles,
  ): Promise<void> {
    /** ETag of the note to replace; `*`: there must be none; undefined: replace whatever is there. */
    let replaces: string | undefined = etag ?? '*';
    let present = own;
    for (let attempt = 1; ; attempt += 1) {
      const body = formatNote(head, update(present));
      try {
        return await writeObject(this.s3, this.#place(head.job), body, this.signal, replaces);
      } catch (error) {
        this.signal.throwIfAborted();
        if (replaces === undefined) return;
        if (attempt < ATTEMPTS && isConflict(error)) {
          const found = await this.#readWhole(head.job);
          replaces = found?.etag ?? '*';
          present = (found && parseFiles(found.bytes)) ?? SentFiles.NONE;
        } else {
          // Some stand-ins for S3 do not support conditions.
          replaces = undefined;
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

/** Whether half of a note's lifetime is over. Writing it again then keeps the note of a job that is built rarely. */
export const isAging = ({ writtenAt, expiresAt }: ObjectLifetime, now: number): boolean =>
  now - writtenAt > (expiresAt - writtenAt) / 2;

/** True if another build has written the note, or is writing it. */
const isConflict = (error: unknown): boolean =>
  ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes(awsErrorFacts(error).code ?? '');

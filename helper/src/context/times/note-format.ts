import { parseJson } from '../s3/archive-index.ts';
import { SentFiles } from './sent-files.ts';

/** The beginning of a job's note. The note of a folder or a project has nothing else. */
export interface NoteHead {
  /** Hash of the context that was sent last. */
  context: string;
  /** Hash of the name of the job that sent it. The note of that job lists the context's files. */
  job: string;
}

/** The head is one line, and not longer than this. So it can be read without the rest of the note. */
export const HEAD_BYTES = 512;

const HASH = /^[0-9a-f]{64}$/;

export const formatHead = ({ context, job }: NoteHead): string => `${JSON.stringify({ context, job })}\n`;

export const formatNote = (head: NoteHead, files: SentFiles): Buffer =>
  Buffer.concat([Buffer.from(formatHead(head)), files.encode()]);

/** Reads the head; undefined if the note has no valid one. */
export function parseHead(bytes: Buffer): NoteHead | undefined {
  const read = parseJson(bytes.toString('latin1', 0, lineOf(bytes)));
  if (typeof read !== 'object' || read === null || !('context' in read) || !('job' in read)) return undefined;
  const { context, job } = read;
  const isHead = typeof context === 'string' && HASH.test(context) && typeof job === 'string' && HASH.test(job);
  return isHead ? { context, job } : undefined;
}

/** Reads the files of a job's note; undefined if there are none, or if some are missing. */
export const parseFiles = (bytes: Buffer): SentFiles | undefined => SentFiles.decode(bytes.subarray(lineOf(bytes) + 1));

/** Length of the first line in bytes, if it is short enough for a head. */
function lineOf(bytes: Buffer): number {
  const end = bytes.subarray(0, HEAD_BYTES).indexOf('\n');
  return end < 0 ? Math.min(bytes.length, HEAD_BYTES) : end;
}

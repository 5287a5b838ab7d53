import { parseJson } from '../s3/archive-index.ts';
import { SentFiles } from './sent-files.ts';

/** What a job's note begins with; the note of a folder or a project is nothing else. */
export interface NoteHead {
  /** The hash of the context that was sent last. */
  context: string;
  /** Whose note says what its files were: the hash of the job's name. */
  job: string;
}

/** The head is a line of its own, within so many bytes: they can be read without the rest. */
export const HEAD_BYTES = 512;

const HASH = /^[0-9a-f]{64}$/;

export const formatHead = ({ context, job }: NoteHead): string => `${JSON.stringify({ context, job })}\n`;

export const formatNote = (head: NoteHead, files: SentFiles): Buffer =>
  Buffer.concat([Buffer.from(formatHead(head)), files.encode()]);

/** Undefined for what is none. */
export function parseHead(bytes: Buffer): NoteHead | undefined {
  const read = parseJson(bytes.toString('latin1', 0, lineOf(bytes)));
  if (typeof read !== 'object' || read === null || !('context' in read) || !('job' in read)) return undefined;
  const { context, job } = read;
  const isHead = typeof context === 'string' && HASH.test(context) && typeof job === 'string' && HASH.test(job);
  return isHead ? { context, job } : undefined;
}

/** The files of a note; undefined where there are none, or not all of them. */
export const parseFiles = (bytes: Buffer): SentFiles | undefined => SentFiles.decode(bytes.subarray(lineOf(bytes) + 1));

/** Bytes of the first line, of those that can be the head. */
function lineOf(bytes: Buffer): number {
  const end = bytes.subarray(0, HEAD_BYTES).indexOf('\n');
  return end < 0 ? Math.min(bytes.length, HEAD_BYTES) : end;
}

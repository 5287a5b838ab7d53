import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Source } from './assemble.ts';
import { toHeader } from './crc.ts';
import { type Archive, formatIndex, type Index, parseIndex, parseJson } from './index.ts';
import type { Signer } from './signature.ts';

/** An archive that S3 has, whole. */
export interface Stored {
  source: Source;
  /** Bytes. */
  size: number;
  /** Undefined for one that travelled in one piece. */
  index: Index | undefined;
  /** When it may be gone, in milliseconds since the epoch. */
  until: number;
}

/** A lifecycle rule that S3 does not tell of takes nothing in less than a day. */
const LEAST_LIFE_MS = 24 * 3_600_000;
/** An index of fifty thousand segments is smaller. */
const MOST_BYTES = 8 * 1024 * 1024;

export const contextKey = (hash: string): string => `contexts/${hash}.tar.gz`;
const indexKey = (context: string): string => context.replace(/\.tar\.gz$/, '.json');
/** Some write ETags with quotes in one answer and without in another. */
const archiveOf = (key: string, etag: string): Archive => ({
  hash: key.slice('contexts/'.length, -'.tar.gz'.length),
  etag: etag.replaceAll('"', ''),
});

/** What an archive that is sent in one piece says of itself. */
export const describe = (size: number, crc: number): Record<string, string> => ({
  'context-size': String(size),
  'context-crc32': toHeader(crc),
});

/**
 * What an archive says of itself before its segments are known: the key that its index is signed with. Whoever can write an
 * index, and not the archive, cannot make one that counts.
 */
export const describeSigner = ({ publicKey }: Signer): Record<string, string> => ({ [SIGNER]: publicKey });
const SIGNER = 'context-index-key';

/**
 * Looks for an archive that was sent before, and whether it is whole: size and checksum are what they were.
 * @returns undefined where there is none that can be trusted, or none that we may see
 * @throws the signal's reason
 */
export async function findStored(
  s3: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<Stored | undefined> {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  const [found, text] = await Promise.all([
    orNothing(s3.send(head, { abortSignal: signal }), signal),
    readText(s3, bucket, indexKey(key), signal),
  ]);
  if (!found?.ETag || found.ContentLength === undefined) return undefined;
  const size = found.ContentLength;
  const signer = found.Metadata?.[SIGNER];
  const archive = archiveOf(key, found.ETag);
  const index = text === undefined || signer === undefined ? undefined : parseIndex(text, archive, signer);
  const said = found.Metadata?.['context-size'];
  const [expectedSize, expectedCrc] = index
    ? [index.size, toHeader(index.crc)]
    : [said === undefined ? undefined : Number(said), found.Metadata?.['context-crc32']];
  if (size !== expectedSize) return undefined;
  if (found.ChecksumCRC32 !== undefined && found.ChecksumType !== 'COMPOSITE') {
    if (found.ChecksumCRC32 !== expectedCrc) return undefined;
  }
  const modified = found.LastModified?.getTime() ?? 0;
  const expires = Date.parse(/expiry-date="([^"]+)"/.exec(found.Expiration ?? '')?.[1] ?? '');
  const until = Number.isNaN(expires) ? modified + LEAST_LIFE_MS : expires;
  return { source: { key, etag: found.ETag }, size, index, until };
}

/** Keeps the index of an archive beside it; where that fails, the archive is sent again the next time. */
export function writeIndex(
  s3: S3Client,
  bucket: string,
  { key, etag }: Source,
  index: Index,
  signer: Signer,
  signal: AbortSignal,
): Promise<void> {
  const text = formatIndex(archiveOf(key, etag), index, signer);
  return orNothing(writeText(s3, bucket, indexKey(key), text, signal), signal);
}

/** A small text; undefined where there is none, or none that we may read. */
export async function readText(
  s3: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const get = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${MOST_BYTES}` });
  const found = await orNothing(s3.send(get, { abortSignal: signal }), signal);
  if (!found?.Body || (found.ContentLength ?? 0) > MOST_BYTES) return undefined;
  return found.Body.transformToString();
}

export async function writeText(s3: S3Client, bucket: string, key: string, text: string, signal: AbortSignal) {
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' });
  await s3.send(put, { abortSignal: signal });
}

/**
 * What is not there, may not be seen (403, also of what is not there, to whoever may not list) or cannot be told costs
 * time only: it is sent again, and where S3 refuses everything it says so then.
 */
async function orNothing<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await answer;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Where a job's newest archive is noted. */
const noteKey = (name: string): string => `contexts/jobs/${createHash('sha256').update(name).digest('hex')}.json`;

/** The key of the newest archive that was noted under one of these names, the first that has one. */
export async function readNote(
  s3: S3Client,
  bucket: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const texts = await Promise.all(names.map((name) => readText(s3, bucket, noteKey(name), signal)));
  for (const text of texts) {
    const read = text === undefined ? undefined : parseJson(text);
    const hash = typeof read === 'object' && read !== null && 'context' in read ? read.context : undefined;
    if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return contextKey(hash);
  }
  return undefined;
}

/** Notes an archive as the newest one under these names; where that fails, the next one may be sent whole. */
export async function writeNote(
  s3: S3Client,
  bucket: string,
  names: readonly string[],
  hash: string,
  signal: AbortSignal,
): Promise<void> {
  const text = JSON.stringify({ context: hash });
  await orNothing(Promise.all(names.map((name) => writeText(s3, bucket, noteKey(name), text, signal))), signal);
}

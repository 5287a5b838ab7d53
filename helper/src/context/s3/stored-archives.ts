import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { crc32Header } from '../pack/crc32.ts';
import { type ArchiveIdentity, type ArchiveIndex, formatIndex, parseIndex } from './archive-index.ts';
import type { Signer } from './index-signature.ts';
import { lifetimeOf, readObject, undefinedOnFailure, writeObject } from './small-objects.ts';
import type { CopySource } from './upload-parts.ts';

/** An archive that S3 has, whole. */
export interface StoredArchive {
  source: CopySource;
  /** Bytes. */
  size: number;
  /** Undefined for one that travelled in one piece. */
  index: ArchiveIndex | undefined;
  /** When it may be gone, in milliseconds since the epoch. */
  expiresAt: number;
}

/** An index of fifty thousand segments is smaller. */
const MOST_BYTES = 8 * 1024 * 1024;

export const archiveKey = (hash: string): string => `contexts/${hash}.tar.gz`;
const indexKey = (context: string): string => context.replace(/\.tar\.gz$/, '.json');
/** Some write ETags with quotes in one answer and without in another. */
const identityOf = (key: string, etag: string): ArchiveIdentity => ({
  hash: key.slice('contexts/'.length, -'.tar.gz'.length),
  etag: etag.replaceAll('"', ''),
});

/** What an archive that is sent in one piece says of itself. */
export const archiveMetadata = (size: number, crc: number): Record<string, string> => ({
  'context-size': String(size),
  'context-crc32': crc32Header(crc),
});

/**
 * What an archive says of itself before its segments are known: the key that its index is signed with. Whoever can write an
 * index, and not the archive, cannot make one that counts.
 */
export const signerMetadata = ({ publicKey }: Signer): Record<string, string> => ({ [SIGNER]: publicKey });
const SIGNER = 'context-index-key';

/**
 * Looks for an archive that was sent before, and whether it is whole: size and checksum are what they were.
 * @returns undefined where there is none that can be trusted, or none that we may see
 * @throws the signal's reason
 */
export async function findStoredArchive(
  s3: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<StoredArchive | undefined> {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  const [found, kept] = await Promise.all([
    undefinedOnFailure(s3.send(head, { abortSignal: signal }), signal),
    readObject(s3, { bucket, key: indexKey(key) }, MOST_BYTES, signal),
  ]);
  if (!found?.ETag || found.ContentLength === undefined) return undefined;
  const size = found.ContentLength;
  const signer = found.Metadata?.[SIGNER];
  const archive = identityOf(key, found.ETag);
  const index = kept && signer !== undefined ? parseIndex(kept.bytes.toString(), archive, signer) : undefined;
  const said = found.Metadata?.['context-size'];
  const [expectedSize, expectedCrc] = index
    ? [index.size, crc32Header(index.crc)]
    : [said === undefined ? undefined : Number(said), found.Metadata?.['context-crc32']];
  if (size !== expectedSize) return undefined;
  if (found.ChecksumCRC32 !== undefined && found.ChecksumType !== 'COMPOSITE') {
    if (found.ChecksumCRC32 !== expectedCrc) return undefined;
  }
  return { source: { key, etag: found.ETag }, size, index, expiresAt: lifetimeOf(found).expiresAt };
}

/** Keeps the index of an archive beside it; where that fails, the archive is sent again the next time. */
export function writeArchiveIndex(
  s3: S3Client,
  bucket: string,
  { key, etag }: CopySource,
  index: ArchiveIndex,
  signer: Signer,
  signal: AbortSignal,
): Promise<void> {
  const text = formatIndex(identityOf(key, etag), index, signer);
  return undefinedOnFailure(writeObject(s3, { bucket, key: indexKey(key) }, text, signal), signal);
}

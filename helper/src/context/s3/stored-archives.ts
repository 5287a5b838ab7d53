import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { crc32Header } from '../pack/crc32.ts';
import { type ArchiveIdentity, type ArchiveIndex, formatIndex, parseIndex } from './archive-index.ts';
import type { Signer } from './index-signature.ts';
import { lifetimeOf, readObject, undefinedOnFailure, writeObject } from './small-objects.ts';
import type { SourceObject } from './upload-parts.ts';

/** A complete archive on S3. */
export interface StoredArchive {
  source: SourceObject;
  /** Size in bytes. */
  size: number;
  /** Undefined for an archive that was sent in one request. */
  index: ArchiveIndex | undefined;
  /** When it may expire, in milliseconds since the epoch. */
  expiresAt: number;
}

/** Larger indices are not read: fifty thousand segments need less. */
const MOST_INDEX_BYTES = 8 * 1024 * 1024;

export const archiveKey = (hash: string): string => `contexts/${hash}.tar.gz`;
const indexKey = (archive: string): string => archive.replace(/\.tar\.gz$/, '.json');
/** Some stand-ins for S3 write ETags with quotes in one answer and without in another. */
const identityOf = (key: string, etag: string): ArchiveIdentity => ({
  hash: key.slice('contexts/'.length, -'.tar.gz'.length),
  etag: etag.replaceAll('"', ''),
});

/** Metadata of an archive that is sent in one request. */
export const archiveMetadata = (size: number, crc: number): Record<string, string> => ({
  'context-size': String(size),
  'context-crc32': crc32Header(crc),
});

/**
 * Metadata of an archive that is sent before its segments are known: the public key that checks its index. Somebody who can
 * write the index but not the archive cannot make a valid index.
 */
export const signerMetadata = ({ publicKey }: Signer): Record<string, string> => ({ [SIGNER]: publicKey });
const SIGNER = 'context-index-key';

/**
 * Looks for an archive that was sent before, and checks its size and checksum.
 * @returns undefined if there is none that can be trusted, or if we may not read it
 * @throws the signal's reason
 */
export async function findStoredArchive(
  s3: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<StoredArchive | undefined> {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  const [found, storedIndex] = await Promise.all([
    undefinedOnFailure(s3.send(head, { abortSignal: signal }), signal),
    readObject(s3, { bucket, key: indexKey(key) }, MOST_INDEX_BYTES, signal),
  ]);
  if (!found?.ETag || found.ContentLength === undefined) return undefined;
  const size = found.ContentLength;
  const signer = found.Metadata?.[SIGNER];
  const archive = identityOf(key, found.ETag);
  const index =
    storedIndex && signer !== undefined ? parseIndex(storedIndex.bytes.toString(), archive, signer) : undefined;
  const sentSize = found.Metadata?.['context-size'];
  const [expectedSize, expectedCrc] = index
    ? [index.size, crc32Header(index.crc)]
    : [sentSize === undefined ? undefined : Number(sentSize), found.Metadata?.['context-crc32']];
  if (size !== expectedSize) return undefined;
  if (found.ChecksumCRC32 !== undefined && found.ChecksumType !== 'COMPOSITE') {
    if (found.ChecksumCRC32 !== expectedCrc) return undefined;
  }
  return { source: { key, etag: found.ETag }, size, index, expiresAt: lifetimeOf(found).expiresAt };
}

/** An archive that was just sent. */
interface IndexedArchive {
  bucket: string;
  source: SourceObject;
  index: ArchiveIndex;
  signer: Signer;
}

/** Writes the index of an archive beside it. If this fails, the next context is sent whole. */
export function writeArchiveIndex(
  s3: S3Client,
  { bucket, source: { key, etag }, index, signer }: IndexedArchive,
  signal: AbortSignal,
): Promise<void> {
  const text = formatIndex(identityOf(key, etag), index, signer);
  return undefinedOnFailure(writeObject(s3, { bucket, key: indexKey(key) }, text, signal), signal);
}

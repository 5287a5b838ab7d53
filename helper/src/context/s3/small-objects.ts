import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Names an object on S3. */
interface ObjectAddress {
  bucket: string;
  key: string;
}

/** When an object was written, and when it may expire, in milliseconds since the epoch. */
export interface ObjectLifetime {
  writtenAt: number;
  expiresAt: number;
}

/** A small object, or the beginning of an object. */
interface SmallObject extends ObjectLifetime {
  bytes: Buffer;
  etag: string;
}

/** If S3 tells no expiry date, a lifecycle rule may still exist, but none removes anything within a day. */
const LEAST_LIFETIME_MS = 24 * 3_600_000;

/** Reads an object's lifetime from S3's answer. */
export function lifetimeOf({
  LastModified,
  Expiration = '',
}: {
  LastModified?: Date | undefined;
  Expiration?: string | undefined;
}): ObjectLifetime {
  const writtenAt = LastModified?.getTime() ?? 0;
  const expires = Date.parse(/expiry-date="([^"]+)"/.exec(Expiration)?.[1] ?? '');
  return { writtenAt, expiresAt: Number.isNaN(expires) ? writtenAt + LEAST_LIFETIME_MS : expires };
}

/**
 * Reads the first bytes of an object.
 * @param most number of bytes
 * @returns undefined if there is no such object, or if we may not read it
 * @throws the signal's reason
 */
export async function readObject(
  s3: S3Client,
  { bucket, key }: ObjectAddress,
  most: number,
  signal: AbortSignal,
): Promise<SmallObject | undefined> {
  const get = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${most - 1}` });
  const read = async (): Promise<SmallObject | undefined> => {
    const found = await s3.send(get, { abortSignal: signal });
    if (!found.Body || !found.ETag || (found.ContentLength ?? 0) > most) return undefined;
    return { bytes: Buffer.from(await found.Body.transformToByteArray()), etag: found.ETag, ...lifetimeOf(found) };
  };
  return undefinedOnFailure(read(), signal);
}

/**
 * Writes a small object.
 * @param replaces ETag of the object that may be replaced; `*`: only if there is no object. Undefined: in any case
 */
export async function writeObject(
  s3: S3Client,
  { bucket, key }: ObjectAddress,
  body: Buffer | string,
  signal: AbortSignal,
  replaces?: string,
): Promise<void> {
  const condition = replaces === undefined ? {} : replaces === '*' ? { IfNoneMatch: '*' } : { IfMatch: replaces };
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type, ...condition });
  await s3.send(put, { abortSignal: signal });
}

/**
 * Waits for an answer; undefined if it fails. An object that is missing or may not be read only costs time, because the context
 * is sent again; if S3 refuses everything, sending reports it. (S3 answers 403 for a missing object to those who may not list.)
 * @throws the signal's reason
 */
export async function undefinedOnFailure<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await answer;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

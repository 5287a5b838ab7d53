import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** An object on S3. */
export interface ObjectAddress {
  bucket: string;
  key: string;
}

/** When an object was written, and when it may be gone, in milliseconds since the epoch. */
export interface ObjectLifetime {
  writtenAt: number;
  expiresAt: number;
}

/** A small object, or its beginning. */
export interface SmallObject extends ObjectLifetime {
  bytes: Buffer;
  etag: string;
}

/** A lifecycle rule that S3 does not tell of takes nothing in less than a day. */
const LEAST_LIFE_MS = 24 * 3_600_000;

/** What S3 says of an object's life. */
export function lifetimeOf({
  LastModified,
  Expiration = '',
}: {
  LastModified?: Date | undefined;
  Expiration?: string | undefined;
}): ObjectLifetime {
  const since = LastModified?.getTime() ?? 0;
  const expires = Date.parse(/expiry-date="([^"]+)"/.exec(Expiration)?.[1] ?? '');
  return { writtenAt: since, expiresAt: Number.isNaN(expires) ? since + LEAST_LIFE_MS : expires };
}

/**
 * Reads an object's first bytes.
 * @param most so many of them
 * @returns undefined where there is none, or none that we may read
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
 * @param over what must be there, by its ETag; `*` for nothing. Undefined: whatever is there
 */
export async function writeObject(
  s3: S3Client,
  { bucket, key }: ObjectAddress,
  body: Buffer | string,
  signal: AbortSignal,
  over?: string,
): Promise<void> {
  const condition = over === undefined ? {} : over === '*' ? { IfNoneMatch: '*' } : { IfMatch: over };
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type, ...condition });
  await s3.send(put, { abortSignal: signal });
}

/**
 * What is not there, may not be seen (403, also of what is not there, to whoever may not list) or cannot be told costs
 * time only: it is sent again, and where S3 refuses everything it says so then.
 */
export async function undefinedOnFailure<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await answer;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

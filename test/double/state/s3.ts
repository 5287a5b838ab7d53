import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { hexId } from './ids.ts';
import type { Place } from './place.ts';

export interface S3Object {
  body: Buffer;
  etag: string;
  /** Headers kept with it: content-type, x-amz-meta-*. */
  headers: Readonly<Record<string, string>>;
  /** The checksum headers, which are told only to a client that asks for them. */
  checksum: Readonly<Record<string, string>>;
  modifiedAt: number;
}

/** What an object has beside its body. */
export type ObjectFields = Partial<Pick<S3Object, 'headers' | 'etag' | 'checksum'>>;

/** A multipart upload under way. */
export interface Upload {
  id: string;
  bucket: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  /** Whether the checksum is that of the whole object, or that of the parts' checksums. */
  checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  parts: Map<number, { body: Buffer; etag: string }>;
  startedAt: number;
  /** Who began the upload, as S3 lists it. */
  initiator: string;
}

/** S3: buckets with objects, and uploads that have begun. */
export class S3 {
  readonly #buckets = new Map<string, Map<string, S3Object>>();
  readonly regions = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
  /** The least size in bytes of a part that is not the last one. A test with many small parts may lower it. */
  leastPart = 5 * 1024 * 1024;
  /** True if a missing object is a 404. For a caller who may not list the bucket it is a 403. */
  mayList = true;
  /** False if the checksum is always that of the parts' checksums, as in some stand-ins for S3. */
  wholeChecksums = true;
  /** After how many days a lifecycle rule deletes an object, at the midnight (UTC) that follows. Undefined if there is no rule. */
  expirationDays: number | undefined;
  #begun = 0;

  constructor(private readonly place: Place) {}

  /** Makes a bucket, in the double's region unless another is given. */
  createBucket(name: string, region = this.place.region): void {
    this.regions.set(name, region);
    if (!this.#buckets.has(name)) this.#buckets.set(name, new Map());
  }

  deleteBucket(name: string): void {
    this.#buckets.delete(name);
    this.regions.delete(name);
  }

  /** A bucket's objects by key. Throws NoSuchBucket. */
  bucket(name: string): Map<string, S3Object> {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  /** An object, or undefined. */
  object(bucket: string, key: string): S3Object | undefined {
    return this.bucket(bucket).get(key);
  }

  /** Writes an object. Its ETag is the MD5 of its body unless another is given. */
  put(bucket: string, key: string, body: Buffer, more: ObjectFields = {}): S3Object {
    const { headers = {}, etag = md5(body), checksum = {} } = more;
    const object = { body, etag, headers, checksum, modifiedAt: this.place.clock.now() };
    this.bucket(bucket).set(key, object);
    return object;
  }

  /** An object that must be there. Throws NoSuchKey, or AccessDenied if the caller may not list. */
  existing(bucket: string, key: string): S3Object {
    const found = this.object(bucket, key);
    if (found) return found;
    if (!this.mayList) throw new AwsError('AccessDenied', 'Access Denied', 403);
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }

  /** The headers that GET and HEAD answer for an object. */
  describe(object: S3Object, withChecksum: boolean): Record<string, string> {
    const { headers, checksum, etag, modifiedAt } = object;
    const told = withChecksum ? checksum : {};
    const modified = new Date(modifiedAt).toUTCString();
    return { ...headers, ...told, ...this.#expiration(object), etag: `"${etag}"`, 'last-modified': modified };
  }

  #expiration({ modifiedAt }: S3Object): Record<string, string> {
    if (this.expirationDays === undefined) return {};
    const day = 24 * 3_600_000;
    const at = Math.ceil((modifiedAt + this.expirationDays * day) / day) * day;
    return { 'x-amz-expiration': `expiry-date="${new Date(at).toUTCString()}", rule-id="expire"` };
  }

  begin(
    bucket: string,
    key: string,
    headers: Readonly<Record<string, string>>,
    checksumType: Upload['checksumType'] = 'COMPOSITE',
  ): Upload {
    this.bucket(bucket);
    const id = hexId('upload', this.#begun++, bucket, key);
    const upload = {
      id,
      bucket,
      key,
      headers,
      checksumType,
      parts: new Map(),
      startedAt: this.place.clock.now(),
      initiator: 'ci',
    };
    this.uploads.set(id, upload);
    return upload;
  }

  /** The upload under way. Throws NoSuchUpload. */
  upload(id: string, bucket: string, key: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }
}

/** The MD5 of some bytes: an object's or part's ETag, without its quotes. */
export const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { hexId } from './ids.ts';
import type { Place } from './state.ts';

export interface S3Object {
  body: Buffer;
  etag: string;
  /** Headers kept with it: content-type, x-amz-meta-*, x-amz-checksum-*. */
  headers: Readonly<Record<string, string>>;
  modifiedAt: number;
}

/** A multipart upload under way. */
export interface Upload {
  id: string;
  bucket: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  parts: Map<number, { body: Buffer; etag: string }>;
  startedAt: number;
}

/** S3: buckets of objects, and uploads that were begun. */
export class S3 {
  readonly #buckets = new Map<string, Map<string, S3Object>>();
  readonly regions = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
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

  put(
    bucket: string,
    key: string,
    body: Buffer,
    headers: Readonly<Record<string, string>> = {},
    etag = md5(body),
  ): S3Object {
    const object = { body, etag, headers, modifiedAt: this.place.clock.now() };
    this.bucket(bucket).set(key, object);
    return object;
  }

  begin(bucket: string, key: string, headers: Readonly<Record<string, string>>): Upload {
    this.bucket(bucket);
    const id = hexId('upload', this.#begun++, bucket, key);
    const upload = { id, bucket, key, headers, parts: new Map(), startedAt: this.place.clock.now() };
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

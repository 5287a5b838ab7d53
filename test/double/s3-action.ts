import { AwsError } from './errors.ts';
import type { State } from './state/state.ts';

/** A request to S3, path style, its body decoded and its checksums verified. */
export interface S3Request {
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface S3Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** One action of S3. `matches` tells which requests are for it. */
export interface S3Action {
  name: string;
  method: string;
  /** True if the checksum headers of its requests describe the object, and not the body. */
  describesObject?: boolean;
  matches(request: Pick<S3Request, 'key' | 'query' | 'headers'>): boolean;
  run(request: S3Request, state: State): S3Answer;
}

const KEPT = /^(content-type|content-encoding|cache-control|x-amz-meta-.*)$/;

/** The headers that S3 keeps with an object. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name)));
}

const CHECKSUM = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;

/** The checksums that a request gave for its body. */
export function givenChecksum(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(headers).filter(([name]) => CHECKSUM.test(name));
  return given.length === 0 ? {} : { ...Object.fromEntries(given), 'x-amz-checksum-type': 'FULL_OBJECT' };
}

/** The part number of a request. Throws InvalidArgument. */
export function partNumber(query: URLSearchParams): number {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
}

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

/** One action of S3; `matches` says which requests are its own. */
export interface S3Action {
  name: string;
  method: string;
  matches(request: Pick<S3Request, 'key' | 'query' | 'headers'>): boolean;
  run(request: S3Request, state: State): S3Answer;
}

const KEPT = /^(content-type|content-encoding|cache-control|x-amz-meta-.*|x-amz-checksum-.*)$/;

/** The headers that S3 keeps with an object. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name)));
}

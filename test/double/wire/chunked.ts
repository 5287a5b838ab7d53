import { AwsError } from '../errors.ts';

/** A body and the trailing headers that came behind it. */
export interface Decoded {
  body: Buffer;
  trailers: Record<string, string>;
}

/**
 * Decodes `aws-chunked`: hexadecimal sizes, each with its bytes, a chunk of size 0, then trailers
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html). Throws IncompleteBody.
 */
export function decodeChunked(raw: Buffer): Decoded {
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = raw.indexOf('\r\n', at);
    if (end < 0) throw incomplete();
    const text = raw.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line(), 16);
    if (Number.isNaN(size)) throw incomplete();
    if (size === 0) break;
    if (at + size + 2 > raw.length) throw incomplete();
    chunks.push(raw.subarray(at, at + size));
    at += size + 2;
  }
  const trailers: Record<string, string> = {};
  while (at < raw.length) {
    const [name, value] = line().split(/:(.*)/s);
    if (name) trailers[name.toLowerCase()] = (value ?? '').trim();
  }
  return { body: Buffer.concat(chunks), trailers };
}

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly');

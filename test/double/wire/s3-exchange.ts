import { S3_ACTIONS } from '../actions/s3/index.ts';
import { AwsError } from '../errors.ts';
import type { S3Request } from '../s3-action.ts';
import { verifyChecksums } from './checksum.ts';
import { decodeChunked } from './chunked.ts';
import type { Answer, Exchange, Incoming } from './exchange.ts';
import { toXml } from './xml.ts';

/** S3's REST API, path style: /bucket/key. */
export function s3Exchange(incoming: Incoming): Exchange {
  const { method, url, headers } = incoming;
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(url.pathname)) ?? [];
  const query = url.searchParams;
  const found = S3_ACTIONS.find((one) => one.method === method && one.matches({ key, query, headers }));
  return {
    service: 's3',
    action: found?.name ?? method,
    input: { Bucket: bucket, Key: key, ...Object.fromEntries(query), bytes: incoming.body.length },
    run(state) {
      if (!found) throw new AwsError('NotImplemented', `The double does not play ${method} ${url.pathname}`, 501);
      const request: S3Request = {
        bucket,
        key,
        query,
        headers,
        body: found.describesObject ? incoming.body : decode(incoming),
      };
      const { status = 200, headers: extra = {}, body = '' } = found.run(request, state);
      const type = typeof body === 'string' && body !== '' ? { 'content-type': 'application/xml' } : {};
      return { status, headers: { ...type, ...extra }, body: Buffer.from(body) };
    },
    refuse({ code, message, status }): Answer {
      const body = toXml({ Error: { Code: code, Message: message, RequestId: '4442587FB7D0A2F9' } }, '');
      return {
        status,
        headers: { 'content-type': 'application/xml' },
        body: Buffer.from(method === 'HEAD' ? '' : body),
      };
    },
  };
}

/** The decoded bytes of a body, checked by the checksum in its header or trailer. */
function decode({ headers, body }: Incoming): Buffer {
  if (!headers['x-amz-content-sha256']?.startsWith('STREAMING-')) {
    verifyChecksums(body, headers);
    return body;
  }
  const decoded = decodeChunked(body);
  const announced = headers['x-amz-trailer'];
  if (announced !== undefined && decoded.trailers[announced] === undefined) {
    throw new AwsError('MalformedTrailerError', 'The request contained trailing data that was not well-formed');
  }
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== decoded.body.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length header',
    );
  }
  verifyChecksums(decoded.body, decoded.trailers);
  return decoded.body;
}

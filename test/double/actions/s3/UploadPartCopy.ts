import { AwsError } from '../../errors.ts';
import { partNumber, type S3Action } from '../../s3-action.ts';
import { md5 } from '../../state/s3.ts';
import { crc32Header } from '../../wire/checksum.ts';
import { toXml } from '../../wire/xml.ts';

/** Copies a part from an object that is there already: the whole object, or a range of it. */
export const UploadPartCopy: S3Action = {
  name: 'UploadPartCopy',
  method: 'PUT',
  matches: ({ query, headers }) => query.has('uploadId') && headers['x-amz-copy-source'] !== undefined,
  run({ bucket, key, query, headers }, { s3, place }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const [, from = '', name = ''] =
      /^\/?([^/]+)\/(.*)$/.exec(decodeURIComponent(headers['x-amz-copy-source'] ?? '')) ?? [];
    const source = s3.existing(from, name);
    const wanted = headers['x-amz-copy-source-if-match'];
    if (wanted !== undefined && wanted.replaceAll('"', '') !== source.etag) {
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    }
    const body = rangeOf(source.body, headers['x-amz-copy-source-range'], s3.leastPart);
    const etag = md5(body);
    upload.parts.set(partNumber(query), { body, etag });
    const LastModified = new Date(place.clock.now());
    return {
      body: toXml({ CopyPartResult: { ETag: `"${etag}"`, LastModified, ChecksumCRC32: crc32Header(body) } }, ''),
    };
  },
};

/** A range must lie within its source. Only a source that is larger than 5 MiB may be copied by ranges. */
function rangeOf(source: Buffer, header: string | undefined, least: number): Buffer {
  if (header === undefined) return source;
  const [from = Number.NaN, to = Number.NaN] = /^bytes=(\d+)-(\d+)$/.exec(header)?.slice(1).map(Number) ?? [];
  if (!(from <= to && to < source.length)) {
    throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${source.length}`);
  }
  if (source.length <= least) {
    throw new AwsError('InvalidRequest', 'The specified copy source is too small for a copy of a byte range');
  }
  return source.subarray(from, to + 1);
}

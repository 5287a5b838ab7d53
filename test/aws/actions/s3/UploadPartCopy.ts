import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3.ts';
import { md5 } from '../../state/s3.ts';
import { toXml } from '../../wire/xml.ts';

/** A part taken from an object that is there already, whole or a range of it. */
export const UploadPartCopy: S3Action = {
  name: 'UploadPartCopy',
  method: 'PUT',
  matches: ({ query, headers }) => query.has('uploadId') && headers['x-amz-copy-source'] !== undefined,
  run({ bucket, key, query, headers }, { s3, place }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const [, from = '', name = ''] =
      /^\/?([^/]+)\/(.*)$/.exec(decodeURIComponent(headers['x-amz-copy-source'] ?? '')) ?? [];
    const source = s3.object(from, name);
    if (!source) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers['x-amz-copy-source-range'] ?? '');
    const body = range ? source.body.subarray(Number(range[1]), Number(range[2]) + 1) : source.body;
    const etag = md5(body);
    upload.parts.set(Number(query.get('partNumber')), { body, etag });
    const modified = new Date(place.clock.now());
    return { body: toXml({ CopyPartResult: { ETag: `"${etag}"`, LastModified: modified } }, '') };
  },
};

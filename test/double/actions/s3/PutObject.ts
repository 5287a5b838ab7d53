import { AwsError } from '../../errors.ts';
import { givenChecksum, keptHeaders, type S3Action } from '../../s3-action.ts';

/** With `If-None-Match: *` nothing is overwritten. With `If-Match` only the object with that ETag is. */
export const PutObject: S3Action = {
  name: 'PutObject',
  method: 'PUT',
  matches: ({ key, query, headers }) => key !== '' && !query.has('uploadId') && !headers['x-amz-copy-source'],
  run({ bucket, key, headers, body }, { s3 }) {
    const there = s3.object(bucket, key);
    const wanted = headers['if-match']?.replaceAll('"', '');
    if (wanted !== undefined && !there) s3.existing(bucket, key);
    if ((headers['if-none-match'] === '*' && there) || (wanted !== undefined && there?.etag !== wanted)) {
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    }
    const { etag } = s3.put(bucket, key, body, { headers: keptHeaders(headers), checksum: givenChecksum(headers) });
    return { headers: { etag: `"${etag}"` } };
  },
};

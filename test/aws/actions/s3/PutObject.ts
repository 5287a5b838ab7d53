import { AwsError } from '../../errors.ts';
import { givenChecksum, keptHeaders, type S3Action } from '../../s3.ts';

/** With `If-None-Match: *` nothing is overwritten. */
export const PutObject: S3Action = {
  name: 'PutObject',
  method: 'PUT',
  matches: ({ key, query, headers }) => key !== '' && !query.has('uploadId') && !headers['x-amz-copy-source'],
  run({ bucket, key, headers, body }, { s3 }) {
    if (headers['if-none-match'] === '*' && s3.object(bucket, key)) {
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
    }
    const { etag } = s3.put(bucket, key, body, keptHeaders(headers), undefined, givenChecksum(headers));
    return { headers: { etag: `"${etag}"` } };
  },
};

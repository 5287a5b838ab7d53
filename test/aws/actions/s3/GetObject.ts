import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3.ts';

export const GetObject: S3Action = {
  name: 'GetObject',
  method: 'GET',
  matches: ({ key, query }) => key !== '' && !query.has('uploadId'),
  run({ bucket, key }, { s3 }) {
    const found = s3.object(bucket, key);
    if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const modified = new Date(found.modifiedAt).toUTCString();
    return { headers: { ...found.headers, etag: `"${found.etag}"`, 'last-modified': modified }, body: found.body };
  },
};

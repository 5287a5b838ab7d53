import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3.ts';

/** HEAD has no body: a missing key is a bare 404, named NotFound by the SDK. */
export const HeadObject: S3Action = {
  name: 'HeadObject',
  method: 'HEAD',
  matches: ({ key }) => key !== '',
  run({ bucket, key }, { s3 }) {
    const found = s3.object(bucket, key);
    if (!found) throw new AwsError('NotFound', 'Not Found', 404);
    const headers = { ...found.headers, etag: `"${found.etag}"`, 'content-length': String(found.body.length) };
    return { headers: { ...headers, 'last-modified': new Date(found.modifiedAt).toUTCString() } };
  },
};

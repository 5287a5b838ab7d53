import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3-action.ts';

/** HEAD has no body. So a missing key is a bare 404, and the SDK names it NotFound. */
export const HeadObject: S3Action = {
  name: 'HeadObject',
  method: 'HEAD',
  matches: ({ key }) => key !== '',
  run({ bucket, key, headers }, { s3 }) {
    const found = s3.object(bucket, key);
    if (!found && s3.mayList) throw new AwsError('NotFound', 'Not Found', 404);
    if (!found) throw new AwsError('Forbidden', 'Forbidden', 403);
    const described = s3.describe(found, headers['x-amz-checksum-mode'] === 'ENABLED');
    return { headers: { ...described, 'content-length': String(found.body.length) } };
  },
};

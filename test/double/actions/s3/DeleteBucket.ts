import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3-action.ts';

export const DeleteBucket: S3Action = {
  name: 'DeleteBucket',
  method: 'DELETE',
  matches: ({ key }) => key === '',
  run({ bucket }, { s3 }) {
    if (s3.bucket(bucket).size > 0) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    }
    s3.deleteBucket(bucket);
    return { status: 204 };
  },
};

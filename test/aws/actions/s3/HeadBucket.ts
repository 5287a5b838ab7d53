import type { S3Action } from '../../s3.ts';

export const HeadBucket: S3Action = {
  name: 'HeadBucket',
  method: 'HEAD',
  matches: ({ key }) => key === '',
  run({ bucket }, { s3, place }) {
    s3.bucket(bucket);
    return { headers: { 'x-amz-bucket-region': place.region } };
  },
};

import type { S3Action } from '../../s3-action.ts';

export const HeadBucket: S3Action = {
  name: 'HeadBucket',
  method: 'HEAD',
  matches: ({ key }) => key === '',
  run({ bucket }, { s3, place }) {
    s3.bucket(bucket);
    const region = s3.regions.get(bucket) ?? place.region;
    const headers = { 'x-amz-bucket-region': region };
    // The bucket is in another region, so the client is sent there.
    return region === place.region ? { headers } : { status: 301, headers };
  },
};

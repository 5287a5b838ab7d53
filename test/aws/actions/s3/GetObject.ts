import type { S3Action } from '../../s3.ts';

export const GetObject: S3Action = {
  name: 'GetObject',
  method: 'GET',
  matches: ({ key, query }) => key !== '' && !query.has('uploadId'),
  run({ bucket, key, headers }, { s3 }) {
    const found = s3.existing(bucket, key);
    return { headers: s3.describe(found, headers['x-amz-checksum-mode'] === 'ENABLED'), body: found.body };
  },
};

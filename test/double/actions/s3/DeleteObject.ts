import type { S3Action } from '../../s3-action.ts';

/** To delete something that is not there is no error. */
export const DeleteObject: S3Action = {
  name: 'DeleteObject',
  method: 'DELETE',
  matches: ({ key, query }) => key !== '' && !query.has('uploadId'),
  run({ bucket, key }, { s3 }) {
    s3.bucket(bucket).delete(key);
    return { status: 204 };
  },
};

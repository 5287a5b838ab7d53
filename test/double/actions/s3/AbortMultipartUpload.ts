import type { S3Action } from '../../s3-action.ts';

export const AbortMultipartUpload: S3Action = {
  name: 'AbortMultipartUpload',
  method: 'DELETE',
  matches: ({ query }) => query.has('uploadId'),
  run({ bucket, key, query }, { s3 }) {
    s3.uploads.delete(s3.upload(query.get('uploadId') ?? '', bucket, key).id);
    return { status: 204 };
  },
};

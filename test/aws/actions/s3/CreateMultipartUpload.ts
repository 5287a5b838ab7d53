import { keptHeaders, type S3Action } from '../../s3.ts';
import { toXml } from '../../wire/xml.ts';

export const CreateMultipartUpload: S3Action = {
  name: 'CreateMultipartUpload',
  method: 'POST',
  matches: ({ key, query }) => key !== '' && query.has('uploads'),
  run({ bucket, key, headers }, { s3 }) {
    const { id } = s3.begin(bucket, key, keptHeaders(headers));
    return { body: toXml({ InitiateMultipartUploadResult: { Bucket: bucket, Key: key, UploadId: id } }, '') };
  },
};

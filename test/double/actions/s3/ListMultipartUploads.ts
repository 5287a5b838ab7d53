import type { S3Action } from '../../s3-action.ts';
import { toXml } from '../../wire/xml.ts';

/** S3 tells these times in whole seconds. */
const seconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

export const ListMultipartUploads: S3Action = {
  name: 'ListMultipartUploads',
  method: 'GET',
  matches: ({ key, query }) => key === '' && query.has('uploads'),
  run({ bucket, query }, { s3 }) {
    s3.bucket(bucket);
    const prefix = query.get('prefix') ?? '';
    const Upload = [...s3.uploads.values()]
      .filter((one) => one.bucket === bucket && one.key.startsWith(prefix))
      .map((one) => ({
        Key: one.key,
        UploadId: one.id,
        Initiator: { ID: one.initiator },
        Initiated: seconds(one.startedAt),
      }));
    return { body: toXml({ ListMultipartUploadsResult: { Bucket: bucket, IsTruncated: false, Upload } }, '') };
  },
};

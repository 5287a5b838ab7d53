import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3.ts';
import { md5 } from '../../state/s3.ts';

export const UploadPart: S3Action = {
  name: 'UploadPart',
  method: 'PUT',
  matches: ({ key, query, headers }) => key !== '' && query.has('uploadId') && !headers['x-amz-copy-source'],
  run({ bucket, key, query, body }, { s3 }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const number = Number(query.get('partNumber'));
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    }
    const etag = md5(body);
    upload.parts.set(number, { body, etag });
    return { headers: { etag: `"${etag}"` } };
  },
};

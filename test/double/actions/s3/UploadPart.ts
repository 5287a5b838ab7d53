import { partNumber, type S3Action } from '../../s3-action.ts';
import { md5 } from '../../state/s3.ts';
import { crc32Header } from '../../wire/checksum.ts';

export const UploadPart: S3Action = {
  name: 'UploadPart',
  method: 'PUT',
  matches: ({ key, query, headers }) => key !== '' && query.has('uploadId') && !headers['x-amz-copy-source'],
  run({ bucket, key, query, body }, { s3 }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const etag = md5(body);
    upload.parts.set(partNumber(query), { body, etag });
    return { headers: { etag: `"${etag}"`, 'x-amz-checksum-crc32': crc32Header(body) } };
  },
};

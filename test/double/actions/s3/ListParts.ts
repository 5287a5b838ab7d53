import type { S3Action } from '../../s3-action.ts';
import { toXml } from '../../wire/xml.ts';

export const ListParts: S3Action = {
  name: 'ListParts',
  method: 'GET',
  matches: ({ key, query }) => key !== '' && query.has('uploadId'),
  run({ bucket, key, query }, { s3 }) {
    const { id, parts } = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const Part = [...parts]
      .sort(([a], [b]) => a - b)
      .map(([PartNumber, { body, etag }]) => ({ PartNumber, ETag: `"${etag}"`, Size: body.length }));
    return {
      body: toXml({ ListPartsResult: { Bucket: bucket, Key: key, UploadId: id, IsTruncated: false, Part } }, ''),
    };
  },
};

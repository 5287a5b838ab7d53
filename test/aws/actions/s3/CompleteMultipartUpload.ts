import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3.ts';
import { md5 } from '../../state/s3.ts';
import { toXml } from '../../wire/xml.ts';

/** All parts but the last have at least so many bytes. */
const LEAST = 5 * 1024 * 1024;

/** Puts the parts together that the request lists: each by number and ETag, in ascending order. */
export const CompleteMultipartUpload: S3Action = {
  name: 'CompleteMultipartUpload',
  method: 'POST',
  matches: ({ query }) => query.has('uploadId'),
  run({ bucket, key, query, body }, { s3 }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const listed = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(?:&quot;|")?([0-9a-f]+)/.exec(part)?.[1],
    }));
    if (listed.length === 0) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed');
    if (listed.some((part, i) => part.number <= (listed[i - 1]?.number ?? 0))) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const parts = listed.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      if (part && part.etag === etag) return part;
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
    });
    if (parts.slice(0, -1).some((part) => part.body.length < LEAST)) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    const etag = `${md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex'))))}-${parts.length}`;
    s3.put(bucket, key, Buffer.concat(parts.map((part) => part.body)), upload.headers, etag);
    s3.uploads.delete(upload.id);
    return { body: toXml({ CompleteMultipartUploadResult: { Bucket: bucket, Key: key, ETag: `"${etag}"` } }, '') };
  },
};

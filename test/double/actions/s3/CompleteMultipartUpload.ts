import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3-action.ts';
import { md5 } from '../../state/s3.ts';
import { crc32Bytes, crc32Header } from '../../wire/checksum.ts';
import { toXml } from '../../wire/xml.ts';

/**
 * Puts the parts together that the request lists: each by number and ETag, in ascending order, all but the last large
 * enough. What the request says of the whole (size, checksum) is compared.
 */
export const CompleteMultipartUpload: S3Action = {
  name: 'CompleteMultipartUpload',
  method: 'POST',
  describesObject: true,
  matches: ({ query }) => query.has('uploadId'),
  run({ bucket, key, query, headers, body }, { s3 }) {
    const upload = s3.upload(query.get('uploadId') ?? '', bucket, key);
    const listed = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(?:&quot;|")?([0-9a-f]+)/.exec(part)?.[1],
      crc32: /<ChecksumCRC32>([^<]+)</.exec(part)?.[1],
    }));
    if (listed.length === 0) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed');
    if (listed.some((part, i) => part.number <= (listed[i - 1]?.number ?? 0))) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const parts = listed.map(({ number, etag, crc32 }) => {
      const part = upload.parts.get(number);
      const isRight = crc32 === undefined || (part && crc32Header(part.body) === crc32);
      if (part && part.etag === etag && isRight) return part;
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
    });
    if (parts.slice(0, -1).some((part) => part.body.length < s3.leastPart)) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    const etag = `${md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex'))))}-${parts.length}`;
    const whole = Buffer.concat(parts.map((part) => part.body));
    const size = headers['x-amz-mp-object-size'];
    if (size !== undefined && Number(size) !== whole.length) {
      throw new AwsError('InvalidRequest', 'The provided object size does not match the size of the parts');
    }
    const type = headers['x-amz-checksum-type'] ?? upload.checksumType;
    if (type !== upload.checksumType) {
      throw new AwsError('InvalidRequest', `The upload was created with the checksum type ${upload.checksumType}.`);
    }
    const said = headers['x-amz-checksum-crc32'];
    const isWhole = type === 'FULL_OBJECT';
    const crc32 = crc32Header(isWhole ? whole : Buffer.concat(parts.map((part) => crc32Bytes(part.body))));
    const checksum = isWhole ? crc32 : `${crc32}-${parts.length}`;
    if (said !== undefined && said !== checksum) {
      throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
    }
    const checksums = { 'x-amz-checksum-crc32': checksum, 'x-amz-checksum-type': type };
    s3.put(bucket, key, whole, { headers: upload.headers, etag, checksum: checksums });
    s3.uploads.delete(upload.id);
    const result = { Bucket: bucket, Key: key, ETag: `"${etag}"`, ChecksumCRC32: checksum, ChecksumType: type };
    return { body: toXml({ CompleteMultipartUploadResult: result }, '') };
  },
};

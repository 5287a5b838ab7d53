import { AwsError } from '../../errors.ts';
import { keptHeaders, type S3Action } from '../../s3-action.ts';
import { toXml } from '../../wire/xml.ts';

export const CreateMultipartUpload: S3Action = {
  name: 'CreateMultipartUpload',
  method: 'POST',
  matches: ({ key, query }) => key !== '' && query.has('uploads'),
  run({ bucket, key, headers }, { s3 }) {
    const type = headers['x-amz-checksum-type'] ?? 'COMPOSITE';
    const algorithm = headers['x-amz-checksum-algorithm'] ?? '';
    if ((type !== 'FULL_OBJECT' && type !== 'COMPOSITE') || (type === 'FULL_OBJECT' && !algorithm.startsWith('CRC'))) {
      const text = `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`;
      throw new AwsError('InvalidRequest', text);
    }
    const made = s3.wholeChecksums ? type : 'COMPOSITE';
    const { id } = s3.begin(bucket, key, keptHeaders(headers), made);
    const told = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': made };
    return {
      headers: algorithm === '' ? {} : told,
      body: toXml({ InitiateMultipartUploadResult: { Bucket: bucket, Key: key, UploadId: id } }, ''),
    };
  },
};

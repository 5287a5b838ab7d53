import { AwsError } from '../../errors.ts';
import type { S3Action } from '../../s3-action.ts';

/** An object, or a range of its bytes: `Range: bytes=FROM-TO`. TO may lie behind the end. */
export const GetObject: S3Action = {
  name: 'GetObject',
  method: 'GET',
  matches: ({ key, query }) => key !== '' && !query.has('uploadId'),
  run({ bucket, key, headers }, { s3 }) {
    const found = s3.existing(bucket, key);
    const { body } = found;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    // A range has no headers that describe the whole object.
    const told = s3.describe(found, from === undefined && headers['x-amz-checksum-mode'] === 'ENABLED');
    if (from === undefined || to === undefined) return { headers: told, body };
    const [start, end] = [Number(from), Math.min(Number(to), body.length - 1)];
    if (start >= body.length) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
    const range = { 'content-range': `bytes ${start}-${end}/${body.length}` };
    return { status: 206, headers: { ...told, ...range }, body: body.subarray(start, end + 1) };
  },
};

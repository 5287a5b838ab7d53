import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../errors.ts';

/** The CRC-32 of some bytes: four, most significant first. */
export function crc32Bytes(body: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum;
}

/** The CRC-32 of some bytes as S3's headers have it. */
export const crc32Header = (body: Buffer): string => crc32Bytes(body).toString('base64');

const ALGORITHMS: Record<string, (body: Buffer) => Buffer> = {
  'x-amz-checksum-crc32': crc32Bytes,
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
};

/** Refuses a body that does not have its checksum (header or trailer). An algorithm that is not known here passes. */
export function verifyChecksums(body: Buffer, headers: Readonly<Record<string, string>>): void {
  for (const [name, algorithm] of Object.entries(ALGORITHMS)) {
    const said = headers[name];
    if (said === undefined || said === algorithm(body).toString('base64')) continue;
    const short = name.replace('x-amz-checksum-', '').toUpperCase();
    throw new AwsError('BadDigest', `The ${short} you specified did not match the calculated checksum.`);
  }
}

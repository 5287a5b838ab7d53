import { Crc32 } from '@smithy/core/checksum';

/** The polynomial of the CRC-32 that gzip and S3 use, with its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** CRC-32 of some bytes. The SDK asks zlib for it, or computes it itself where zlib cannot: before Node 20.15. */
export function crc32(bytes: Buffer): number {
  const sum = new Crc32();
  sum.update(bytes);
  return sum.digestSync();
}

/**
 * CRC-32 of two byte sequences one after the other. It needs only the CRC-32 of each and the length of the second: appending
 * zeros to the first is a multiplication by a matrix over GF(2), as in zlib's crc32_combine.
 */
export function combineCrc32(first: number, second: number, length: number): number {
  let crc = first;
  for (let left = length, power = 0; left > 0; left = Math.floor(left / 2), power += 1) {
    if (left % 2 === 1) crc = multiply(zerosMatrix(power), crc);
  }
  return (crc ^ second) >>> 0;
}

type Matrix = readonly number[];

/** Element n is the matrix that appends 2^n zero bytes. */
const matrices: Matrix[] = [];

function zerosMatrix(power: number): Matrix {
  const known = matrices[power];
  if (known) return known;
  // `bit` appends one zero bit: column n says what bit n becomes. Squaring it three times appends a byte.
  const bit = Array.from({ length: 32 }, (_, n) => (n === 0 ? POLYNOMIAL : 2 ** (n - 1)));
  const matrix = power === 0 ? square(square(square(bit))) : square(zerosMatrix(power - 1));
  matrices[power] = matrix;
  return matrix;
}

function multiply(matrix: Matrix, vector: number): number {
  let sum = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((vector >>> bit) & 1) sum ^= matrix[bit] ?? 0;
  return sum >>> 0;
}

const square = (matrix: Matrix): Matrix => matrix.map((column) => multiply(matrix, column));

/** A CRC-32 as S3's headers have it: four bytes, most significant first, in base64. */
export function crc32Header(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

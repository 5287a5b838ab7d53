import zlib from 'node:zlib';

/** The polynomial of the CRC-32 that gzip and S3 use, with its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/**
 * CRC-32 of some bytes, continued from the CRC-32 of the bytes before them.
 * Node has this since 20.15; older versions compute it in JavaScript.
 */
export function crc32(bytes: Buffer, before = 0): number {
  return typeof zlib.crc32 === 'function' ? zlib.crc32(bytes, before) : crc32InJavaScript(bytes, before);
}

let table: Uint32Array | undefined;

/** The same in JavaScript, for versions of Node whose zlib has no crc32. */
export function crc32InJavaScript(bytes: Buffer, before = 0): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  let crc = ~before;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
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

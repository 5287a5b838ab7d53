import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { combine, crc32, slowly, toHeader } from '../../../helper/src/context/pack/crc32.ts';

const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));

test('a known value', () => {
  expect(toHeader(crc32(Buffer.from('hello')))).toBe('NhCmhg==');
  expect(toHeader(0)).toBe('AAAAAA==');
});

test('the table does what zlib does, in one go and in two', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      const whole = zlibCrc32(Buffer.concat([one, two]));
      expect(slowly(two, slowly(one))).toBe(whole);
      expect(crc32(two, crc32(one))).toBe(whole);
    }),
  );
});

test('two checksums and a length make that of the whole', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      expect(combine(zlibCrc32(one), zlibCrc32(two), two.length)).toBe(zlibCrc32(Buffer.concat([one, two])));
    }),
  );
});

test('a length beyond 32 bits', () => {
  // Zeros of 2^33 bytes are twice those of 2^32: the same in two steps and in one.
  const half = combine(0x12345678, 0, 2 ** 32);
  expect(combine(0x12345678, 0, 2 ** 33)).toBe(combine(half, 0, 2 ** 32));
});

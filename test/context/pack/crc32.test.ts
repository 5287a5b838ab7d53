import { crc32 as zlibCrc32 } from 'node:zlib';
import { combineCrc32, crc32, crc32Header } from '../../../helper/src/context/pack/crc32.ts';
import fc from '../../support/property.ts';

const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));

test('a known value', () => {
  expect(crc32Header(crc32(Buffer.from('hello')))).toBe('NhCmhg==');
  expect(crc32Header(0)).toBe('AAAAAA==');
});

test('crc32 gives the same result as zlib', () => {
  fc.assert(fc.property(bytes, (some) => expect(crc32(some)).toBe(zlibCrc32(some))));
});

test('two checksums and a length give the checksum of the whole', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      expect(combineCrc32(zlibCrc32(one), zlibCrc32(two), two.length)).toBe(zlibCrc32(Buffer.concat([one, two])));
    }),
  );
});

test('a length beyond 32 bits', () => {
  // Appending 2^33 zero bytes is the same as appending 2^32 of them twice.
  const half = combineCrc32(0x12345678, 0, 2 ** 32);
  expect(combineCrc32(0x12345678, 0, 2 ** 33)).toBe(combineCrc32(half, 0, 2 ** 32));
});

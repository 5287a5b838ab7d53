import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { deflateSync, gunzipSync } from 'node:zlib';
import { gzipBlocks, isIncompressible } from '../../../helper/src/context/pack/gzip-members.ts';
import { gzipUncompressed } from '../../../helper/src/context/pack/stored-blocks.ts';
import type { Block } from '../../../helper/src/context/pack/tar-writer.ts';
import fc from '../../support/property.ts';

const KIB = 1024;
const text = Buffer.from('export const answer = 42; // of all questions\n'.repeat(20_000));

async function squeezed(contents: readonly Buffer[]): Promise<{ bytes: Buffer; released: number }> {
  let released = 0;
  const blocks = contents.map((bytes, segment): Block => ({ segment, bytes, release: () => (released += 1) }));
  const members: Buffer[] = [];
  let segment = 0;
  for await (const member of gzipBlocks(blocks)) {
    expect(member.segment).toBe(segment);
    segment += 1;
    members.push(Buffer.concat(member.pieces));
    member.release();
  }
  return { bytes: Buffer.concat(members), released };
}

test('compressed and stored members in a row are one gzip file, in order', async () => {
  const contents = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? randomBytes(200 * KIB + n) : text.subarray(n)));
  const { bytes, released } = await squeezed(contents);
  const whole = Buffer.concat(contents);
  expect(gunzipSync(bytes).equals(whole)).toBe(true);
  const byGzip = execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 2 * whole.length });
  expect(byGzip.equals(whole)).toBe(true);
  expect(released).toBe(30);
});

test('bytes of any length can be stored uncompressed', () => {
  const around = [1, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 2 * 0xffff + 1];
  const length = fc.oneof(fc.constantFrom(...around), fc.integer({ min: 1, max: 300_000 }));
  fc.assert(
    fc.property(length, (size) => {
      const bytes = randomBytes(size);
      expect(gunzipSync(Buffer.concat(gzipUncompressed(bytes))).equals(bytes)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

describe('which blocks are stored uncompressed', () => {
  const rows: [string, Buffer, boolean][] = [
    ['random bytes', randomBytes(1_024 * KIB), true],
    [
      'what was squeezed before',
      deflateSync(
        randomBytes(300 * KIB)
          .toString('hex')
          .repeat(1),
      ),
      true,
    ],
    ['sources', text, false],
    ['zeros', Buffer.alloc(100 * KIB), false],
    ['base64', Buffer.from(randomBytes(100 * KIB).toString('base64')), false],
    ['half of it sources', Buffer.concat([randomBytes(400 * KIB), text.subarray(0, 600 * KIB)]), false],
    ['little', randomBytes(100), false],
  ];
  for (const [name, bytes, stored] of rows) test(name, () => expect(isIncompressible(bytes)).toBe(stored));
});

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { GzipMember } from '../../../helper/src/context/pack/gzip-members.ts';
import { indexOfSegments, type SegmentRange } from '../../../helper/src/context/s3/archive-index.ts';
import type { UploadLimits } from '../../../helper/src/context/s3/part-limits.ts';
import { planReuse } from '../../../helper/src/context/s3/reuse-plan.ts';
import { makeParts, type UploadPart } from '../../../helper/src/context/s3/upload-parts.ts';
import fc from '../../support/property.ts';

const LIMITS: UploadLimits = { leastPart: 100, usualPart: 120, largestCopy: 300, usualSegment: 0 };
const SOURCE = { key: 'old', etag: 'e' };

/** A packed segment: its length and bytes follow from its name, such as `a-70`. */
function packed(id: string): Buffer {
  const seed = createHash('sha256').update(id).digest();
  return Buffer.alloc(Number(id.split('-')[1]), seed);
}

const partOf = (id: string): Omit<SegmentRange, 'start'> => {
  const bytes = packed(id);
  return { id, length: bytes.length, crc: crc32(bytes) };
};

/** Makes an archive of these segments, as far as possible from another archive. Checks each bridge, too. */
async function compose(ids: readonly string[], old: readonly string[]) {
  const have = Buffer.concat(old.map(packed));
  const bridges = new Map<string, Buffer>();
  const parts: Omit<SegmentRange, 'start'>[] = [];
  let sent = 0;
  const pieces = makeParts(planReuse(ids, indexOfSegments(old.map(partOf)), LIMITS.leastPart), {
    limits: LIMITS,
    source: SOURCE,
    ids,
    async *pack(segments): AsyncGenerator<GzipMember> {
      for (const segment of segments) {
        const bytes = packed(ids[segment] ?? '');
        const half = Math.floor(bytes.length / 2);
        for (const some of [bytes.subarray(0, half), bytes.subarray(half)]) {
          yield { segment, pieces: [some], release: () => {} };
        }
      }
    },
    onSegment(index, range) {
      parts[index] = range;
    },
    async bridge(base, bytes) {
      expect(base.length).toBeGreaterThanOrEqual(LIMITS.leastPart);
      sent += bytes.length;
      const key = `bridge-${bridges.size}`;
      bridges.set(key, Buffer.concat([have.subarray(base.start, base.start + base.length), bytes]));
      return { key, etag: key };
    },
  });
  const taken: Buffer[] = [];
  for await (const piece of pieces) taken.push(await bytesOf(piece));
  async function bytesOf(piece: UploadPart): Promise<Buffer> {
    if (piece.kind === 'bytes') {
      sent += piece.bytes.length;
      const copy = Buffer.from(piece.bytes);
      piece.release();
      return copy;
    }
    const from = (await piece.from).key;
    expect(piece.length).toBeLessThanOrEqual(LIMITS.largestCopy);
    const source = from === SOURCE.key ? have : (bridges.get(from) ?? Buffer.alloc(0));
    return source.subarray(piece.start, piece.start + piece.length);
  }
  return { taken, sent, index: indexOfSegments(parts) };
}

/** Segments of up to `most` bytes. */
const segments = (most: number) =>
  fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: most })).map(([n, size]) => `${n}-${size}`),
    { minLength: 1, maxLength: 40 },
  );
/** An archive, and a later one in which some segments are gone, some are new, and some lie elsewhere. */
const pair = fc.tuple(segments(90), segments(400)).chain(([few, many]) => {
  const old = [...few, ...many.filter((id) => !few.includes(id))];
  const kept = fc
    .shuffledSubarray(old.map((_, at) => at))
    .map((some) => (some.length % 2 ? some.sort((a, b) => a - b) : some));
  return fc
    .tuple(kept, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 250 })), { maxLength: 4 }))
    .map(([places, fresh]) => {
      const ids = places.map((at) => old[at] ?? '');
      fresh.forEach(([at, size], n) => {
        ids.splice(at % (ids.length + 1), 0, `new${n}-${size}`);
      });
      return { old, ids: ids.length === 0 ? ['new-7'] : ids };
    });
});

test('every part but the last is large enough, and all parts together are the archive', async () => {
  const check = async ({ old, ids }: { old: string[]; ids: string[] }) => {
    const { taken, index } = await compose(ids, old);
    const whole = Buffer.concat(ids.map(packed));
    expect(Buffer.concat(taken).equals(whole)).toBe(true);
    for (const part of taken.slice(0, -1)) expect(part.length).toBeGreaterThanOrEqual(LIMITS.leastPart);
    expect(index).toEqual(indexOfSegments(ids.map(partOf)));
    expect(index).toMatchObject({ size: whole.length, crc: crc32(whole) });
  };
  await fc.assert(fc.asyncProperty(pair, check), { numRuns: 150 });
});

describe('what is sent', () => {
  const old = Array.from({ length: 20 }, (_, n) => `${n}-30`);
  const but = (at: number, ...others: string[]) => [...old.slice(0, at), ...others, ...old.slice(at + 1)];
  const rows: [string, string[], number][] = [
    ['one in the middle', but(10, 'new-7'), 7],
    ['one in the middle, gone', but(10), 0],
    ['the last', but(19, 'new-7'), 7],
    // Four segments that S3 has are sent, too, so that there is enough for a part.
    ['the first', but(0, 'new-7'), 7 + 4 * 30],
    [
      'two, with too little for a part between them',
      [...but(8, 'new-7').slice(0, 10), 'new-9', ...old.slice(11)],
      7 + 9 + 30,
    ],
    ['everything', ['a-50', 'b-90'], 140],
    ['nothing', old, 0],
  ];
  for (const [name, ids, expected] of rows) {
    test(name, async () => expect((await compose(ids, old)).sent).toBe(expected));
  }
});

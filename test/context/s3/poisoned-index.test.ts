// Somebody who can write beside the archives, but not the archives themselves, may cost a build time but never change its content.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from '../../../helper/src/context/pack/crc32.ts';
import { newSigner } from '../../../helper/src/context/s3/index-signature.ts';
import { type SentContext, sendContext } from '../../../helper/src/context/send-context.ts';
import type { Double } from '../../double/double.ts';
import { expectArchiveOf, makeRandomFiles, SMALL_REQUEST, startWithBucket } from '../../support/context-bucket.ts';
import { listFolder, makeTree, removeTrees } from '../../support/context-tree.ts';
import type { TestWorld } from '../../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await startWithBucket());
});
afterEach(() => double.close());
afterAll(removeTrees);

const send = async (root: string, names: readonly string[] = SMALL_REQUEST.names): Promise<SentContext> =>
  sendContext(world, (await listFolder(root)).listing, { ...SMALL_REQUEST, names });

/** 60 files of 1,000 bytes that cannot be compressed. */
const makeFiles = (): string => makeRandomFiles(60, 'src');

/** The archive holds the workspace, byte by byte, and nothing is left of the upload. */
const expectRight = (root: string, { key }: SentContext): Promise<void> => expectArchiveOf(double, root, key);

type Row = [id: string, length: number, crc: number];
interface Kept {
  segments: Row[];
  [field: string]: unknown;
}

const indexKey = (key: string): string => key.replace('.tar.gz', '.json');
const readIndex = (key: string): Kept => JSON.parse(String(double.s3.existing('contexts', indexKey(key)).body)) as Kept;
const writeIndex = (key: string, index: unknown): void => {
  double.s3.put('contexts', indexKey(key), Buffer.from(typeof index === 'string' ? index : JSON.stringify(index)));
};

/** The same rows with other boundaries, and with the checksums of the bytes between these boundaries. */
function shifted({ key }: SentContext, rows: readonly Row[], by: (row: number) => number): Row[] {
  const { body } = double.s3.existing('contexts', key);
  const ends: number[] = [];
  for (const [, length] of rows) ends.push((ends.at(-1) ?? 0) + length);
  let start = 0;
  return rows.map(([id], row): Row => {
    const end = row === rows.length - 1 ? body.length : (ends[row] ?? 0) + by(row);
    const bytes = body.subarray(start, end);
    start = end;
    return [id, bytes.length, crc32(bytes)];
  });
}

const swap = (rows: readonly Row[], one: number, other: number): Row[] =>
  rows.map((row, at) => (at === one ? (rows[other] ?? row) : at === other ? (rows[one] ?? row) : row));
/** Swaps two ids. Lengths and checksums stay with the bytes. */
const rename = (rows: readonly Row[], one: number, other: number): Row[] =>
  rows.map(
    ([id, length, crc], at): Row => [
      at === one ? (rows[other]?.[0] ?? id) : at === other ? (rows[one]?.[0] ?? id) : id,
      length,
      crc,
    ],
  );

describe('an index that does not belong to its archive', () => {
  const rows: [string, (index: Kept, sent: SentContext) => unknown][] = [
    ['boundaries one byte later', (i, sent) => ({ ...i, segments: shifted(sent, i.segments, () => 1) })],
    ['boundaries one byte earlier', (i, sent) => ({ ...i, segments: shifted(sent, i.segments, () => -1) })],
    [
      'every other boundary far later',
      (i, sent) => ({ ...i, segments: shifted(sent, i.segments, (row) => (row % 2) * 300) }),
    ],
    ['two rows swapped', (i) => ({ ...i, segments: swap(i.segments, 3, 7) })],
    ['neighbours swapped', (i) => ({ ...i, segments: swap(i.segments, 8, 9) })],
    ['two names swapped', (i) => ({ ...i, segments: rename(i.segments, 3, 7) })],
    [
      'all names turned round',
      (i) => ({
        ...i,
        segments: i.segments.map(([, length, crc], at) => [i.segments.at(-1 - at)?.[0], length, crc]),
      }),
    ],
    [
      'a name of nothing',
      (i) => ({ ...i, segments: i.segments.map((row, at) => (at === 5 ? ['x', row[1], row[2]] : row)) }),
    ],
    ['a row twice', (i) => ({ ...i, segments: [...i.segments.slice(0, 5), ...i.segments.slice(4)] })],
    ['a row less', (i) => ({ ...i, segments: i.segments.filter((_, at) => at !== 5) })],
    ['no rows', (i) => ({ ...i, segments: [] })],
    [
      'two rows made one',
      (i, sent) => {
        const next = i.segments[5]?.[1] ?? 0;
        return { ...i, segments: shifted(sent, i.segments, (row) => (row === 4 ? next : 0)) };
      },
    ],
    ['other checksums', (i) => ({ ...i, segments: i.segments.map(([id, length, crc]) => [id, length, crc ^ 1]) })],
    ['lengths that are none', (i) => ({ ...i, segments: i.segments.map(([id, , crc]) => [id, -1, crc]) })],
    ['huge lengths', (i) => ({ ...i, segments: i.segments.map(([id, , crc]) => [id, 2 ** 52, crc]) })],
    ['another signature', (i) => ({ ...i, signature: 'AAAA' })],
    ['a signature that is no text', (i) => ({ ...i, signature: [1] })],
    ['no signature', ({ signature: _, ...rest }) => rest],
    [
      'signed by somebody else',
      (i, sent) => {
        const segments = shifted(sent, i.segments, () => 1);
        const { etag } = double.s3.existing('contexts', sent.key);
        const signed = JSON.stringify([2, sent.key.slice(9, -7), etag, segments]);
        return { ...i, segments, signature: newSigner().sign(signed) };
      },
    ],
    ['another version', (i) => ({ ...i, version: 99 })],
    ['rows that are no rows', (i) => ({ ...i, segments: { length: 5 } })],
    ['cut off', (i) => JSON.stringify(i).slice(0, 400)],
    ['empty', () => ''],
    ['no JSON', () => '\0'.repeat(100)],
    ['null', () => 'null'],
    ['deep', () => '['.repeat(1_000_000)],
    ['huge', () => JSON.stringify({ version: 2, segments: 'x'.repeat(20_000_000) })],
  ];
  for (const [name, spoil] of rows) {
    test(name, async () => {
      const root = makeFiles();
      const first = await send(root);
      writeIndex(first.key, spoil(readIndex(first.key), first));
      // These files lie at the ends of segments, so that a run of copies ends there.
      writeFileSync(join(root, 'src/file-20'), randomBytes(1_000));
      writeFileSync(join(root, 'src/file-45'), randomBytes(900));
      await expectRight(root, await send(root));
      // The archive that was made from it is not poisoned either.
      writeFileSync(join(root, 'src/file-60'), randomBytes(1_000));
      const last = await send(root);
      await expectRight(root, last);
      expect(last.known).toBeGreaterThan(40_000);
    });
  }

  test('the index of another archive, signed for that archive', async () => {
    const [root, other] = [makeFiles(), makeFiles()];
    const [first, foreign] = [await send(root), await send(other, ['other'])];
    writeIndex(first.key, readIndex(foreign.key));
    writeFileSync(join(root, 'src/file-20'), randomBytes(1_000));
    await expectRight(root, await send(root));
  });

  test('an earlier index of the same archive, which was sent again since then', async () => {
    const root = makeFiles();
    const first = await send(root);
    const old = readIndex(first.key);
    double.s3.bucket('contexts').delete(first.key);
    expect((await send(root)).key).toBe(first.key);
    writeIndex(first.key, old);
    writeFileSync(join(root, 'src/file-20'), randomBytes(1_000));
    await expectRight(root, await send(root));
  });

  test('an index beside an archive that was sent in one request', async () => {
    const [root, other] = [makeTree({ a: 'a' }), makeFiles()];
    const [first, foreign] = [await send(root), await send(other, ['other'])];
    writeIndex(first.key, readIndex(foreign.key));
    expect(await send(root)).toMatchObject({ key: first.key });
    await expectRight(root, first);
  });
});

test('an index with any byte changed', async () => {
  const root = makeFiles();
  let last = await send(root);
  for (let at = 0; at < 25; at += 1) {
    const { body } = double.s3.existing('contexts', indexKey(last.key));
    const spoilt = Buffer.from(body);
    const byte = Math.floor((body.length * at) / 25);
    spoilt[byte] = (spoilt[byte] ?? 0) ^ (1 << (at % 7));
    double.s3.put('contexts', indexKey(last.key), spoilt);
    writeFileSync(join(root, `src/file-${10 + at}`), randomBytes(1_000));
    last = await send(root);
    await expectRight(root, last);
  }
});

test('a bridge that was replaced before it is copied', async () => {
  const root = makeFiles();
  await send(root);
  writeFileSync(join(root, 'src/file-40'), randomBytes(1_000));
  let spoilt = 0;
  double.on('UploadPartCopy', () => {
    for (const [key, { body }] of double.s3.bucket('contexts')) {
      if (!key.startsWith('contexts/tmp/')) continue;
      double.s3.put('contexts', key, randomBytes(body.length));
      spoilt += 1;
    }
  });
  const sent = await send(root);
  expect(spoilt).toBeGreaterThan(0);
  await expectRight(root, sent);
});

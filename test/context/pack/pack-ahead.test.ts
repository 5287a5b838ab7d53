// Segments that are packed ahead must have the same bytes as segments that are packed after hashing.
import { randomBytes } from 'node:crypto';
import { appendFileSync, linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { wholeArchive } from '../../../helper/src/context/entries.ts';
import { gzipBlocks } from '../../../helper/src/context/pack/gzip-members.ts';
import { FileHasher } from '../../../helper/src/context/pack/hash-files.ts';
import { hashAndPackAhead, type PackAheadDecision } from '../../../helper/src/context/pack/pack-ahead.ts';
import { cutArchive } from '../../../helper/src/context/pack/segments.ts';
import { writeSegments } from '../../../helper/src/context/pack/tar-writer.ts';
import { setLinkTimes } from '../../../helper/src/context/times/assign-times.ts';
import { listFolder, makeTree, packWithTimesOf, removeTrees, timesIn } from '../../support/context-tree.ts';

afterAll(removeTrees);

const SEGMENT = 1_000;

/** 40 files, each of which is a segment, and a hard link to one of them. */
function makeFiles(): string {
  const root = makeTree({});
  for (let n = 10; n < 50; n += 1) writeFileSync(join(root, `file-${n}`), randomBytes(1_000));
  linkSync(join(root, 'file-12'), join(root, 'link'));
  return root;
}

const timeOf = (path: string): number => 1_000_000_000 + path.length + (path.charCodeAt(path.length - 1) % 7);

/** Hashes and packs as a first build does. The decision depends on how often it was asked for. */
async function run(root: string, decide: (asked: number) => PackAheadDecision, change: () => void = () => {}) {
  const whole = wholeArchive((await listFolder(root)).listing);
  change();
  const progress = { files: 0, bytes: 0 };
  const hasher = new FileHasher(
    whole,
    () => undefined,
    () => {},
  );
  let asked = 0;
  const ask = (): PackAheadDecision => {
    asked += 1;
    return decide(asked);
  };
  const packed = await hashAndPackAhead(whole, hasher, {
    usualSegment: SEGMENT,
    progress,
    decide: ask,
    onTurn: () => {},
  });
  await hasher.hashUpTo(whole.entries.length);
  for (const entry of hasher.hashed) if (entry.kind === 'file' && entry.time === 0) entry.time = timeOf(entry.path);
  setLinkTimes(hasher.hashed);
  hasher.close();
  const archive = cutArchive(hasher.hashed, SEGMENT);
  const chunks: Buffer[] = [];
  let early = 0;
  for (const index of archive.segments.keys()) {
    const members = packed.take(archive, index);
    early += members ? 1 : 0;
    for await (const { pieces, release } of members ??
      gzipBlocks(writeSegments(root, archive, [index], { progress, buffers: packed.buffers }))) {
      chunks.push(Buffer.concat(pieces));
      release();
    }
  }
  const plain = gunzipSync(Buffer.concat(chunks));
  expect(plain.equals(await packWithTimesOf(plain, (await listFolder(root)).listing))).toBe(true);
  const times = await timesIn(plain);
  for (const entry of archive.entries)
    if (entry.kind === 'file') expect(times.get(entry.path)).toBe(timeOf(entry.path));
  expect(times.get('link')).toBe(timeOf('file-12'));
  return { early, all: archive.segments.length };
}

const rows: [string, (asked: number) => PackAheadDecision, (early: number, all: number) => boolean][] = [
  ['known from the beginning', () => timeOf, (early, all) => early === all - 1],
  [
    'known after ten segments',
    (asked) => (asked <= 10 ? 'undecided' : timeOf),
    (early, all) => early > 20 && early < all - 5,
  ],
  ['never known', () => 'undecided', (early) => early === 0],
  ['needless from the beginning', () => 'needless', (early) => early === 0],
  [
    'needless later',
    (asked) => (asked <= 5 ? 'undecided' : asked < 20 ? timeOf : 'needless'),
    (early) => early > 5 && early < 20,
  ],
];
for (const [name, decide, isRight] of rows) {
  test(`times that are ${name}`, async () => {
    const { early, all } = await run(makeFiles(), decide);
    expect({ early, all, isRight: isRight(early, all) }).toMatchObject({ isRight: true });
  });
}

test('files that grew after they were listed are packed as they are now', async () => {
  const root = makeFiles();
  await run(
    root,
    (asked) => (asked <= 3 ? 'undecided' : timeOf),
    () => {
      for (let n = 10; n < 50; n += 3) appendFileSync(join(root, `file-${n}`), randomBytes((n * 977) % 5_000));
    },
  );
});

import { createHash } from 'node:crypto';
import type { HashedFile } from '../../../helper/src/context/entries.ts';
import { contentNumber, pathNumber } from '../../../helper/src/context/times/hash-numbers.ts';
import { type EachFileName, SentFiles } from '../../../helper/src/context/times/sent-files.ts';

const LATEST = 2_000_000_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
const file = (path: string, content: string, time: number): HashedFile => ({
  kind: 'file',
  path,
  mode: 0o644,
  size: 1,
  hash: hash(content),
  time,
});
const each =
  (files: readonly HashedFile[]): EachFileName =>
  (take) => {
    for (const one of files) take(one.path, one);
  };
const many = (count: number, of: string, time: (n: number) => number): HashedFile[] =>
  Array.from({ length: count }, (_, n) => file(`src/${of}-${n % 97}/file-${n}.ts`, `${of}${n}`, time(n)));
const kept = (files: SentFiles): SentFiles => {
  const read = SentFiles.decode(files.encode());
  if (!read) throw new Error('not read');
  return read;
};

test('50,000 files take less than a megabyte, whatever their times, and with a fifth of them gone', () => {
  const first = many(50_000, 'a', (n) => LATEST - ((n * 7_919) % 100_000_000));
  const sent = SentFiles.NONE.with(each(first), LATEST);
  expect(sent.encode().length).toBeLessThan(850_000);
  const others = [...first.slice(10_000), ...many(10_000, 'b', (n) => LATEST - n)];
  const again = kept(sent).with(each(others), LATEST);
  expect(again.count).toBe(60_000);
  expect(again.encode().length).toBeLessThan(1_000_000);
  for (const one of first.slice(0, 100))
    expect(kept(again).find(one.path)).toMatchObject({ content: contentNumber(one), mode: one.mode, time: one.time });
});

test('files that were encoded are found after decoding, and no others', () => {
  const files = many(500, 'a', (n) => LATEST - n);
  const sent = kept(SentFiles.NONE.with(each(files), LATEST));
  for (const one of files)
    expect(sent.find(one.path)).toMatchObject({ content: contentNumber(one), mode: one.mode, time: one.time });
  for (const one of many(500, 'b', () => 1)) expect(sent.find(one.path)).toBeUndefined();
  expect(kept(SentFiles.NONE).count).toBe(0);
});

test('a table with any byte changed, cut off or added is not read', () => {
  const bytes = SentFiles.NONE.with(each(many(20, 'a', (n) => LATEST - n)), LATEST).encode();
  for (let at = 0; at < bytes.length; at += 1) {
    const spoilt = Buffer.from(bytes);
    spoilt[at] = (spoilt[at] ?? 0) ^ 4;
    expect(SentFiles.decode(spoilt)).toBeUndefined();
    expect(SentFiles.decode(bytes.subarray(0, at))).toBeUndefined();
  }
  expect(SentFiles.decode(Buffer.concat([bytes, Buffer.from('x')]))).toBeUndefined();
});

describe('files that are gone', () => {
  test('are kept for some contexts of any size, so a job that sends several contexts forgets none', () => {
    const [one, two] = [many(700, 'one', () => LATEST - 9), many(700, 'two', () => LATEST - 8)];
    let sent = SentFiles.NONE;
    for (const files of [one, two, one, two]) sent = sent.with(each(files), LATEST, 600);
    expect([sent.count, sent.floor]).toEqual([1_400, 0]);
  });

  test('are forgotten after that, the oldest first, and new files get later times than these had', () => {
    const always = many(700, 'always', () => LATEST - 9);
    let sent = SentFiles.NONE;
    for (let build = 0; build < 40; build += 1)
      sent = sent.with(each([...always, file(`app-${build}.js`, 'x', LATEST - 100 + build)]), LATEST, 600);
    // The files of this context, and those of sixteen contexts before it.
    expect(sent.count).toBe(701 + 16);
    expect(sent.find('app-20.js')).toBeUndefined();
    expect(sent.find('app-39.js')).toBeDefined();
    expect(sent.floor).toBe(LATEST - 100 + 39 - 17);
  });

  test('are kept longer in a small table', () => {
    let sent = SentFiles.NONE;
    for (let build = 0; build < 300; build += 1)
      sent = sent.with(each([file(`app-${build}.js`, 'x', 1_000 + build)]), LATEST);
    expect([sent.count, sent.floor]).toEqual([300, 0]);
  });
});

test('if two builds have sent a file side by side, the later time counts', () => {
  const theirs = SentFiles.NONE.with(each([file('a', 'theirs', 20), file('b', 'theirs', 10)]), LATEST);
  const both = theirs.with(each([file('a', 'ours', 15), file('b', 'ours', 15)]), LATEST);
  expect([both.find('a')?.time, both.find('b')?.time]).toEqual([20, 15]);
});

test('a content that was sent with two modes is found with both, until the content changes', () => {
  const [one, two] = [file('a', 'x', 10), { ...file('a', 'x', 20), mode: 0o664 }];
  let sent = SentFiles.NONE.with(each([one]), LATEST).with(each([two]), LATEST);
  expect([sent.findWith('a', 0o644)?.time, sent.findWith('a', 0o664)?.time, sent.find('a')?.time]).toEqual([
    10, 20, 20,
  ]);
  // The later of the two counts as sent last, whichever is sent now; neither is forgotten.
  for (let build = 0; build < 300; build += 1) sent = kept(sent).with(each([build % 2 === 0 ? one : two]), LATEST);
  expect([sent.findWith('a', 0o644)?.time, sent.findWith('a', 0o664)?.time, sent.find('a')?.time]).toEqual([
    10, 20, 20,
  ]);
  expect(sent.count).toBe(3);
});

test('different contents have different numbers', () => {
  const checks = new Set<number>();
  for (let n = 0; n < 5_000; n += 1) checks.add(contentNumber({ hash: hash(`content ${n}`) }));
  expect(checks.size).toBe(5_000);
  for (const check of checks) expect(check < 2 ** 48 && check >= 0 && Number.isInteger(check)).toBe(true);
});

test('different paths have different numbers', () => {
  const numbers = new Set(many(30_000, 'a', () => 0).map(({ path }) => pathNumber(path)));
  expect(numbers.size).toBe(30_000);
  for (const number of numbers)
    if (!(number >= 0 && number < 2 ** 48 && Number.isInteger(number))) throw new Error(`${number}`);
});

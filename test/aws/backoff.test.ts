import { Backoff, longestPause } from '../../helper/src/aws/backoff.ts';
import { hashFraction } from '../../helper/src/text/hash-fraction.ts';

test('the longest pause grows by its factor, up to a limit', () => {
  const growth = { first: 700, longest: 5_000, factor: 1.5 };
  expect([0, 1, 2, 9].map((pauses) => longestPause(growth, pauses))).toEqual([700, 1_050, 1_575, 5_000]);
  expect([0, 1, 4].map((pauses) => longestPause({ first: 1_000, longest: 15_000 }, pauses))).toEqual([
    1_000, 2_000, 15_000,
  ]);
});

test('full jitter: each pause lies between a tenth of the longest and all of it', () => {
  const backoff = new Backoff({ first: 1_000, longest: 8_000 }, 'a build');
  for (const longest of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    expect(backoff.longest).toBe(longest);
    const pause = backoff.next();
    expect(pause).toBeGreaterThanOrEqual(longest / 10);
    expect(pause).toBeLessThanOrEqual(longest);
  }
});

test('two builds pause differently, and one build the same each time', () => {
  const pauses = (seed: string) => {
    const backoff = new Backoff({ first: 1_000, longest: 60_000 }, seed);
    return Array.from({ length: 5 }, () => backoff.next());
  };
  expect(pauses('one')).toEqual(pauses('one'));
  expect(pauses('one')).not.toEqual(pauses('two'));
});

test('a restart makes the next pause short again, and draws a new fraction for it', () => {
  const backoff = new Backoff({ first: 1_000, longest: 60_000 }, 'a build');
  const first = backoff.next();
  for (let pause = 0; pause < 5; pause += 1) backoff.next();
  backoff.restart();
  expect(backoff.longest).toBe(1_000);
  expect(backoff.next()).not.toBe(first);
});

test('fractions of texts that differ in one character lie apart', () => {
  const all = Array.from({ length: 1_000 }, (_, index) => hashFraction(`build/${index}`));
  expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...all)).toBeLessThan(1);
  const tenths = new Set(all.map((one) => Math.floor(one * 10)));
  expect(tenths.size).toBe(10);
});

import { createMask, secretsIn } from '../../helper/src/report/mask.ts';
import { count, duration, gigabytes, plural, size, vcpus } from '../../helper/src/report/words.ts';

for (const [got, expected] of [
  [count(1204), '1,204'],
  [count(1234567), '1,234,567'],
  [count(12), '12'],
  [size(0), '0 B'],
  [size(999), '999 B'],
  [size(18_200_000), '18.2 MB'],
  [size(999_600), '1.0 MB'],
  [size(5_000_000_000), '5.0 GB'],
  [size(123_456_789), '123 MB'],
  [duration(400), '0.4 s'],
  [duration(9_960), '10 s'],
  [duration(27_200), '27 s'],
  [duration(108_000), '1 min 48 s'],
  [duration(120_000), '2 min'],
  [duration(3_900_000), '1 h 5 min'],
  [vcpus(512), '0.5 vCPU'],
  [gigabytes(8192), '8 GB'],
  [gigabytes(1000), '1000 MiB'],
  [plural(1, 'file'), '1 file'],
  [plural(0, 'file'), '0 files'],
] as const)
  test(expected, () => expect(got).toBe(expected));

test('secrets are hidden as they are, in JSON, in URLs, in Base64 and line by line', () => {
  const secret = 'p@ss "word"/+';
  const mask = createMask([secret, 'first line\nsecond line']);
  for (const form of [
    secret,
    JSON.stringify(secret),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ]) {
    const masked = mask(`before ${form} after`);
    expect(masked).toContain('****');
    expect(masked).not.toContain(form.replace(/^"|"$|=+$/g, ''));
    expect(masked).toMatch(/^before .*after$/);
  }
  expect(mask('the second line alone')).toBe('the **** alone');
});

test('a longer secret is hidden whole where a shorter one is part of it', () => {
  expect(createMask(['hunter', 'hunter22'])('hunter22')).toBe('****');
});

test('short values hide nothing', () => {
  expect(createMask(['a', ''])('banana')).toBe('banana');
});

test("a stand-in's credentials do not blot out ordinary words", () => {
  const mask = createMask(secretsIn({ AWS_SECRET_ACCESS_KEY: 'test', AWS_ACCESS_KEY_ID: 'test' }));
  expect(mask('shop:latest')).toBe('shop:latest');
});

test('variables named like secrets are found, plain settings are not', () => {
  expect(
    secretsIn({ DB_PASSWORD: 'hunter22', API_TOKEN: 'abcdef', PATH: '/bin', KEY_COUNT: '12', X_SECRET: 'true' }),
  ).toEqual(['hunter22', 'abcdef']);
});

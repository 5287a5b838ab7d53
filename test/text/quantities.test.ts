import { count, duration, gigabytes, plural, size, vcpus } from '../../helper/src/text/quantities.ts';

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

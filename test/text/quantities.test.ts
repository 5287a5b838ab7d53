import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMemory,
  formatVcpus,
  plural,
} from '../../helper/src/text/quantities.ts';

for (const [got, expected] of [
  [formatCount(1204), '1,204'],
  [formatCount(1234567), '1,234,567'],
  [formatCount(12), '12'],
  [formatBytes(0), '0 B'],
  [formatBytes(999), '999 B'],
  [formatBytes(18_200_000), '18.2 MB'],
  [formatBytes(999_600), '1.0 MB'],
  [formatBytes(5_000_000_000), '5.0 GB'],
  [formatBytes(123_456_789), '123 MB'],
  [formatDuration(400), '0.4 s'],
  [formatDuration(9_960), '10 s'],
  [formatDuration(27_200), '27 s'],
  [formatDuration(108_000), '1 min 48 s'],
  [formatDuration(120_000), '2 min'],
  [formatDuration(3_900_000), '1 h 5 min'],
  [formatVcpus(512), '0.5 vCPU'],
  [formatMemory(8192), '8 GB'],
  [formatMemory(1000), '1000 MiB'],
  [plural(1, 'file'), '1 file'],
  [plural(0, 'file'), '0 files'],
] as const)
  test(expected, () => expect(got).toBe(expected));

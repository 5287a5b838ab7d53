import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { UploadLimits } from '../../helper/src/context/s3/part-limits.ts';
import { type Double, startDouble } from '../double/double.ts';
import { listFolder, makeTree, packWithTimesOf } from './context-tree.ts';
import { type TestWorld, testWorld } from './world.ts';

/** A thousandth of the real limits, so that small files become many segments and parts. */
export const SMALL_LIMITS: UploadLimits = {
  leastPart: 5_000,
  usualPart: 6_000,
  largestCopy: 20_000,
  usualSegment: 1_000,
};
/** A request to send a context with these limits. */
export const SMALL_REQUEST = {
  bucket: 'contexts',
  names: ['shop/main', 'shop'],
  lastsMs: 3_600_000,
  limits: SMALL_LIMITS,
};

/** Starts a scripted AWS with a bucket for contexts. Its objects may not be listed, as the caller policy has it. */
export async function startWithBucket(): Promise<{ double: Double; world: TestWorld }> {
  const double = await startDouble();
  double.s3.createBucket('contexts');
  double.s3.leastPart = SMALL_LIMITS.leastPart;
  double.s3.mayList = false;
  return { double, world: testWorld(double) };
}

/** Makes a tree of files with 1,000 random bytes each, which cannot be compressed: `file-10`, `file-11` and so on. */
export function makeRandomFiles(count: number, folder = '.'): string {
  const root = makeTree({});
  mkdirSync(join(root, folder), { recursive: true });
  for (let n = 10; n < 10 + count; n += 1) writeFileSync(join(root, folder, `file-${n}`), randomBytes(1_000));
  return root;
}

/** The archive on S3 must be, byte by byte, what a first build of the folder would send. No upload may be left. */
export async function expectArchiveOf(double: Double, root: string, key: string): Promise<void> {
  const plain = gunzipSync(double.s3.object('contexts', key)?.body ?? '');
  expect(plain.equals(await packWithTimesOf(plain, (await listFolder(root)).listing))).toBe(true);
  expect(double.s3.uploads.size).toBe(0);
}

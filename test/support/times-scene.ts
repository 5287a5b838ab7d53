import { cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type SentContext, sendContext } from '../../helper/src/context/send-context.ts';
import type { Double } from '../double/double.ts';
import { SMALL_LIMITS, startWithBucket } from './context-bucket.ts';
import { listFolder, makeFolder, makeTree, packWithTimesOf, timesIn } from './context-tree.ts';
import type { TestWorld } from './world.ts';

/** Seconds in a day. */
export const DAY = 24 * 3_600;
/** When a test begins, in seconds since the epoch: files of today are old enough then to be remembered. */
export const NOW = 2_000_000_000;

/** Times of files by their paths, in seconds after NOW. */
export type Times = Record<string, number>;
export interface SentWithTimes extends SentContext {
  times: Times;
}

/** A workspace of three files, a bucket that it is sent to, and a clock that a test sets. */
export class TimesScene {
  /** What the clock says, in seconds since the epoch. */
  now = NOW;
  readonly root = makeTree({ 'index.html': 'A', 'b/c': 'cccc', 'b/d': 'dddd' });
  readonly world: TestWorld;

  private constructor(
    readonly double: Double,
    world: TestWorld,
  ) {
    const sleep: TestWorld['clock']['sleep'] = (...args) => double.clock.sleep(...args);
    this.world = { ...world, clock: { now: () => this.now * 1_000, sleep } };
  }

  static async start(): Promise<TimesScene> {
    const { double, world } = await startWithBucket();
    return new TimesScene(double, world);
  }

  close(): Promise<void> {
    return this.double.close();
  }

  /** Sends a folder as an agent without a hash cache, unless the request names one, and reads the archive that S3 then has. */
  async send(
    from = this.root,
    { ignore, ...request }: Partial<Parameters<typeof sendContext>[2]> & { ignore?: readonly string[] } = {},
  ): Promise<SentWithTimes> {
    const { listing } = await listFolder(from, ignore ? { ignore } : {});
    const sent = await sendContext(this.world, listing, {
      bucket: 'contexts',
      names: ['shop/main', 'shop'],
      lastsMs: Number.NEGATIVE_INFINITY,
      limits: SMALL_LIMITS,
      ...request,
    });
    const plain = gunzipSync(this.double.s3.object('contexts', sent.key)?.body ?? '');
    expect(plain.equals(await packWithTimesOf(plain, listing))).toBe(true);
    const times = await timesIn(plain);
    return { ...sent, times: Object.fromEntries([...times].map(([path, time]) => [path, time - NOW])) };
  }

  write(path: string, text: string, at = this.root): void {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }

  /** A fresh clone on another agent: its files have other inodes, and other times on disk. */
  clone(): string {
    const other = makeFolder();
    cpSync(this.root, other, { recursive: true });
    for (const path of ['index.html', 'b/c', 'b/d']) utimesSync(join(other, path), 1_500_000_000, 1_500_000_000);
    return other;
  }

  /** Keys and objects of all notes. */
  notes() {
    return [...this.double.s3.bucket('contexts')].filter(([key]) => key.startsWith('contexts/jobs/'));
  }

  /** Key and bytes of the job's own note, which lists its files. */
  ownNote(): [string, Buffer] {
    const [key, object] = this.notes().sort(([, a], [, b]) => b.body.length - a.body.length)[0] ?? [];
    if (key === undefined || object === undefined) throw new Error('no note');
    return [key, object.body];
  }
}

/** Waits until all files were written long enough ago to be remembered: a tenth of a second. */
export async function untilOld(): Promise<void> {
  const until = Date.now() + 150;
  while (Date.now() < until) await new Promise(setImmediate);
}

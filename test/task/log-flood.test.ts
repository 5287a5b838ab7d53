import { PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { waitForDrain } from '../../helper/src/process/drain-output.ts';
import { followLog } from '../../helper/src/task/follow-log.ts';
import { InterruptibleSleep } from '../../helper/src/task/interruptible-sleep.ts';
import type { Double } from '../double/double.ts';
import { stage } from '../support/task-scene.ts';
import type { TestWorld } from '../support/world.ts';

let double: Double;
let world: TestWorld;
beforeEach(async () => {
  ({ double, world } = await stage());
});
afterEach(() => double.close());

const PLACE = { group: '/fargate-ci/kaniko', stream: 'build/kaniko/flood', link: '' };
/** Made through a buffer: a concatenated string would grow later, when the double encodes it for the first time. */
const line = (index: number): string =>
  Buffer.from(`${index} ${'of very many lines that look like this one '.repeat(4)}`).toString('latin1');

function print(lines: number): void {
  const now = double.clock.now();
  for (let index = 0; index < lines; index += 1)
    double.logs.put(PLACE.group, PLACE.stream, { visibleAt: now, timestamp: now, message: line(index) });
}

/** Follows the log of a task that has ended. */
function follow(more: Partial<Parameters<typeof followLog>[1]>): Promise<string | undefined> {
  return followLog(world, {
    log: PLACE,
    onLine() {},
    drained: async () => {},
    onSilence() {},
    endSeen: () => true,
    running: () => true,
    until: () => double.clock.now() + 1_000,
    interruptible: new InterruptibleSleep(),
    signal: world.signal,
    ...more,
  });
}

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
function heapUsed(): number {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

test('100,000 lines: each arrives once, in order, and none stays in memory', async () => {
  const lines = 100_000;
  print(lines);
  const heaps: number[] = [];
  let [next, pages] = [0, 0];
  const problem = await follow({
    onLine(text) {
      if (text !== line(next)) throw new Error(`line ${next} came as ${text}`);
      next += 1;
    },
    async drained() {
      pages += 1;
      if (pages === 10 || pages === 50) heaps.push(heapUsed());
    },
  });
  expect(problem).toBeUndefined();
  expect(next).toBe(lines);
  // Between the two are 80,000 lines, 14 MB. The memory that every page needs is allocated by the tenth page.
  const [early = 0, late = Number.POSITIVE_INFINITY] = heaps;
  expect(late - early).toBeLessThan(2_000_000);
}, 60_000);

test('no further page is read while nobody reads our own output', async () => {
  print(30_000);
  let delivered = 0;
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = stuck;
  const following = follow({
    onLine() {
      delivered += 1;
    },
    drained: () => waiting,
  });
  await double.clock.sleep(60_000);
  expect(double.calls('GetLogEvents')).toHaveLength(1);
  expect(delivered).toBeLessThanOrEqual(10_000);
  waiting = Promise.resolve();
  release();
  expect(await following).toBeUndefined();
  expect(delivered).toBe(30_000);
}, 60_000);

test('an abort ends the wait for a reader of our output that does not read', async () => {
  print(1);
  const following = follow({ drained: () => new Promise(() => {}) });
  following.catch(() => {});
  await double.clock.sleep(5_000);
  world.controller.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
});

describe('an output stream is drained', () => {
  test('at once, where it accepts the text', async () => {
    await waitForDrain(new PassThrough());
  });

  for (const [how, end] of [
    ['its reader reads', (stream: PassThrough) => stream.resume()],
    ['it breaks', (stream: PassThrough) => stream.destroy(new Error('EPIPE'))],
    ['it is closed', (stream: PassThrough) => stream.destroy()],
  ] as const) {
    test(`when it is full, as soon as ${how}`, async () => {
      const stream = new PassThrough({ highWaterMark: 10 });
      stream.on('error', () => {});
      stream.write('x'.repeat(100));
      let done = false;
      const waiting = waitForDrain(stream).then(() => {
        done = true;
      });
      await new Promise(setImmediate);
      expect(done).toBe(false);
      end(stream);
      await waiting;
      expect(stream.listenerCount('drain')).toBeLessThanOrEqual(1);
    });
  }
});

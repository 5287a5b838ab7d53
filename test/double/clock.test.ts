import { FakeClock } from './clock.ts';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock(0);
});
afterEach(() => clock.close());

test('a sleep takes its virtual time and no real time', async () => {
  await clock.sleep(3_600_000);
  expect(clock.now()).toBe(3_600_000);
});

test('the earliest sleeper wakes first; at one time, the one that came first', async () => {
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(`${name}@${clock.now()}`);
  };
  await Promise.all([sleeper('late', 30), sleeper('a', 20), sleeper('b', 20), sleeper('early', 10)]);
  expect(woken).toEqual(['early@10', 'a@20', 'b@20', 'late@30']);
});

test('two loops of different pace interleave as they would in real time', async () => {
  const seen: string[] = [];
  const loop = async (name: string, ms: number, times: number) => {
    for (let i = 0; i < times; i++) {
      await clock.sleep(ms);
      seen.push(`${name}@${clock.now()}`);
    }
  };
  await Promise.all([loop('slow', 100, 2), loop('quick', 40, 5)]);
  expect(seen).toEqual(['quick@40', 'quick@80', 'slow@100', 'quick@120', 'quick@160', 'slow@200', 'quick@200']);
});

test('an abort rejects a sleep with its reason, now and before', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped by the user');
  clock.after(10, () => controller.abort(reason));
  const other = clock.sleep(20);
  await expect(clock.sleep(1_000, controller.signal)).rejects.toBe(reason);
  expect(clock.now()).toBe(10);
  await expect(clock.sleep(1_000, controller.signal)).rejects.toBe(reason);
  await other;
  expect(clock.now()).toBe(20);
});

test('an event alone does not make time pass; one called off does not happen', async () => {
  const happened: string[] = [];
  clock.after(10, () => happened.push('first'));
  clock.after(10, () => happened.push('never'))();
  clock.after(50, () => happened.push('too late'));
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(happened).toEqual([]);
  await clock.sleep(20);
  expect(happened).toEqual(['first']);
});

test('time stands still while it is held', async () => {
  const release = clock.hold();
  let woken = false;
  const sleeping = clock.sleep(1).then(() => {
    woken = true;
  });
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(woken).toBe(false);
  release();
  await sleeping;
  expect(woken).toBe(true);
});

test('a loop that never ends fails after 48 hours', async () => {
  const endless = async () => {
    for (;;) await clock.sleep(3_600_000);
  };
  await expect(endless()).rejects.toThrow('a loop never ends');
});

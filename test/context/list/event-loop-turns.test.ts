import type { IgnoreRules } from '../../../helper/src/context/list/name-lookup.ts';
import { walkFolder } from '../../../helper/src/context/list/walk-folder.ts';
import { hashListing, makeTree, removeTrees, type Tree } from '../../support/context-tree.ts';

// An abort during long work. The tests count how much work is done before the abort is noticed, not how long that takes.

afterAll(removeTrees);

const NAMES = 6_000;
const reason = new Error('aborted');

/** Aborts as a system signal does: in another turn of the event loop. */
function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(reason));
  return controller.signal;
}

/** Rules that ignore nothing, and count the names that they are asked about. */
function counting(onJudge: () => void = () => {}) {
  const seen = { names: 0 };
  const rules: IgnoreRules = {
    rootVerdict: { ignored: false, matched: [] },
    judge: (_, above) => {
      seen.names += 1;
      onJudge();
      return above;
    },
    entersFolder: () => true,
  };
  return { seen, rules };
}

const files = (name: (index: number) => string): Tree =>
  Object.fromEntries(Array.from({ length: NAMES }, (_, index) => [name(index), '']));

const STOPPED = { now: () => 0 };

test.each([
  ['one folder', (index: number) => `name${index}`],
  ['folders of many names', (index: number) => `${index % 4}/name${index}`],
  ['many folders', (index: number) => `${index}/name`],
])('listing %s: an abort ends it', async (_, name) => {
  const root = makeTree(files(name));
  const { seen, rules } = counting();
  await expect(walkFolder(root, rules, STOPPED, abortSoon())).rejects.toBe(reason);
  expect(seen.names).toBeLessThan(NAMES);
});

test('if each name takes long, as with thousands of patterns, only names that were begun are still looked at', async () => {
  const root = makeTree(files((index) => `name${index}`));
  let now = 0;
  const { seen, rules } = counting(() => {
    now += 10;
  });
  const controller = new AbortController();
  const walked = walkFolder(root, rules, { now: () => now }, controller.signal);
  const turns: number[] = [];
  const watch = (): void => {
    turns.push(seen.names);
    if (turns.length < 20) setImmediate(watch);
    else controller.abort(reason);
  };
  setImmediate(watch);
  await expect(walked).rejects.toBe(reason);
  expect(seen.names).toBeLessThan(1_000);
});

test('without an abort everything is listed in order', async () => {
  const root = makeTree(files((index) => `${index % 3}/name${index}`));
  let now = 0;
  const { rules } = counting(() => {
    now += 1;
  });
  const signal = new AbortController().signal;
  const [slow, fast] = [
    await walkFolder(root, rules, { now: () => now }, signal),
    await walkFolder(root, rules, STOPPED),
  ];
  expect(slow).toEqual(fast);
  expect(fast.entries).toHaveLength(NAMES + 3 + 1);
});

describe('hashing many files', () => {
  const root = () => makeTree({ a: '' });
  const entries = (path: (index: number) => string) =>
    Array.from({ length: 40_000 }, (_, index) => ({
      kind: 'file' as const,
      path: path(index),
      mode: 0o644,
      size: 0,
    }));

  test.each([
    ['whose hashes are known', (index: number) => `name${index}`, () => 'x'.repeat(43)],
    ['that are empty', () => 'a', () => undefined],
  ])('%s: an abort ends it', async (_, path, known) => {
    let asked = 0;
    const heard = hashListing(
      { root: root(), entries: entries(path) },
      () => {
        asked += 1;
        return known();
      },
      () => {
        throw reason;
      },
    );
    await expect(heard).rejects.toBe(reason);
    expect(asked).toBeLessThan(10_000);
  });
});

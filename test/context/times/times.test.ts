// Times of files, from the workspace to the archive: what web servers make Last-Modified and ETag of.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, linkSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Header } from 'tar';
import { hashListing } from '../../../helper/src/context/pack/hash-files.ts';
import { entryHeader } from '../../../helper/src/context/pack/tar-headers.ts';
import { type SendRequest, type SentContext, sendContext } from '../../../helper/src/context/send-context.ts';
import { type CommitFacts, eachFileName } from '../../../helper/src/context/times/assign-times.ts';
import { formatNote, parseFiles, parseHead } from '../../../helper/src/context/times/note-format.ts';
import { SentFiles } from '../../../helper/src/context/times/sent-files.ts';
import { type Double, startDouble } from '../../double/double.ts';
import { list, makeFolder, makeTree, packLike, removeTrees, timesIn } from '../../support/context-tree.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const SEGMENT = 1_000;
const LIMITS = { leastPart: 5_000, usualPart: 6_000, largestCopy: 20_000, usualSegment: SEGMENT };
const DAY = 24 * 3_600;
/** Seconds since the epoch, when a test begins: long enough ago for files of today to be remembered. */
const NOW = 2_000_000_000;

let double: Double;
let world: TestWorld;
let now: number;
let root: string;
beforeEach(async () => {
  double = await startDouble();
  double.s3.createBucket('contexts');
  double.s3.leastPart = LIMITS.leastPart;
  double.s3.mayList = false;
  now = NOW;
  const clock = {
    now: () => now * 1_000,
    sleep: (...args: Parameters<TestWorld['clock']['sleep']>) => double.clock.sleep(...args),
  };
  world = { ...testWorld(double), clock };
  root = makeTree({ 'index.html': 'A', 'b/c': 'cccc', 'b/d': 'dddd' });
});
afterEach(() => double.close());
afterAll(removeTrees);

type Times = Record<string, number>;
interface Sent extends SentContext {
  /** By path, in seconds after NOW. */
  times: Times;
}

/** Sends a folder, as an agent that remembers nothing unless it is told to, and looks into what S3 has then. */
async function send(
  from = root,
  { ignore, ...request }: Partial<SendRequest> & { ignore?: readonly string[] } = {},
): Promise<Sent> {
  const { listing } = await list(from, ignore ? { ignore } : {});
  const sent = await sendContext(world, listing, {
    bucket: 'contexts',
    names: ['shop/main', 'shop'],
    lastsMs: Number.NEGATIVE_INFINITY,
    limits: LIMITS,
    ...request,
  });
  const plain = gunzipSync(double.s3.object('contexts', sent.key)?.body ?? '');
  expect(plain.equals(await packLike(plain, listing))).toBe(true);
  const times = await timesIn(plain);
  return { ...sent, times: Object.fromEntries([...times].map(([path, time]) => [path, time - NOW])) };
}

/** Until all files were written long enough ago to be remembered: a tenth of a second. */
async function untilOld(): Promise<void> {
  const until = Date.now() + 150;
  while (Date.now() < until) await new Promise(setImmediate);
}

function write(path: string, text: string, at = root): void {
  mkdirSync(dirname(join(at, path)), { recursive: true });
  writeFileSync(join(at, path), text);
}

/** A fresh clone on another agent: other inodes, other times on disk. */
function clone(): string {
  const other = makeFolder();
  cpSync(root, other, { recursive: true });
  for (const path of ['index.html', 'b/c', 'b/d']) utimesSync(join(other, path), 1_500_000_000, 1_500_000_000);
  return other;
}

const notes = () => [...double.s3.bucket('contexts')].filter(([key]) => key.startsWith('contexts/jobs/'));
/** The note of the job itself, which has its files. */
const ownNote = (): [string, Buffer] => {
  const [key, object] = notes().sort(([, a], [, b]) => b.body.length - a.body.length)[0] ?? [];
  if (key === undefined || object === undefined) throw new Error('no note');
  return [key, object.body];
};

describe('what the archive says', () => {
  const file = (time: number) =>
    new Header(entryHeader({ kind: 'file', path: 'site/index.html', mode: 0o644, size: 50, time }), 0);

  test("the time is the entry's own, and not that of the file on disk", () => {
    expect(file(NOW).mtime).toEqual(new Date(NOW * 1000));
    expect(file(NOW + 1).mtime).toEqual(new Date((NOW + 1) * 1000));
    const stamped = (facts: string) =>
      entryHeader({ kind: 'file', path: 'p', mode: 0o644, size: 50, stamp: { facts, newest: 1n }, time: NOW });
    expect(stamped('v1').equals(stamped('v2'))).toBe(true);
  });

  test("a hard link has its file's, a PAX header and folders and symlinks have one that does not change", () => {
    const time = NOW;
    const long = 'x/'.repeat(200);
    const at = (bytes: Buffer, offset = 0) => (new Header(bytes, offset).mtime?.getTime() ?? 0) / 1000;
    expect(at(entryHeader({ kind: 'hardlink', path: 'a', mode: 0o644, target: 'b', time }))).toBe(NOW);
    const pax = entryHeader({ kind: 'file', path: `${long}f`, mode: 0o644, size: 1, time });
    expect([at(pax), at(pax, pax.length - 512)]).toEqual([946_684_800, NOW]);
    expect(at(entryHeader({ kind: 'folder', path: 'a', mode: 0o755 }))).toBe(946_684_800);
    expect(at(entryHeader({ kind: 'symlink', path: 'a', mode: 0o777, target: 'b' }))).toBe(946_684_800);
  });
});

describe('a file that is what it was keeps its time', () => {
  test('on another agent, in a fresh clone, a day later: nothing is sent', async () => {
    const first = await send();
    expect(first.times).toEqual({
      '': expect.any(Number),
      Dockerfile: 0,
      'index.html': 0,
      b: expect.any(Number),
      'b/c': 0,
      'b/d': 0,
    });
    now += DAY;
    const again = await send(clone());
    expect(again).toMatchObject({ key: first.key, uploaded: 0, times: first.times });
  });

  test('beside one that changed, and one that is new', async () => {
    const first = await send();
    now += DAY;
    write('index.html', 'B');
    write('b/e', 'new');
    const { times } = await send(clone());
    expect(times).toEqual({ ...first.times, 'index.html': DAY, 'b/e': DAY });
  });

  test('whatever its time on disk is', async () => {
    const first = await send();
    utimesSync(join(root, 'index.html'), 1_600_000_000, 1_600_000_000);
    now += DAY;
    expect(await send()).toMatchObject({ key: first.key, times: first.times });
  });
});

describe('a file that changed is later than before', () => {
  const rows: [string, () => void][] = [
    ['another content, as long', () => write('index.html', 'B')],
    ['another length', () => write('index.html', 'longer')],
    ['another mode', () => chmodSync(join(root, 'index.html'), 0o755)],
  ];
  for (const [name, change] of rows) {
    for (const [when, later] of [
      ['a minute later', 60],
      ['in the same second', 0],
      ['by a clock that is behind', -600],
    ] as const) {
      test(`${name}, ${when}`, async () => {
        const first = await send();
        change();
        now += later;
        const { times } = await send(clone());
        expect(times).toEqual({ ...first.times, 'index.html': Math.max(later, 1) });
      });
    }
  }

  test('A, B, A: three times that rise, in one second', async () => {
    const times: (number | undefined)[] = [];
    for (const text of ['A', 'B', 'A', 'B']) {
      write('index.html', text);
      times.push((await send(clone())).times['index.html']);
    }
    expect(times).toEqual([0, 1, 2, 3]);
  });

  test('A, B, A, where B was sent by another agent, and this one remembers A as a whole', async () => {
    const memory = join(makeFolder(), 'fargate-ci', 'hashes-1');
    await untilOld();
    const first = await send(root, { hashCacheFile: memory });
    const other = clone();
    write('index.html', 'B', other);
    now += 60;
    expect((await send(other)).times['index.html']).toBe(60);
    now += 60;
    const third = await send(root, { hashCacheFile: memory });
    expect(third.times['index.html']).toBe(120);
    expect(third.key).not.toBe(first.key);
    now += 60;
    expect(await send(root, { hashCacheFile: memory })).toMatchObject({ key: third.key, uploaded: 0 });
  });

  test('agents of two umasks: each is sent once, and later again only what has another content', async () => {
    const other = clone();
    for (const path of ['index.html', 'b/c', 'b/d', 'Dockerfile']) chmodSync(join(other, path), 0o664);
    const first = await send();
    now += 60;
    const second = await send(other);
    expect(second.times).toMatchObject({ 'index.html': 60, 'b/c': 60 });
    for (let build = 0; build < 4; build += 1) {
      now += 60;
      expect(await send(build % 2 === 0 ? root : other)).toMatchObject({
        uploaded: 0,
        key: build % 2 === 0 ? first.key : second.key,
      });
    }
    now += 60;
    write('index.html', 'B');
    write('index.html', 'B', other);
    const changed = await send();
    expect(changed.times).toEqual({ ...first.times, 'index.html': 360 });
    now += 60;
    expect((await send(other)).times).toEqual({ ...second.times, 'index.html': 420 });
    now += 60;
    write('index.html', 'A');
    expect((await send()).times).toEqual({ ...first.times, 'index.html': 480 });
  });

  test('a file that was gone meanwhile: later where it is another one, the same where it is not', async () => {
    const first = await send();
    const text = 'dddd';
    rmSync(join(root, 'b'), { recursive: true });
    now += 60;
    await send();
    now += 60;
    write('b/c', 'CCCC');
    write('b/d', text);
    expect((await send()).times).toEqual({ ...first.times, 'b/c': 120 });
  });

  test('of two names of one file that were two, both are later', async () => {
    write('b/c', 'same');
    write('b/d', 'same');
    await send();
    now += 60;
    rmSync(join(root, 'b/d'));
    linkSync(join(root, 'b/c'), join(root, 'b/d'));
    const linked = await send();
    // Nothing of them changed but that they are one.
    expect(linked.times).toMatchObject({ 'b/c': 0, 'b/d': 0 });
    now += 60;
    write('b/c', 'SAME');
    expect((await send()).times).toMatchObject({ 'b/c': 120, 'b/d': 120 });
    now += 60;
    rmSync(join(root, 'b/d'));
    write('b/d', 'other');
    expect((await send()).times).toMatchObject({ 'b/c': 120, 'b/d': 180 });
    now += 60;
    rmSync(join(root, 'b/d'));
    linkSync(join(root, 'b/c'), join(root, 'b/d'));
    // A name's content changed, and they have one time.
    expect((await send()).times).toMatchObject({ 'b/c': 240, 'b/d': 240 });
  });
});

describe('what git knows', () => {
  const commits = (times: Times, head = 0, committed = Object.keys(times)): CommitFacts => ({
    head: head === 0 ? 0 : NOW + head,
    isCommitted: (path) => committed.includes(path),
    timeOf: (path) => (times[path] === undefined ? 0 : NOW + times[path]),
  });
  const by = (times: Times, head?: number, committed?: string[]) => ({
    commitsOf: async () => commits(times, head, committed),
  });

  test("a new file has its commit's time, else now", async () => {
    const { times } = await send(root, by({ 'index.html': -1_000, 'b/c': -2_000 }));
    expect(times).toMatchObject({ 'index.html': -1_000, 'b/c': -2_000, 'b/d': 0, Dockerfile: 0 });
  });

  test('two first builds of a commit, side by side on two agents, send one archive', async () => {
    const git = by({ 'index.html': -1_000, 'b/c': -2_000, 'b/d': -2_000, Dockerfile: -3_000 });
    const first = await send(root, { ...git, names: ['one'] });
    now += 5;
    expect(await send(clone(), { ...git, names: ['two'] })).toMatchObject({ key: first.key, uploaded: 0 });
  });

  const rows: [string, ReturnType<typeof by>, number][] = [
    ["its commit's", by({ 'index.html': 10 }, 20), 10],
    [
      'that of the commit that is checked out, where its own is earlier than what was sent',
      by({ 'index.html': -10 }, 20),
      20,
    ],
    ['the same where its own is not known', by({}, 20, ['index.html']), 20],
    ['now, where both are earlier', by({ 'index.html': -10 }, -5), 60],
    ['now, where it is not as committed', by({}, 20), 60],
    ['now, where its commit is from the future', by({ 'index.html': 1_000_000 }, 1_000_000), 60],
  ];
  for (const [name, git, expected] of rows) {
    test(`a file that changed has the time of a commit that is later than before: ${name}`, async () => {
      await send();
      write('index.html', 'B');
      now += 60;
      expect((await send(clone(), git)).times['index.html']).toBe(expected);
    });
  }

  for (const [name, time] of [
    ['before 1980', -NOW + 5],
    ['from the future', 1],
    ['none', Number.NaN],
  ] as const) {
    test(`a commit's time that is ${name} is not taken`, async () => {
      expect((await send(root, by({ 'index.html': time }))).times['index.html']).toBe(0);
    });
  }

  test('it is asked for files alone whose time is to be found, and not at all where there are none', async () => {
    const asked: string[][] = [];
    const commitsOf: SendRequest['commitsOf'] = async (files) => {
      asked.push(files.map(({ path }) => path));
      return undefined;
    };
    const memory = join(makeFolder(), 'fargate-ci', 'hashes-1');
    await send(root, { commitsOf, hashCacheFile: memory });
    await send(root, { commitsOf, hashCacheFile: memory });
    await send(clone(), { commitsOf });
    expect(asked).toEqual([['Dockerfile', 'b/c', 'b/d', 'index.html']]);
    write('index.html', 'B');
    write('new', 'new');
    rmSync(join(root, 'b/c'));
    await send(root, { commitsOf, hashCacheFile: memory });
    rmSync(join(root, 'b/d'));
    await send(root, { commitsOf, hashCacheFile: memory });
    expect(asked.slice(1)).toEqual([['index.html', 'new']]);
  });
});

test('an unchanged workspace costs the requests that it cost before, and its note is not read', async () => {
  for (let n = 0; n < 60; n += 1) write(`src/file-${n}`, `${n}`.repeat(500));
  const memory = join(makeFolder(), 'fargate-ci', 'hashes-1');
  await untilOld();
  const first = await send(root, { hashCacheFile: memory });
  // Nothing ages.
  double.s3.expirationDays = 100_000;
  const before = double.requests.length;
  expect(await send(root, { hashCacheFile: memory })).toMatchObject({ key: first.key, uploaded: 0 });
  const requests = double.requests.slice(before).map(({ action, input }) => {
    const key = String(Reflect.get(Object(input), 'Key'));
    return `${action} ${key.replace(/[0-9a-f]{64}/, 'HASH')}`;
  });
  expect(requests.sort()).toEqual([
    'GetObject contexts/HASH.json',
    // The heads of two notes.
    'GetObject contexts/jobs/HASH.note',
    'GetObject contexts/jobs/HASH.note',
    'HeadObject contexts/HASH.tar.gz',
  ]);
});

describe('contexts of one job that leave out different files', () => {
  const [one, two] = [{ ignore: ['b/c'] }, { ignore: ['b/d', 'index.html'] }];

  test('one after the other: neither is sent again, nor forgets its times', async () => {
    const [first, second] = [await send(root, one), await send(root, two)];
    now += 60;
    expect(await send(root, one)).toMatchObject({ key: first.key, uploaded: 0 });
    expect(await send(root, two)).toMatchObject({ key: second.key, uploaded: 0 });
  });

  test('side by side, and nothing noted before: each finds its own times the next time', async () => {
    // Both have read that nothing is noted before one of them writes.
    await Promise.all([send(root, one), send(root, two)]);
    now += 60;
    const again = await Promise.all([send(root, one), send(root, two)]);
    expect(again.map(({ uploaded }) => uploaded)).toEqual([0, 0]);
    write('index.html', 'B');
    now += 60;
    expect((await send(root, one)).times).toMatchObject({ 'index.html': 120, 'b/d': 0 });
  });
});

describe('a job that has sent nothing yet', () => {
  test("has the times of the project's last one: what it sent is not sent again", async () => {
    const first = await send();
    now += DAY;
    const sent = await send(clone(), { names: ['shop/feature', 'shop'] });
    expect(sent).toMatchObject({ key: first.key, uploaded: 0 });
    write('index.html', 'B');
    now += DAY;
    expect((await send(root, { names: ['shop/feature', 'shop'] })).times).toEqual({
      ...first.times,
      'index.html': 2 * DAY,
    });
    // The other one's own files are what they were.
    write('index.html', 'A');
    expect(await send(root)).toMatchObject({ key: first.key, uploaded: 0 });
  });

  test("has its commits' for what is not the same", async () => {
    await send();
    write('index.html', 'B');
    now += DAY;
    const commitsOf = async (): Promise<CommitFacts> => ({
      head: NOW,
      isCommitted: () => true,
      timeOf: () => NOW - 500,
    });
    const { times } = await send(root, { names: ['shop/feature', 'shop'], commitsOf });
    expect(times).toMatchObject({ 'index.html': -500, 'b/c': 0 });
  });
});

describe('a note that is lost or poisoned', () => {
  const spoil = (change: (bytes: Buffer) => Buffer | undefined) => () => {
    for (const [key, { body }] of notes()) {
      const spoilt = change(body);
      if (spoilt) double.s3.put('contexts', key, spoilt);
      else double.s3.bucket('contexts').delete(key);
    }
  };
  const head = '{"context":"X","job":"Y"}\n'.replace(/X|Y/g, 'a'.repeat(64));
  const rows: [string, () => void][] = [
    ['gone', spoil(() => undefined)],
    ['empty', spoil(() => Buffer.alloc(0))],
    ['no JSON', spoil(() => Buffer.from('{'))],
    ['garbage', spoil(() => Buffer.alloc(5_000, 0xff))],
    ['cut off', spoil((bytes) => bytes.subarray(0, bytes.length - 3))],
    ['its head alone', spoil((bytes) => bytes.subarray(0, bytes.indexOf('\n') + 1))],
    ['its files alone', spoil((bytes) => bytes.subarray(bytes.indexOf('\n') + 1))],
    ['its last byte is another', spoil((bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]))],
    ['of nobody', spoil(() => Buffer.from(head))],
    [
      'a head that names something else',
      spoil((b) =>
        Buffer.concat([Buffer.from('{"context":"../../x","job":"../y"}\n'), b.subarray(b.indexOf('\n') + 1)]),
      ),
    ],
    ['of an earlier version', spoil(() => Buffer.from(`{"context":"${'a'.repeat(64)}"}`))],
    ['huge', spoil((bytes) => Buffer.concat([bytes, Buffer.alloc(35_000_000)]))],
  ];
  for (const [name, spoiled] of rows) {
    test(`${name}: one full send, and then all is as it was`, async () => {
      await send();
      spoiled();
      now += 60;
      const again = await send(clone());
      expect(new Set(Object.values(again.times).filter((time) => time > -DAY))).toEqual(
        new Set(name === 'a head that names something else' ? [0] : [60]),
      );
      now += 60;
      expect(await send(clone())).toMatchObject({ key: again.key, uploaded: 0 });
      write('index.html', 'B');
      now += 60;
      expect((await send(clone())).times).toEqual({ ...again.times, 'index.html': 180 });
    });
  }
});

describe('a note that somebody has made well', () => {
  /** With other times for all files. */
  const retime = async (time: number): Promise<void> => {
    const [key, body] = ownNote();
    const head = parseHead(body);
    const files = parseFiles(body);
    if (!head || !files) throw new Error('no note');
    const { listing } = await list(root);
    const entries = await hashListing(
      listing,
      () => undefined,
      () => {},
    );
    for (const entry of entries) if ('time' in entry) entry.time = time;
    const forged = SentFiles.NONE.with(eachFileName(entries), Number.POSITIVE_INFINITY);
    double.s3.put('contexts', key, formatNote(head, forged));
  };
  for (const [name, time] of [
    ['years from now', NOW + 10 * 365 * DAY],
    ['a day from now', NOW + DAY],
    ['before 1980', 5],
    ['none', 0],
    ['the last that there is', 2 ** 32 - 1],
  ] as const) {
    test(`times that are ${name} are not taken, and nothing is made later than they are`, async () => {
      await send();
      await retime(time);
      now += 60;
      write('index.html', 'B');
      const { times } = await send(clone());
      expect(times).toMatchObject({ Dockerfile: 60, 'index.html': 60, 'b/c': 60, 'b/d': 60 });
      now += 60;
      expect(await send(clone())).toMatchObject({ uploaded: 0, times });
    });
  }
});

describe('notes stay as long as a job is built', () => {
  const age = (days: number): void => {
    double.s3.expirationDays = 14;
    for (const [, object] of notes()) object.modifiedAt = (now - days * DAY) * 1_000;
  };
  for (const isRemembered of [true, false]) {
    for (const [days, isRenewed] of [
      [1, false],
      [6, false],
      [8, true],
      [13, true],
    ] as const) {
      test(`one of ${days} days, of two weeks, is ${isRenewed ? '' : 'not '}written anew${isRemembered ? '' : ', of a fresh clone'}`, async () => {
        const memory = isRemembered ? join(makeFolder(), 'fargate-ci', 'hashes-1') : undefined;
        await untilOld();
        const first = await send(root, { hashCacheFile: memory });
        age(days);
        const before = notes().map(([key, { body }]) => [key, body.toString('hex')]);
        const asked = double.calls('PutObject').length;
        expect(await send(isRemembered ? root : clone(), { hashCacheFile: memory })).toMatchObject({
          key: first.key,
          uploaded: 0,
        });
        expect(double.calls('PutObject')).toHaveLength(asked + (isRenewed ? 2 : 0));
        expect(notes().map(([key, { body }]) => [key, body.toString('hex')])).toEqual(before);
      });
    }
  }
});

test('zip takes the times, wherever it is run', async () => {
  const { key } = await send(root, {
    commitsOf: async () => ({ head: 0, isCommitted: () => true, timeOf: () => 315_619_200 }),
  });
  const folder = makeFolder();
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: double.s3.existing('contexts', key).body });
  const program = 'import zipfile,sys; zipfile.ZipFile(sys.argv[1]+"/x.zip","w").write(sys.argv[1]+"/ctx/index.html")';
  for (const TZ of ['UTC', 'Pacific/Honolulu', 'Pacific/Kiritimati'])
    execFileSync('python3', ['-c', program, folder], { env: { ...process.env, TZ } });
});

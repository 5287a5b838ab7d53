// The notes on S3 of what a job has sent: whose times count, what a wrong note costs, how long notes stay.
import { join } from 'node:path';
import { type CommitFacts, eachFileName } from '../../../helper/src/context/times/assign-times.ts';
import { formatNote, parseFiles, parseHead } from '../../../helper/src/context/times/note-format.ts';
import { SentFiles } from '../../../helper/src/context/times/sent-files.ts';
import { hashListing, listFolder, makeFolder, removeTrees } from '../../support/context-tree.ts';
import { DAY, NOW, TimesScene, untilOld } from '../../support/times-scene.ts';

let scene: TimesScene;
beforeEach(async () => {
  scene = await TimesScene.start();
});
afterEach(() => scene.close());
afterAll(removeTrees);

test('an unchanged workspace costs four requests, and the files in its note are not read', async () => {
  for (let n = 0; n < 60; n += 1) scene.write(`src/file-${n}`, `${n}`.repeat(500));
  const hashCacheFile = join(makeFolder(), 'fargate-ci', 'hashes-1');
  await untilOld();
  const first = await scene.send(scene.root, { hashCacheFile });
  // No note is old enough to be written again.
  scene.double.s3.expirationDays = 100_000;
  const before = scene.double.requests.length;
  expect(await scene.send(scene.root, { hashCacheFile })).toMatchObject({ key: first.key, uploaded: 0 });
  const requests = scene.double.requests.slice(before).map(({ action, input }) => {
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

  test('one after the other: no context is sent again, and no time is forgotten', async () => {
    const [first, second] = [await scene.send(scene.root, one), await scene.send(scene.root, two)];
    scene.now += 60;
    expect(await scene.send(scene.root, one)).toMatchObject({ key: first.key, uploaded: 0 });
    expect(await scene.send(scene.root, two)).toMatchObject({ key: second.key, uploaded: 0 });
  });

  test('side by side, with nothing noted before: each finds its own times in the next build', async () => {
    // Both have read the missing note before one of them writes it.
    await Promise.all([scene.send(scene.root, one), scene.send(scene.root, two)]);
    scene.now += 60;
    const again = await Promise.all([scene.send(scene.root, one), scene.send(scene.root, two)]);
    expect(again.map(({ uploaded }) => uploaded)).toEqual([0, 0]);
    scene.write('index.html', 'B');
    scene.now += 60;
    expect((await scene.send(scene.root, one)).times).toMatchObject({ 'index.html': 120, 'b/d': 0 });
  });
});

describe('a job that has sent nothing yet', () => {
  test("takes the times of the project's last job, and sends nothing that this job has sent", async () => {
    const first = await scene.send();
    scene.now += DAY;
    const sent = await scene.send(scene.clone(), { names: ['shop/feature', 'shop'] });
    expect(sent).toMatchObject({ key: first.key, uploaded: 0 });
    scene.write('index.html', 'B');
    scene.now += DAY;
    expect((await scene.send(scene.root, { names: ['shop/feature', 'shop'] })).times).toEqual({
      ...first.times,
      'index.html': 2 * DAY,
    });
    // The first job still has its own times.
    scene.write('index.html', 'A');
    expect(await scene.send(scene.root)).toMatchObject({ key: first.key, uploaded: 0 });
  });

  test('takes the times of commits for files that differ', async () => {
    await scene.send();
    scene.write('index.html', 'B');
    scene.now += DAY;
    const commitsOf = async (): Promise<CommitFacts> => ({
      head: NOW,
      isCommitted: () => true,
      timeOf: () => NOW - 500,
    });
    const { times } = await scene.send(scene.root, { names: ['shop/feature', 'shop'], commitsOf });
    expect(times).toMatchObject({ 'index.html': -500, 'b/c': 0 });
  });
});

describe('a note that is lost or damaged', () => {
  const spoil = (change: (bytes: Buffer) => Buffer | undefined) => () => {
    for (const [key, { body }] of scene.notes()) {
      const spoilt = change(body);
      if (spoilt) scene.double.s3.put('contexts', key, spoilt);
      else scene.double.s3.bucket('contexts').delete(key);
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
    test(`${name}: costs one full upload, and then nothing more`, async () => {
      await scene.send();
      spoiled();
      scene.now += 60;
      const again = await scene.send(scene.clone());
      expect(new Set(Object.values(again.times).filter((time) => time > -DAY))).toEqual(
        new Set(name === 'a head that names something else' ? [0] : [60]),
      );
      scene.now += 60;
      expect(await scene.send(scene.clone())).toMatchObject({ key: again.key, uploaded: 0 });
      scene.write('index.html', 'B');
      scene.now += 60;
      expect((await scene.send(scene.clone())).times).toEqual({ ...again.times, 'index.html': 180 });
    });
  }
});

describe('a forged note in the right format', () => {
  /** Writes the note again with another time for all files. */
  const retime = async (time: number): Promise<void> => {
    const [key, body] = scene.ownNote();
    const head = parseHead(body);
    const files = parseFiles(body);
    if (!head || !files) throw new Error('no note');
    const { listing } = await listFolder(scene.root);
    const entries = await hashListing(listing);
    for (const entry of entries) if ('time' in entry) entry.time = time;
    const forged = SentFiles.NONE.with(eachFileName(entries), Number.POSITIVE_INFINITY);
    scene.double.s3.put('contexts', key, formatNote(head, forged));
  };
  for (const [name, time] of [
    ['years from now', NOW + 10 * 365 * DAY],
    ['a day from now', NOW + DAY],
    ['before 1980', 5],
    ['none', 0],
    ['the last that there is', 2 ** 32 - 1],
  ] as const) {
    test(`times that are ${name} are not trusted, and nothing gets a later time because of them`, async () => {
      await scene.send();
      await retime(time);
      scene.now += 60;
      scene.write('index.html', 'B');
      const { times } = await scene.send(scene.clone());
      expect(times).toMatchObject({ Dockerfile: 60, 'index.html': 60, 'b/c': 60, 'b/d': 60 });
      scene.now += 60;
      expect(await scene.send(scene.clone())).toMatchObject({ uploaded: 0, times });
    });
  }
});

describe('notes stay as long as a job is built', () => {
  const age = (days: number): void => {
    scene.double.s3.expirationDays = 14;
    for (const [, object] of scene.notes()) object.modifiedAt = (scene.now - days * DAY) * 1_000;
  };
  for (const isRemembered of [true, false]) {
    for (const [days, isRenewed] of [
      [1, false],
      [6, false],
      [8, true],
      [13, true],
    ] as const) {
      test(`one of ${days} days, of two weeks, is ${isRenewed ? '' : 'not '}written anew${isRemembered ? '' : ', of a fresh clone'}`, async () => {
        const hashCacheFile = isRemembered ? join(makeFolder(), 'fargate-ci', 'hashes-1') : undefined;
        await untilOld();
        const first = await scene.send(scene.root, { hashCacheFile });
        age(days);
        const before = scene.notes().map(([key, { body }]) => [key, body.toString('hex')]);
        const asked = scene.double.calls('PutObject').length;
        expect(await scene.send(isRemembered ? scene.root : scene.clone(), { hashCacheFile })).toMatchObject({
          key: first.key,
          uploaded: 0,
        });
        expect(scene.double.calls('PutObject')).toHaveLength(asked + (isRenewed ? 2 : 0));
        expect(scene.notes().map(([key, { body }]) => [key, body.toString('hex')])).toEqual(before);
      });
    }
  }
});

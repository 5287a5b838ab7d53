// Times of files that changed and of files that did not. Web servers make Last-Modified and ETag from them.
import { chmodSync, linkSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Header } from 'tar';
import { entryHeader } from '../../../helper/src/context/pack/tar-headers.ts';
import { makeFolder, removeTrees } from '../../support/context-tree.ts';
import { DAY, NOW, TimesScene, untilOld } from '../../support/times-scene.ts';

let scene: TimesScene;
beforeEach(async () => {
  scene = await TimesScene.start();
});
afterEach(() => scene.close());
afterAll(removeTrees);

describe('times in the archive', () => {
  const file = (time: number) =>
    new Header(entryHeader({ kind: 'file', path: 'site/index.html', mode: 0o644, size: 50, time }), 0);

  test("a file has the entry's time, not the time of the file on disk", () => {
    expect(file(NOW).mtime).toEqual(new Date(NOW * 1000));
    expect(file(NOW + 1).mtime).toEqual(new Date((NOW + 1) * 1000));
    const stamped = (facts: string) =>
      entryHeader({ kind: 'file', path: 'p', mode: 0o644, size: 50, stamp: { facts, newest: 1n }, time: NOW });
    expect(stamped('v1').equals(stamped('v2'))).toBe(true);
  });

  test('a hard link has the time of its file; a PAX header, folders and symlinks have a fixed time', () => {
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

describe('a file that has not changed keeps its time', () => {
  test('on another agent, in a fresh clone, a day later: nothing is sent', async () => {
    const first = await scene.send();
    expect(first.times).toEqual({
      '': expect.any(Number),
      Dockerfile: 0,
      'index.html': 0,
      b: expect.any(Number),
      'b/c': 0,
      'b/d': 0,
    });
    scene.now += DAY;
    const again = await scene.send(scene.clone());
    expect(again).toMatchObject({ key: first.key, uploaded: 0, times: first.times });
  });

  test('beside a file that changed, and one that is new', async () => {
    const first = await scene.send();
    scene.now += DAY;
    scene.write('index.html', 'B');
    scene.write('b/e', 'new');
    const { times } = await scene.send(scene.clone());
    expect(times).toEqual({ ...first.times, 'index.html': DAY, 'b/e': DAY });
  });

  test('whatever time it has on disk', async () => {
    const first = await scene.send();
    utimesSync(join(scene.root, 'index.html'), 1_600_000_000, 1_600_000_000);
    scene.now += DAY;
    expect(await scene.send()).toMatchObject({ key: first.key, times: first.times });
  });
});

describe('a file that changed gets a later time', () => {
  const rows: [string, () => void][] = [
    ['another content, as long', () => scene.write('index.html', 'B')],
    ['another length', () => scene.write('index.html', 'longer')],
    ['another mode', () => chmodSync(join(scene.root, 'index.html'), 0o755)],
  ];
  for (const [name, change] of rows) {
    for (const [when, later] of [
      ['a minute later', 60],
      ['in the same second', 0],
      ['by a clock that is behind', -600],
    ] as const) {
      test(`${name}, ${when}`, async () => {
        const first = await scene.send();
        change();
        scene.now += later;
        const { times } = await scene.send(scene.clone());
        expect(times).toEqual({ ...first.times, 'index.html': Math.max(later, 1) });
      });
    }
  }

  test('content A, then B, then A again: rising times, even within a second', async () => {
    const times: (number | undefined)[] = [];
    for (const text of ['A', 'B', 'A', 'B']) {
      scene.write('index.html', text);
      times.push((await scene.send(scene.clone())).times['index.html']);
    }
    expect(times).toEqual([0, 1, 2, 3]);
  });

  test('content A, B, A, if another agent has sent B and this agent remembers the context with A', async () => {
    const hashCacheFile = join(makeFolder(), 'fargate-ci', 'hashes-1');
    await untilOld();
    const first = await scene.send(scene.root, { hashCacheFile });
    const other = scene.clone();
    scene.write('index.html', 'B', other);
    scene.now += 60;
    expect((await scene.send(other)).times['index.html']).toBe(60);
    scene.now += 60;
    const third = await scene.send(scene.root, { hashCacheFile });
    expect(third.times['index.html']).toBe(120);
    expect(third.key).not.toBe(first.key);
    scene.now += 60;
    expect(await scene.send(scene.root, { hashCacheFile })).toMatchObject({ key: third.key, uploaded: 0 });
  });

  test('agents with two umasks: each context is sent once, and later only files with another content', async () => {
    const other = scene.clone();
    for (const path of ['index.html', 'b/c', 'b/d', 'Dockerfile']) chmodSync(join(other, path), 0o664);
    const first = await scene.send();
    scene.now += 60;
    const second = await scene.send(other);
    expect(second.times).toMatchObject({ 'index.html': 60, 'b/c': 60 });
    for (let build = 0; build < 4; build += 1) {
      scene.now += 60;
      expect(await scene.send(build % 2 === 0 ? scene.root : other)).toMatchObject({
        uploaded: 0,
        key: build % 2 === 0 ? first.key : second.key,
      });
    }
    scene.now += 60;
    scene.write('index.html', 'B');
    scene.write('index.html', 'B', other);
    const changed = await scene.send();
    expect(changed.times).toEqual({ ...first.times, 'index.html': 360 });
    scene.now += 60;
    expect((await scene.send(other)).times).toEqual({ ...second.times, 'index.html': 420 });
    scene.now += 60;
    scene.write('index.html', 'A');
    expect((await scene.send()).times).toEqual({ ...first.times, 'index.html': 480 });
  });

  test('a file that was gone meanwhile: a later time if it has another content, else the same time', async () => {
    const first = await scene.send();
    const text = 'dddd';
    rmSync(join(scene.root, 'b'), { recursive: true });
    scene.now += 60;
    await scene.send();
    scene.now += 60;
    scene.write('b/c', 'CCCC');
    scene.write('b/d', text);
    expect((await scene.send()).times).toEqual({ ...first.times, 'b/c': 120 });
  });

  test('if two names become one file, or one file becomes two, both names get a later time', async () => {
    scene.write('b/c', 'same');
    scene.write('b/d', 'same');
    await scene.send();
    scene.now += 60;
    rmSync(join(scene.root, 'b/d'));
    linkSync(join(scene.root, 'b/c'), join(scene.root, 'b/d'));
    const linked = await scene.send();
    // Their content has not changed.
    expect(linked.times).toMatchObject({ 'b/c': 0, 'b/d': 0 });
    scene.now += 60;
    scene.write('b/c', 'SAME');
    expect((await scene.send()).times).toMatchObject({ 'b/c': 120, 'b/d': 120 });
    scene.now += 60;
    rmSync(join(scene.root, 'b/d'));
    scene.write('b/d', 'other');
    expect((await scene.send()).times).toMatchObject({ 'b/c': 120, 'b/d': 180 });
    scene.now += 60;
    rmSync(join(scene.root, 'b/d'));
    linkSync(join(scene.root, 'b/c'), join(scene.root, 'b/d'));
    // The content of one name changed, and both names have one time.
    expect((await scene.send()).times).toMatchObject({ 'b/c': 240, 'b/d': 240 });
  });
});

// Times of files that are new or have changed, taken from the repository's commits.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { sendContext } from '../../../helper/src/context/send-context.ts';
import type { CommitFacts } from '../../../helper/src/context/times/assign-times.ts';
import { makeFolder, removeTrees } from '../../support/context-tree.ts';
import { NOW, type Times, TimesScene } from '../../support/times-scene.ts';

let scene: TimesScene;
beforeEach(async () => {
  scene = await TimesScene.start();
});
afterEach(() => scene.close());
afterAll(removeTrees);

describe('what git knows', () => {
  const commits = (times: Times, head = 0, committed = Object.keys(times)): CommitFacts => ({
    head: head === 0 ? 0 : NOW + head,
    isCommitted: (path) => committed.includes(path),
    timeOf: (path) => (times[path] === undefined ? 0 : NOW + times[path]),
  });
  const by = (times: Times, head?: number, committed?: string[]) => ({
    commitsOf: async () => commits(times, head, committed),
  });

  test('a new file has the time of its commit, or else the present time', async () => {
    const { times } = await scene.send(scene.root, by({ 'index.html': -1_000, 'b/c': -2_000 }));
    expect(times).toMatchObject({ 'index.html': -1_000, 'b/c': -2_000, 'b/d': 0, Dockerfile: 0 });
  });

  test('first builds of one commit on two agents send the same archive', async () => {
    const git = by({ 'index.html': -1_000, 'b/c': -2_000, 'b/d': -2_000, Dockerfile: -3_000 });
    const first = await scene.send(scene.root, { ...git, names: ['one'] });
    scene.now += 5;
    expect(await scene.send(scene.clone(), { ...git, names: ['two'] })).toMatchObject({ key: first.key, uploaded: 0 });
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
    test(`a file that changed gets the time of a commit, if that is later than before: ${name}`, async () => {
      await scene.send();
      scene.write('index.html', 'B');
      scene.now += 60;
      expect((await scene.send(scene.clone(), git)).times['index.html']).toBe(expected);
    });
  }

  for (const [name, time] of [
    ['before 1980', -NOW + 5],
    ['from the future', 1],
    ['none', Number.NaN],
  ] as const) {
    test(`a commit's time that is ${name} is not used`, async () => {
      expect((await scene.send(scene.root, by({ 'index.html': time }))).times['index.html']).toBe(0);
    });
  }

  test('the repository is asked only about files whose time is not known, and not at all if there are none', async () => {
    const asked: string[][] = [];
    const commitsOf: Parameters<typeof sendContext>[2]['commitsOf'] = async (files) => {
      asked.push(files.map(({ path }) => path));
      return undefined;
    };
    const hashCacheFile = join(makeFolder(), 'fargate-ci', 'hashes-1');
    await scene.send(scene.root, { commitsOf, hashCacheFile });
    await scene.send(scene.root, { commitsOf, hashCacheFile });
    await scene.send(scene.clone(), { commitsOf });
    expect(asked).toEqual([['Dockerfile', 'b/c', 'b/d', 'index.html']]);
    scene.write('index.html', 'B');
    scene.write('new', 'new');
    rmSync(join(scene.root, 'b/c'));
    await scene.send(scene.root, { commitsOf, hashCacheFile });
    rmSync(join(scene.root, 'b/d'));
    await scene.send(scene.root, { commitsOf, hashCacheFile });
    expect(asked.slice(1)).toEqual([['index.html', 'new']]);
  });
});

test('zip accepts the times in any time zone', async () => {
  const { key } = await scene.send(scene.root, {
    commitsOf: async () => ({ head: 0, isCommitted: () => true, timeOf: () => 315_619_200 }),
  });
  const folder = makeFolder();
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: scene.double.s3.existing('contexts', key).body });
  const program = 'import zipfile,sys; zipfile.ZipFile(sys.argv[1]+"/x.zip","w").write(sys.argv[1]+"/ctx/index.html")';
  for (const TZ of ['UTC', 'Pacific/Honolulu', 'Pacific/Kiritimati'])
    execFileSync('python3', ['-c', program, folder], { env: { ...process.env, TZ } });
});

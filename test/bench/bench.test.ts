import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { Cleanup } from '../../local/cleanup.mjs';
import { checkArchive } from './archive.ts';
import { compare } from './compare.ts';
import { nodeStart, stepFolder } from './helper.ts';
import { openLink } from './link.ts';
import { PARTS } from './main.ts';
import { type LocalS3, s3At, startAws } from './places.ts';
import { PAGE, replaceResults } from './results-page.ts';
import { ratios, spread, summarise, table } from './statistics.ts';
import { fargateCiTool, type Tool } from './tools.ts';
import { generate, scaled, workspaceShapes } from './workspaces.ts';

// `npm run bench` itself takes long and is no part of the tests. Here it runs on a workspace of a few files, on the
// scripted AWS, so that it works when somebody needs it.

// The bundle is started several times, perhaps on a busy machine.
jest.setTimeout(60_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fargate-ci-bench-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TINY = scaled(workspaceShapes.django, 0.004);

async function contents(root: string): Promise<Buffer[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(files.sort().map((file) => readFile(file)));
}

test('a workspace is the same each time, and compresses as sources do', async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  for (const root of [one, other]) await generate({ ...workspaceShapes.small, files: 150, bytes: 2_000_000 }, root);
  const digest = async (root: string) =>
    createHash('sha256')
      .update(Buffer.concat(await contents(root)))
      .digest('hex');
  expect(await digest(one)).toBe(await digest(other));
  const bytes = Buffer.concat(await contents(one));
  expect(bytes.length).toBeGreaterThan(1_900_000);
  const ratio = bytes.length / gzipSync(bytes).length;
  expect(ratio).toBeGreaterThan(3);
  expect(ratio).toBeLessThan(7);
});

test('the big file is half text, half noise', async () => {
  await generate({ ...workspaceShapes.big, big: 8 * 1024 * 1024 }, folder);
  const bytes = await readFile(join(folder, 'data', 'dump.bin'));
  expect(bytes.length).toBe(8 * 1024 * 1024);
  const ratio = bytes.length / gzipSync(bytes, { level: 1 }).length;
  expect(ratio).toBeGreaterThan(1.3);
  expect(ratio).toBeLessThan(2);
});

describe('with the bundle, on the scripted AWS', () => {
  let cleanup: Cleanup;
  let workspace: string;
  let s3: LocalS3;
  let ours: Tool;
  beforeEach(async () => {
    cleanup = new Cleanup();
    workspace = join(folder, 'app');
    await generate(TINY, workspace);
    const double = await startAws(cleanup);
    s3 = s3At(Number(new URL(double.url).port));
    ours = fargateCiTool(double);
  });
  afterEach(() => cleanup.run());

  /** Does the same as one case of `npm run bench -- context`, on a line that counts. */
  async function sent(state: 'cold' | 'changed', tools: readonly Tool[], rounds = 1) {
    const link = await openLink(s3.port, 50_000_000);
    cleanup.defer('the line', () => link.close());
    let number = 0;
    const keys: string[] = [];
    const results = await compare(tools, {
      workspace,
      state,
      rounds,
      async send(tool) {
        number += 1;
        const before = link.sent();
        const one = await tool.send({ workspace, endpoint: link.url, number, prefix: [], signal: cleanup.signal });
        keys.push(one.key);
        return { ...one, bytes: link.sent() - before };
      },
      empty: () => s3.empty(),
      drop: (key) => s3.drop(key),
      check: (key) => checkArchive(s3, key, workspace),
    });
    return { results, keys };
  }

  test('our build is measured to the task, and what it sent is the workspace', async () => {
    const idle: Tool = { name: 'idle', send: async () => ({ seconds: 1, cpuSeconds: 0, memory: 1, key: 'none' }) };
    const { results } = await sent('cold', [ours, idle], 2);
    const mine = results.get('fargate-ci');
    expect(mine?.seconds).toHaveLength(2);
    expect(results.get('idle')?.seconds).toEqual([1, 1]);
    const packed = gzipSync(Buffer.concat(await contents(workspace))).length;
    for (const bytes of mine?.bytes ?? []) expect(bytes).toBeGreaterThan(packed / 2);
    for (const memory of mine?.memory ?? []) expect(memory).toBeGreaterThan(20_000_000);
    for (const cpu of mine?.cpuSeconds ?? []) expect(cpu).toBeGreaterThan(0);
  });

  test('a build after a change is measured once another went before it, and runs on the code that was kept', async () => {
    const code = join(stepFolder(workspace), 'code');
    const written: number[] = [];
    const noting: Tool = {
      ...ours,
      async send(job) {
        const one = await ours.send(job);
        for (const name of await readdir(code)) written.push((await stat(join(code, name))).mtimeMs);
        return one;
      },
    };
    const { keys } = await sent('changed', [noting]);
    expect(keys).toHaveLength(2);
    expect(written).toEqual([written[0], written[0]]);
    expect(await readdir(stepFolder(workspace))).not.toContainEqual(expect.stringMatching(/^[0-9a-f]{8}-/));
  });

  test('what was sent is not taken for a workspace that differs in anything', async () => {
    const { keys } = await sent('cold', [ours]);
    const file = join(workspace, 'Dockerfile');
    const text = await readFile(file, 'utf8');
    for (const [spoil, told] of [
      [() => appendFile(file, 'x'), /Dockerfile: Size differs/],
      [() => writeFile(file, text.toUpperCase()), /Dockerfile: Contents differ/],
      [() => unlink(file), /Dockerfile: Warning: Cannot stat/],
      [() => writeFile(`${file}.new`, ''), /files were sent, and there are/],
    ] as const) {
      await spoil();
      await expect(checkArchive(s3, keys.at(-1) ?? '', workspace)).rejects.toThrow(told);
      await rm(`${file}.new`, { force: true });
      await writeFile(file, text);
    }
    await checkArchive(s3, keys.at(-1) ?? '', workspace);
  });

  test('a build that does not come to the task is no result', async () => {
    await rm(join(workspace, 'Dockerfile'));
    await expect(sent('cold', [ours])).rejects.toThrow(/did not come to RunTask/);
  });
});

test('rounds are compared with their own, and told with their spread', () => {
  expect(summarise([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, count: 3 });
  expect(summarise([4, 1, 2, 3]).median).toBe(2.5);
  expect(() => summarise([])).toThrow('nothing');
  expect(ratios([1, 4], [2, 2])).toEqual({ median: 1.25, least: 0.5, most: 2, count: 2 });
  expect(spread(ratios([1, 4], [2, 2]))).toBe('1.25 (0.50 to 2.00)');
  expect(table(['a', 'bee'], [['1', '2']])).toEqual(['| a   | bee |', '| --- | --- |', '| 1   | 2   |']);
});

test('node is started as the step does it', async () => {
  const { flags, env } = await nodeStart();
  expect(flags).toEqual([]);
  expect(Object.keys(env)).toEqual(['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_']);
});

test('the page has a place for the results of every part', async () => {
  const page = await readFile(PAGE, 'utf8');
  for (const { name } of PARTS) {
    const filled = replaceResults(page, name, ['one', 'two']);
    expect(filled).toContain('\none\ntwo\n<!-- bench');
    expect(replaceResults(filled, name, ['one', 'two'])).toBe(filled);
  }
  expect(() => replaceResults(page, 'tea', [])).toThrow('docs/performance.md has no');
});

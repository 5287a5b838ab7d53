import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectGolden } from './golden.ts';

let folder: string;
let updating: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fargate-ci-golden-'));
  updating = process.env.UPDATE_GOLDEN;
  delete process.env.UPDATE_GOLDEN;
});
afterEach(async () => {
  if (updating !== undefined) process.env.UPDATE_GOLDEN = updating;
  else delete process.env.UPDATE_GOLDEN;
  await rm(folder, { recursive: true });
});

/** The failure's message without colours, and what jest prints. */
function failureOf(name: string, text: string): { message: string; stack: string } {
  try {
    expectGolden(name, text, folder);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const colours = /\x1b\[\d+m/g;
    return { message: error.message.replace(colours, ''), stack: (error.stack ?? '').replace(colours, '') };
  }
  throw new Error('the comparison was to fail');
}

test('the same text passes', async () => {
  await writeFile(join(folder, 'pushed.txt'), 'built\npushed\n');
  expectGolden('pushed', 'built\npushed\n', folder);
});

test('a difference shows the file, a diff from the file to what was said, and how to update the file', async () => {
  await writeFile(join(folder, 'pushed.txt'), 'built\npushed shop:1\ndone\n');
  const { message, stack } = failureOf('pushed', 'built\npushed shop:2\ndone\n');
  expect(message).toMatch(/\/pushed\.txt \(-\) is not what was said \(\+\)/);
  expect(message).toContain('\n    UPDATE_GOLDEN=1 npm test -- test/support/golden.test.ts\n');
  expect(message).toMatch(/^- pushed shop:1\n\+ pushed shop:2$/m);
  expect(message).toMatch(/^- Expected .*\n\+ Received /m);
  expect(stack).toContain(message);
});

test('a transcript that does not exist yet fails in the same way', () => {
  const { message } = failureOf('new', 'built\n');
  expect(message).toMatch(/\/new\.txt \(-\) is not what was said/);
  expect(message).toMatch(/^- \(no transcript yet\)\n\+ built$/m);
});

test('with UPDATE_GOLDEN=1 the file is written', async () => {
  process.env.UPDATE_GOLDEN = '1';
  expectGolden('deep/new', 'on 127.0.0.1:4321\n', folder);
  expect(await readFile(join(folder, 'deep/new.txt'), 'utf8')).toBe('on 127.0.0.1:PORT\n');
});

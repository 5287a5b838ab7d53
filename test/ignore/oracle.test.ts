import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { walkFolder } from '../../helper/src/context/list/walk-folder.ts';
import { Failure } from '../../helper/src/failure.ts';
import { parseIgnoreFile } from '../../helper/src/ignore/ignore-file.ts';
import { IgnorePatterns } from '../../helper/src/ignore/patterns.ts';
import { namesOf, parse, treeOf } from './oracle/format.mjs';
import { TREES } from './oracle/random.mjs';
import { CASES } from './oracle/written.mjs';

// oracle/record.mjs has recorded what BuildKit's walk sends of each tree.
const recorded = readFileSync(join(import.meta.dirname, 'oracle/buildkit.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map(parse);

const roots = new Map<number, string>();
beforeAll(() => {
  for (const tree of [-1, ...TREES.keys()]) {
    const root = mkdtempSync(join(tmpdir(), 'ignore-oracle-'));
    roots.set(tree, root);
    for (const path of treeOf(tree)) {
      mkdirSync(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(join(root, path), 'x');
    }
  }
});
afterAll(() => {
  for (const root of roots.values()) rmSync(root, { recursive: true });
});

/** What we send; undefined if the patterns are refused. */
async function sent(tree: number, ignore: string): Promise<string[] | undefined> {
  try {
    const patterns = new IgnorePatterns(parseIgnoreFile(ignore, '.dockerignore'));
    const { entries } = await walkFolder(roots.get(tree) ?? '', patterns, { now: () => 0 });
    return entries.map(({ kind, path }) => (kind === 'folder' ? `${path}/` : path)).sort();
  } catch (error) {
    if (!(error instanceof Failure) || error.category !== 'usage') throw error;
    expect(error.message).toMatch(/^ignore patterns that Docker does not accept: \.dockerignore:\d+: "/);
    return undefined;
  }
}

describe('we send what BuildKit sends', () => {
  for (const { name, tree, ignore, sent: expected } of recorded.filter((one) => one.name !== ''))
    test(`${name}: ${JSON.stringify(ignore.slice(0, 80))}`, async () => {
      expect(await sent(tree, ignore)).toEqual(expected);
    });

  test('for each generated ignore file, too', async () => {
    const generated = recorded.filter(({ name }) => name === '');
    const ours = [];
    for (const { tree, ignore } of generated) ours.push({ ignore, sent: await sent(tree, ignore) });
    expect(ours).toEqual(generated.map(({ ignore, sent: expected }) => ({ ignore, sent: expected })));
  });
});

test('every written case is recorded, and a thousand generated ones that leave something out', () => {
  expect(recorded.flatMap(({ name }) => (name === '' ? [] : [name]))).toEqual(Object.keys(CASES));
  const telling = recorded.filter(
    ({ name, tree, sent: some }) => name === '' && some && some.length < namesOf(tree).length,
  );
  expect(telling.length).toBeGreaterThanOrEqual(1_000);
});

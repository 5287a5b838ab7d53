import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listContext } from '../../helper/src/context/list.ts';
import { Patterns } from '../../helper/src/ignore/patterns.ts';
import { CASES, TREE } from './oracle/cases.mjs';

type Answer = string | string[];
const recorded: Record<string, { ignore: string; copied: Answer; buildkit?: Answer }> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'oracle/docker-20.10.json'), 'utf8'),
);

/** Where kaniko's matcher (moby/patternmatcher 0.6, as in today's Docker) differs from 20.10's, and decides in the end. */
const NEWER: Record<string, readonly string[]> = {
  // 20.10 looks for a folder's boundary before `src`; now `**src` is whatever ends in it.
  'leading ** without slash': ['xsrc/', 'xsrc/main.go'],
};
/** Signs that 20.10 hands to its regular expressions unescaped: now they are plain. */
const NOTHING_IGNORED = ['regex signs are plain'];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'context-oracle-'));
  for (const path of TREE) {
    mkdirSync(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), path);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

/** What COPY sees: the archive without what kaniko, which applies the ignore file again, hides. */
async function seen(ignore: string): Promise<string[]> {
  writeFileSync(join(root, '.dockerignore'), ignore);
  const { entries } = await listContext({ root, dockerfile: 'Dockerfile', ignore: [] }, () => {});
  const paths = entries.map((entry) => (entry.kind === 'folder' ? `${entry.path}/` : entry.path));
  expect(paths).toContain('Dockerfile');
  expect(paths).toContain('.dockerignore');
  const lines = ignore.split('\n').map((text) => ({ text, origin: '' }));
  const hides = new Patterns(lines.filter(({ text }) => text.trim() !== '' && !text.startsWith('#')));
  const kept = ['Dockerfile', '.dockerignore'];
  return paths.filter((path) => !kept.includes(path) || !hides.ignores(path)).sort();
}

describe("what Docker's COPY . / copies is what is sent", () => {
  for (const [name, { ignore, copied, buildkit }] of Object.entries(recorded)) {
    const newer = NEWER[name] ?? [];
    test(`${name}: ${JSON.stringify(ignore)}`, async () => {
      if (typeof copied === 'string') {
        await expect(seen(ignore)).rejects.toMatchObject({
          category: 'usage',
          message: expect.stringContaining('.dockerignore:1: '),
        });
        expect(buildkit).toMatch(/^error: /);
        return;
      }
      const all = recorded.empty?.copied;
      const expected = NOTHING_IGNORED.includes(name) ? all : copied.filter((path) => !newer.includes(path));
      expect(await seen(ignore)).toEqual(expected);
    });
  }

  test('every case is recorded, and both builders agree but for one empty folder', () => {
    expect(Object.keys(recorded)).toEqual(Object.keys(CASES));
    const differ = Object.entries(recorded)
      .filter(([, { copied, buildkit }]) => typeof copied !== 'string' && buildkit !== undefined)
      .map(([name]) => name);
    expect(differ).toEqual(['exception first has no effect']);
  });
});

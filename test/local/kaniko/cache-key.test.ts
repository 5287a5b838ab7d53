import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CacheKey, keyParts } from '../../../local/kaniko/cache/cache-key.ts';
import { applyMetadata } from '../../../local/kaniko/dockerfile/apply-metadata.ts';
import { parseInstructions } from '../../../local/kaniko/dockerfile/parse-dockerfile.ts';
import { StageVariables } from '../../../local/kaniko/dockerfile/stage-variables.ts';
import { copiedFiles } from '../../../local/kaniko/files/copied-files.ts';
import { readDockerignore } from '../../../local/kaniko/files/dockerignore.ts';
import { hashPath } from '../../../local/kaniko/files/hash-files.ts';

/** Key of the last instruction. */
function keyOf(text: string, given: Record<string, string>, active: readonly string[]): string {
  const variables = new StageVariables(new Map(Object.entries(given)), new Map());
  const key = new CacheKey(active.includes('ROLLING_CACHE_KEY')).add('base');
  for (const instruction of parseInstructions(text)) {
    key.add(...keyParts(instruction, variables, new Set(active)));
    if (/^(ARG|ENV)$/.test(instruction.name)) applyMetadata(instruction, variables);
  }
  return key.hash();
}

describe('a key without RESOLVE_CACHE_KEY has kaniko’s fault, with it it is right', () => {
  const D = { D: 'yesterday' };
  for (const [name, yesterday, today, given = D] of [
    ['RUN with a heredoc', 'RUN <<E\none\nE', 'RUN <<E\ntwo\nE'],
    ['COPY of a heredoc', 'COPY <<E /v\none\nE', 'COPY <<E /v\ntwo\nE'],
    ['ADD of a heredoc', 'ADD <<E /v\none\nE', 'ADD <<E /v\ntwo\nE'],
    ['ARG in COPY', 'ARG D\nCOPY f /$D/f', undefined, { D: 'today' }],
    ['ARG in ADD', `ARG D\nADD f \${D}`, undefined, { D: 'today' }],
    ['ARG in WORKDIR', 'ARG D\nWORKDIR /$D', undefined, { D: 'today' }],
    ['ENV by an ARG in COPY', 'ARG D\nENV E=/$D\nCOPY f $E/f', undefined, { D: 'today' }],
    ['a flag by an ARG', 'ARG D\nCOPY --chown=$D f /f', undefined, { D: 'today' }],
  ] as [string, string, string?, Record<string, string>?][]) {
    test(name, () => {
      const keys = (active: readonly string[]) => [
        keyOf(yesterday, D, active),
        keyOf(today ?? yesterday, given, active),
      ];
      for (const rolling of [[], ['ROLLING_CACHE_KEY']]) {
        const [before, after] = keys(rolling);
        expect(after).toBe(before);
        const [was, is] = keys([...rolling, 'RESOLVE_CACHE_KEY']);
        expect(is).not.toBe(was);
      }
    });
  }

  test('a value in the body of a COPY counts where the body is expanded', () => {
    const body = (today: string, active: readonly string[]) => keyOf('ARG D\nCOPY <<E /v\n$D\nE', { D: today }, active);
    const resolved = ['RESOLVE_CACHE_KEY'];
    expect(body('1', resolved)).toBe(body('2', resolved));
    const expanded = [...resolved, 'EXPAND_HEREDOC'];
    expect(body('1', expanded)).not.toBe(body('2', expanded));
  });

  test('RUN has its values in it always', () => {
    expect(keyOf('ARG D\nRUN x', { D: '1' }, [])).not.toBe(keyOf('ARG D\nRUN x', { D: '2' }, []));
  });
});

test('without ROLLING_CACHE_KEY different parts can come to one key', () => {
  const key = (rolling: boolean, ...parts: string[]) => new CacheKey(rolling).add(...parts).hash();
  expect(key(false, 'a-b', 'c')).toBe(key(false, 'a', 'b-c'));
  expect(key(true, 'a-b', 'c')).not.toBe(key(true, 'a', 'b-c'));
});

describe('files', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const folder = (files: Record<string, string>) => {
    const root = mkdtempSync(join(tmpdir(), 'fargate-ci-key-'));
    folders.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  };
  const none = () => false;

  test('are those named, by patterns too; a pattern without a match names none and is no fault', () => {
    const root = folder({ 'a.js': '', 'b.js': '', 'c.css': '', 'd/e.js': '' });
    const found = (...sources: string[]) =>
      copiedFiles({ sources, destination: '/x/' }, new Map([['E', 'js']]), root).map((file) =>
        file.slice(root.length + 1),
      );
    expect(found('*.$E', 'd')).toEqual(['a.js', 'b.js', 'd']);
    expect(found('nope*')).toEqual([]);
    expect(found('https://host/x', 'c.css')).toEqual(['c.css']);
    expect(() => found('nope')).toThrow(`failed to get fileinfo for ${root}/nope: lstat`);
  });

  test('count by mode and content; a changed one in a folder shows', () => {
    const hash = (files: Record<string, string>) => {
      const root = folder(files);
      return hashPath(join(root, 'd'), root, none, true);
    };
    expect(hash({ 'd/a': '1' })).toBe(hash({ 'd/a': '1', other: '' }));
    expect(hash({ 'd/a': '1' })).not.toBe(hash({ 'd/a': '2' }));
  });

  test('what .dockerignore leaves out does not count', () => {
    const root = folder({ '.dockerignore': '*.log\n!keep.log\n', 'd/a': '1', 'b.log': '', 'keep.log': '' });
    const excludes = readDockerignore(root, 'Dockerfile', true);
    expect(hashPath(join(root, 'b.log'), root, excludes, true)).toBeUndefined();
    expect(hashPath(join(root, 'keep.log'), root, excludes, true)).toMatch(/^\w{64}$/);
  });

  test('an allow list hides the files of other stages without SCOPED_DOCKERIGNORE, and not with it', () => {
    const [root, stage] = [folder({ '.dockerignore': '*\n!src\n', 'src/a': '' }), folder({ out: '1' })];
    const hash = (scoped: boolean) =>
      hashPath(join(stage, 'out'), root, readDockerignore(root, 'Dockerfile', scoped), true);
    expect(hash(false)).toBeUndefined();
    expect(hash(true)).toMatch(/^\w{64}$/);
    expect(hashPath(join(root, 'src/a'), root, readDockerignore(root, 'Dockerfile', false), true)).toMatch(/^\w{64}$/);
  });
});

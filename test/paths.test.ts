import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that people write; bundles are left out. */
const sources = execFileSync(
  'git',
  ['ls-files', '*.ts', '*.mjs', '*.js', ':!resources', ':!infrastructure/operator*'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter(Boolean);

test('no file takes the pathname of a file: URL for a path: a space in it is written as %20 there', () => {
  expect(sources.length).toBeGreaterThan(300);
  const wrong = sources.filter((file) =>
    /import\.meta\.url\s*\)\s*\.pathname/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});

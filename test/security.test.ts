import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');
const [, table = ''] = /## Threats, and the test for each\n([\s\S]*?)\n## /.exec(page) ?? [];
const rows = table.split('\n').filter((line) => /^\| (?!Threat|---)/.test(line));

test('each threat of the security page has an attacker, what stands against it, and tests that are there', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const [threat, defence, tests = '', ...more] = row.replace(/^\| | \|$/g, '').split(' | ');
    expect([threat, defence, more]).toEqual([
      expect.stringMatching(/\([DJANS][^)]*\)$/),
      expect.stringMatching(/\w/),
      [],
    ]);
    const files = tests.split(', ').map((cell) => /^`(test\/\S+)`$/.exec(cell)?.[1] ?? `no file: ${cell}`);
    expect(files.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  }
});

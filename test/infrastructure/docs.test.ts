import { readFileSync } from 'node:fs';
import { at, block, readTemplate } from './template.ts';

const { root } = readTemplate('infrastructure/builder.yaml');
const page = readFileSync('docs/infrastructure.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the page has a row for each parameter, in the order of the template, and no other', () => {
  const from = rows.findIndex(([, name]) => name === '`Prefix`');
  expect(rows.slice(from).map(([, name]) => name)).toEqual(
    Object.keys(block(root.Parameters)).map((name) => `\`${name}\``),
  );
});

test('the page names each default', () => {
  for (const [name, declaration] of Object.entries(block(root.Parameters))) {
    const value = String(at(declaration, 'Default') ?? '');
    const row = rows.find(([, first]) => first === `\`${name}\``);
    if (value) expect([name, row?.[2]]).toEqual([name, `\`${value}\``]);
    else expect([name, row?.[2]]).toEqual([name, expect.stringMatching(/^(needed|none|nobody|this |`[A-Z])/)]);
  }
});

test('the page tells of each resource', () => {
  const told = rows.map(([, name]) => name).join(' ');
  const ids = Object.keys(block(root.Resources)).filter(
    (id) => !id.endsWith('Setting') && id !== 'ContextBucketPolicy',
  );
  for (const id of ids) expect(told).toContain(`\`${id}\``);
});

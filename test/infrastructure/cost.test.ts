import { readFileSync } from 'node:fs';
import { at, block, readTemplate } from './template.ts';

const page = readFileSync('docs/setup.md', 'utf8');
const [, table = ''] = page.split(/<!-- \/?costs -->/);
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (What|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const sums = rows.filter(([, what = '']) => what.startsWith('**'));

test('each row is its quantity times its price', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const [, what, quantity = '', price = '', cost] of rows.filter((row) => !sums.includes(row))) {
    const amount = Number.parseFloat(quantity) * Number.parseFloat(price);
    expect([what, cost]).toEqual([what, amount.toFixed(2)]);
  }
});

test('each sum is that of the rows above it', () => {
  expect(sums).toHaveLength(2);
  for (const sum of sums) {
    const above = rows.slice(0, rows.indexOf(sum)).filter((row) => !sums.includes(row));
    const total = above.reduce((cents, [, , , , cost]) => cents + Math.round(Number(cost) * 100), 0);
    expect(sum[4]).toBe(`**${(total / 100).toFixed(2)}**`);
  }
});

test('sizes are those of the templates', () => {
  const size = (template: string, parameter: string) =>
    Number(at(block(readTemplate(`infrastructure/${template}.yaml`).root.Parameters)[parameter], 'Default'));
  const quantity = (start: string) =>
    Number.parseFloat(rows.find(([, what = '']) => what.startsWith(start))?.[2] ?? '');
  expect(quantity('Jenkins: 0.5 vCPU')).toBe((size('jenkins', 'Cpu') / 1024) * 730);
  expect(quantity('Jenkins: 2 GB')).toBe((size('jenkins', 'Memory') / 1024) * 730);
  expect(quantity('Jenkins: 10 GB')).toBe((size('jenkins', 'DiskGiB') - 20) * 730);
});

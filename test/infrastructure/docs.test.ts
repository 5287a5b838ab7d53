import { readFileSync } from 'node:fs';
import { at, block, readTemplate } from './template.ts';

/** The rows of the tables below a heading, by cells; the first cell is empty. */
function rows(page: string, heading: string): string[][] {
  const [, below = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

const builder = readFileSync('docs/infrastructure.md', 'utf8');
const jenkins = readFileSync('docs/jenkins-on-fargate.md', 'utf8');

describe.each([
  ['builder', builder, 'Parameters'],
  ['jenkins', jenkins, 'Parameters of jenkins.yaml'],
  ['network', jenkins, 'Parameters of network.yaml'],
  ['service', jenkins, 'Parameters of service.yaml'],
])('parameters of %s.yaml', (name, page, heading) => {
  const { root } = readTemplate(`infrastructure/${name}.yaml`);
  const table = rows(page, heading);

  test('the page has a row for each, in the order of the template, and no other', () => {
    expect(table.map(([, parameter]) => parameter)).toEqual(
      Object.keys(block(root.Parameters)).map((one) => `\`${one}\``),
    );
  });

  test('the page names each default', () => {
    for (const [parameter, declaration] of Object.entries(block(root.Parameters))) {
      const value = String(at(declaration, 'Default') ?? '');
      const row = table.find(([, first]) => first === `\`${parameter}\``);
      if (value) expect([parameter, row?.[2]]).toEqual([parameter, `\`${value}\``]);
      else
        expect([parameter, row?.[2]]).toEqual([parameter, expect.stringMatching(/^(needed|none|nobody|this |`[A-Z])/)]);
    }
  });

  test('what is needed has no default, and what has none is needed', () => {
    const needed = table.filter(([, , standard]) => standard === 'needed').map(([, parameter]) => parameter);
    const without = Object.entries(block(root.Parameters)).filter(([, one]) => at(one, 'Default') === undefined);
    expect(needed).toEqual(without.map(([parameter]) => `\`${parameter}\``));
  });
});

test("the builder's page tells of each resource", () => {
  const told = rows(builder, 'What it makes')
    .map(([, name]) => name)
    .join(' ');
  const ids = Object.keys(block(readTemplate('infrastructure/builder.yaml').root.Resources)).filter(
    (id) => !id.endsWith('Setting') && id !== 'ContextBucketPolicy',
  );
  for (const id of ids) expect(told).toContain(`\`${id}\``);
});

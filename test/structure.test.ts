import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../helper/src/', import.meta.url));

/** What each folder may import beside itself; the files at the top are everybody's. Imports go one way. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['aws', 'commands', 'parameters', 'report', 'secrets', 'settings', 'workspace'],
  commands: [
    'aws',
    'context',
    'dockerfile',
    'fargate',
    'git',
    'kaniko',
    'parameters',
    'registry',
    'report',
    'secrets',
    'service',
    'settings',
    'source',
    'workspace',
  ],
  parameters: [],
  settings: ['aws'],
  aws: [],
  registry: ['aws'],
  source: ['git', 'workspace'],
  git: ['workspace'],
  workspace: [],
  context: ['aws', 'ignore', 'secrets', 'workspace'],
  ignore: [],
  dockerfile: [],
  kaniko: ['fargate', 'secrets'],
  fargate: ['aws'],
  service: ['aws', 'fargate', 'registry', 'settings', 'parameters'],
  report: [],
  // What a call was given, and what of it shows, is declared by the parameters.
  secrets: ['parameters'],
  loader: [],
  operator: [
    'aws',
    'cli',
    'commands',
    'fargate',
    'git',
    'kaniko',
    'parameters',
    'registry',
    'report',
    'secrets',
    'service',
    'settings',
    'source',
    'workspace',
  ],
};
/** Where a process begins. */
const PROGRAMS = ['main.ts', 'operator.ts', 'process.ts'];
const TOP = ['thrift.ts', 'failure.ts', 'world.ts', 'clock.ts', 'plain.ts', 'unset.ts', 'report/events.ts'];

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(resolve(source, file), 'utf8');
  const local = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)];
  return local.map(([, path = '']) => ({
    from: file,
    to: relative(source, resolve(source, dirname(file), path)),
  }));
});

const folder = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

test('imports go one way: cli, commands, domain folders', () => {
  expect(imports.length).toBeGreaterThan(50);
  const wrong = imports.filter(({ from, to }) => {
    if (TOP.includes(to) || folder(from) === folder(to) || PROGRAMS.includes(from)) return false;
    if (TOP.includes(from))
      return !to.startsWith('report/') && !['failure.ts', 'thrift.ts', 'secrets/mask.ts'].includes(to);
    return !MAY_IMPORT[folder(from)]?.includes(folder(to));
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('the process, its environment, its clock and the console are touched in process.ts, clock.ts and the loader alone', () => {
  const touching = files.filter((file) => {
    const code = readFileSync(resolve(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return /\bprocess\.(env|exit|argv|on|std\w+)\b|\bconsole\.(log|error|warn|info)\b|\bDate\.now\b|\bsetTimeout\b/.test(
      code,
    );
  });
  expect(touching.sort()).toEqual(['clock.ts', 'loader/loader.ts', 'process.ts']);
});

test('every folder of the helper is named on the architecture page', () => {
  const page = readFileSync(resolve(source, '../../docs/architecture.md'), 'utf8');
  const folders = new Set(files.map(folder).filter(Boolean));
  expect([...folders].filter((name) => !page.includes(`\`${name}/\``))).toEqual([]);
});

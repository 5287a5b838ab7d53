import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The pages in a folder and all its sub-folders. */
const pagesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules') && !name.startsWith('.state'))
    .map((name) => join(folder, name));

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...['docs', 'example', 'helper', 'local', 'test'].flatMap(pagesBelow),
];

/** As GitHub makes them of headings. */
const anchors = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  const dead = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor));
    });
  expect(dead).toEqual([]);
});

/** The files that pages name in code, `test/links.test.ts`, or from helper/src on, `cli/run-program.ts`. */
test.each([
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...pages.filter((page) => page.startsWith('docs/') || page.startsWith('helper/')),
])('the files that %s names are there', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|yaml|groovy|md))`/g)].map(
    ([, path = '']) => path,
  );
  expect(
    named.filter((path) => ['.', 'helper/src', dirname(page)].every((base) => !existsSync(join(base, path)))),
  ).toEqual([]);
});

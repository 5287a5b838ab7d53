import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/paths.mjs';

/** The page with the results. */
export const PAGE = join(ROOT, 'docs', 'performance.md');

/** Puts lines between the two markers of a part. @throws Error if the page lacks them */
export function replaceResults(page: string, part: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- bench ${part} -->`, `<!-- bench ${part} end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n${lines.map((line) => line.trimEnd()).join('\n')}\n${page.slice(to)}`;
}

/** Puts the results of a part into the page. */
export async function writeResults(part: string, lines: readonly string[]): Promise<void> {
  await writeFile(PAGE, replaceResults(await readFile(PAGE, 'utf8'), part, lines));
}

import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Which files each file imports, as paths below the root. Types count; packages do not. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Reads the imports of some files, those inside of a function included. @param files paths below the root */
export function readImportGraph(root: string, files: readonly string[]): ImportGraph {
  return new Map(
    files.map((file): [string, string[]] => {
      const text = readFileSync(join(root, file), 'utf8');
      const paths = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) => path);
      return [file, paths.map((path) => normalize(join(dirname(file), path)))];
    }),
  );
}

/** The names that can be reached from themselves, each with its way back: `a -> b -> a`. */
export function circles(graph: ReadonlyMap<string, Iterable<string>>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    const start = way.indexOf(name);
    if (start >= 0) found.push([...way.slice(start), name].join(' -> '));
    if (start >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...way, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return found;
}

import { readdirSync, readFileSync } from 'node:fs';

/** A folder of helper/src, as its README tells of it. */
export interface FolderReadme {
  /** Below helper/src: `context/pack`. */
  folder: string;
  /** The first paragraph of the README, in one line. Its links count from the folder. */
  about: string;
  /** The other folders that its files import, as the line `Imports:` names them. */
  imports: readonly string[];
}

/**
 * Reads the README of a folder.
 * @throws Error where it lacks its heading, its first paragraph or the line `Imports:`
 */
export function readFolder(folder: string, readme: string): FolderReadme {
  const [heading, about] = readme.split(/\n{2,}/);
  if (heading !== `# ${folder}`) throw new Error(`helper/src/${folder}/README.md must begin with "# ${folder}"`);
  const line = /^Imports: (.+)\.$/m.exec(readme)?.[1];
  if (!about || line === undefined)
    throw new Error(`helper/src/${folder}/README.md lacks its first paragraph or "Imports:"`);
  const imports = line === 'nothing' ? [] : line.split(', ').map((name) => name.replaceAll('`', ''));
  return { folder, about: about.replaceAll('\n', ' '), imports };
}

/** All folders of helper/src that hold sources, in the order of their names. @param source helper/src */
export function readFolders(source: URL): FolderReadme[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const folders = new Set(files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/')))).filter(Boolean));
  return [...folders]
    .sort()
    .map((folder) => readFolder(folder, readFileSync(new URL(`${folder}/README.md`, source), 'utf8')));
}

const top = (folder: string): string => folder.split('/')[0] ?? folder;

/** The layer of each top folder: one more than the highest layer that it imports. */
function layersOf(folders: readonly FolderReadme[]): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const layerOf = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, 0);
    const below = folders
      .filter(({ folder }) => top(folder) === name)
      .flatMap(({ imports }) => imports.map(top))
      .filter((other) => other !== name);
    const layer = Math.max(0, ...below.map((other) => layerOf(other) + 1));
    known.set(name, layer);
    return layer;
  };
  for (const { folder } of folders) layerOf(top(folder));
  return known;
}

/** The table of the architecture page: the highest layer first, sub-folders behind their folder. */
export function folderTable(folders: readonly FolderReadme[]): string {
  const layer = layersOf(folders);
  const height = ({ folder }: FolderReadme): number => layer.get(top(folder)) ?? 0;
  const sorted = [...folders].sort((a, b) => height(b) - height(a) || (a.folder < b.folder ? -1 : 1));
  const rows = sorted.map(({ folder, about, imports }) => {
    const here = about.replace(/\]\((?!\w+:)/g, `](../helper/src/${folder}/`);
    const link = `[\`${folder}/\`](../helper/src/${folder}/README.md)`;
    return `| ${link} | ${here} | ${imports.map((name) => `\`${name}\``).join(', ') || 'nothing'} |`;
  });
  return ['| Folder | What it is about | Imports |', '| --- | --- | --- |', ...rows].join('\n');
}

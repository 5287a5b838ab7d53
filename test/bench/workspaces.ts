import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Random } from './random.ts';
import { Sources } from './text.ts';

/** The shape of a workspace; sizes are in bytes. The same shape makes the same files on every machine. */
export interface Shape {
  readonly name: string;
  /** Its name in a table. */
  readonly title: string;
  /** The number of sources, and their size. */
  readonly files: number;
  readonly bytes: number;
  /** Pictures, archives and other files that no compression makes smaller. */
  readonly binaries?: { readonly files: number; readonly bytes: number };
  /** One more big file: half of it is text, half of it is noise. */
  readonly big?: number;
  /** A .git folder with a pack of this size, and this many packages in node_modules. */
  readonly git?: number;
  readonly packages?: number;
}

const MB = 1_000_000;

/** The workspaces that the benchmark knows. */
export const workspaceShapes = {
  small: { name: 'small', title: '8,000 files, 115 MB', files: 8_000, bytes: 115 * MB },
  many: { name: 'many', title: '50,000 files, 250 MB', files: 50_000, bytes: 250 * MB },
  monorepo: {
    name: 'monorepo',
    title: 'monorepo, 500 MB',
    files: 20_000,
    bytes: 330 * MB,
    binaries: { files: 900, bytes: 170 * MB },
  },
  big: { name: 'big', title: 'one file of 2 GB', files: 20, bytes: 200_000, big: 2_000 * MB },
  django: {
    name: 'django',
    title: 'Django app with .git and node_modules, 190 MB',
    files: 600,
    bytes: 6 * MB,
    binaries: { files: 60, bytes: 9 * MB },
    git: 35 * MB,
    packages: 700,
  },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof workspaceShapes;

/** The same shape with only this part of its content, for a quick look. */
export function scaled(shape: Shape, share: number): Shape {
  const part = (number: number) => Math.max(1, Math.round(number * share));
  return {
    ...shape,
    title: `${shape.title}, ${share * 100}% of it`,
    files: part(shape.files),
    bytes: part(shape.bytes),
    ...(shape.binaries && {
      binaries: { files: part(shape.binaries.files), bytes: part(shape.binaries.bytes) },
    }),
    ...(shape.big && { big: part(shape.big) }),
    ...(shape.git && { git: part(shape.git) }),
    ...(shape.packages && { packages: part(shape.packages) }),
  };
}

const ENDINGS = ['.ts', '.py', '.tsx', '.json', '.md', '.html', '.css', '.go'];

/** Makes the workspace in a folder, in place of an earlier one. */
export async function generate(shape: Shape, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const random = new Random(6);
  const sources = new Sources(random);
  const write = writer(folder);
  await write('Dockerfile', Buffer.from('FROM busybox:1.36\nCOPY . /app\n'));
  await writeSources(shape, random, sources, write);
  const { binaries, big, git, packages } = shape;
  for (let index = 0; binaries && index < binaries.files; index += 1) {
    await write(`assets/${index % 37}/picture-${index}.png`, random.bytes(Math.round(binaries.bytes / binaries.files)));
  }
  for (let index = 0; index < (packages ?? 0); index += 1) {
    const name = `node_modules/package-${index}`;
    await write(`${name}/package.json`, sources.file(1_500));
    for (let file = 0; file < 20; file += 1) await write(`${name}/lib/${file}.js`, sources.file(size(random, 9_500)));
  }
  if (git) await writeGit(git, random, write);
  if (big) await writeBig(join(folder, 'data', 'dump.bin'), big, random, sources);
}

type Write = (path: string, content: Buffer) => Promise<void>;

/** Writes files below a folder, and makes their folders. */
function writer(root: string): Write {
  const made = new Set<string>();
  return async (path, content) => {
    const file = join(root, path);
    const folder = dirname(file);
    if (!made.has(folder)) await mkdir(folder, { recursive: true });
    made.add(folder);
    await writeFile(file, content);
  };
}

/** The sizes of sources. Most are small, and a few are large; `mean` is the average. */
function size(random: Random, mean: number): number {
  // The mean of -ln(u) squared is 2.
  return Math.max(40, Math.round((mean / 2) * Math.log(1 - random.next()) ** 2));
}

/** The folders of the sources, with about twenty files in each, and the folders above them. */
const MODULES = 389;
const PARTS = 23;

async function writeSources({ files, bytes }: Shape, random: Random, sources: Sources, write: Write): Promise<void> {
  let left = bytes;
  for (let index = 0; index < files; index += 1) {
    const length = index === files - 1 ? Math.max(40, left) : Math.min(size(random, bytes / files), Math.max(40, left));
    left -= length;
    const module = index % MODULES;
    const folder = `src/part-${module % PARTS}/module-${module}`;
    await write(`${folder}/file-${index}${ENDINGS[random.below(ENDINGS.length)]}`, sources.file(length));
  }
}

/** Without the files that make it a repository, because no commit may become the tag of the image. */
async function writeGit(bytes: number, random: Random, write: Write): Promise<void> {
  await write('.git/objects/pack/pack-0.pack', random.bytes(bytes));
  for (let index = 0; index < 400; index += 1) {
    await write(`.git/objects/${(index % 256).toString(16).padStart(2, '0')}/${index}`, random.bytes(900));
  }
}

const BLOCK = 4 * 1024 * 1024;

async function writeBig(path: string, bytes: number, random: Random, sources: Sources): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    for (let at = 0, odd = false; at < bytes; at += BLOCK, odd = !odd) {
      const length = Math.min(BLOCK, bytes - at);
      await file.write(odd ? random.bytes(length) : sources.file(length));
    }
  } finally {
    await file.close();
  }
}

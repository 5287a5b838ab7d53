import { lstatSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expandWord } from '../dockerfile/expand-word.ts';
import type { CopyArguments } from '../dockerfile/instruction.ts';

/**
 * The folder in which kaniko keeps the files of a stage or an image that later stages copy.
 * @param from the stage's index, or the image
 */
export function copiesFolder(from: string): string {
  return join('/kaniko/deps', from);
}

/**
 * The files that COPY or ADD names. A pattern that matches nothing adds none, without a word, as with kaniko.
 * @param root the context's folder, or the one with another stage's files
 * @returns absolute paths
 * @throws Error in kaniko's words
 */
export function copiedFiles(
  { sources, destination }: Pick<CopyArguments, 'sources' | 'destination'>,
  values: ReadonlyMap<string, string>,
  root: string,
): string[] {
  const named = sources
    .map((source) => expandWord(source, values))
    .map((path) => (isUrl(path) ? path : posix.normalize(path)));
  const found = named.some(isPattern)
    ? named.flatMap((path) => (isUrl(path) ? [path] : filesMatching(path, root)))
    : named;
  const to = expandWord(destination, values);
  const local = found.filter((path) => !isUrl(path));
  if (found.length > 1 && !/\/$|^\.$/.test(to) && local.length > 1)
    throw new Error(
      "when specifying multiple sources in a COPY command, destination must be a directory and end in '/'",
    );
  for (const file of local.map((path) => join(root, path))) {
    if (!lstatSync(file, { throwIfNoEntry: false }))
      throw new Error(`failed to get fileinfo for ${file}: lstat ${file}: no such file or directory`);
  }
  return local.map((path) => join(root, path));
}

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function isUrl(path: string): boolean {
  return /^\w+:\/\/[^/]/.test(path);
}

/**
 * The files below a folder that match a pattern.
 * @param pattern in the syntax of Go's filepath.Match
 * @returns paths relative to the folder
 */
export function filesMatching(pattern: string, root: string): string[] {
  const source = posix.normalize(pattern).replace(/\[\^?|\*|\?|\\?[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return /^\[|^[\]-]$/.test(part) ? part : part.slice(-1).replace(/[.+^${}()|\\*?]/, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 's');
  const absolute = pattern.startsWith('/');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return files.filter((file) => expression.test(absolute ? `/${file}` : file));
}

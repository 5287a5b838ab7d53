import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expand } from './word.mjs';

/** Where kaniko keeps what later stages copy. @param {string} from a stage's index, or an image */
export const filesFrom = (from) => join('/kaniko/deps', from);

/**
 * The files that COPY or ADD names, by their paths in a folder.
 * @param {{ sources: readonly string[], destination: string }} copied
 * @param {ReadonlyMap<string, string>} values
 * @param {string} root folder of the context or of what another stage left
 * @returns {string[]} absolute; a pattern that fits nothing gives none, and nothing is said of it
 * @throws {Error} worded as kaniko words it
 */
export function filesOf({ sources, destination }, values, root) {
  const named = sources
    .map((source) => expand(source, values))
    .map((path) => (isUrl(path) ? path : posix.normalize(path)));
  const found = named.some(isPattern) ? named.flatMap((path) => (isUrl(path) ? [path] : matching(path, root))) : named;
  const to = expand(destination, values);
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

/** @param {string} path */
export function isPattern(path) {
  return /[*?[]/.test(path);
}

/** @param {string} path */
function isUrl(path) {
  return /^\w+:\/\/[^/]/.test(path);
}

/**
 * @param {string} pattern as Go's filepath.Match reads it
 * @param {string} root
 */
export function matching(pattern, root) {
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

/**
 * What a file or folder gives to a key; undefined: nothing, since it is left out.
 * @param {string} path
 * @param {string} root of the context
 * @param {import('./ignore.mjs').Excludes} excludes
 * @param {boolean} framed HASH_DIR_FRAMING: names and hashes cannot run into each other
 * @returns {string | undefined}
 */
export function hashOf(path, root, excludes, framed) {
  if (!lstatSync(path).isDirectory()) return excludes(path) ? undefined : sha256(hashOfEntry(path));
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const hash = createHash('sha256');
  let empty = true;
  for (const entry of ['', ...names.sort()].map((name) => join(path, name))) {
    if (excludes(entry)) continue;
    const name = entry.startsWith(root) ? entry.slice(root.length) : entry;
    const content = hashOfEntry(entry);
    hash.update(framed ? `${name.length}:${name}${content.length}:${content}` : name + content);
    empty = false;
  }
  return empty && excludes(path) ? undefined : hash.digest('hex');
}

/** Mode, owner and content, not the times. @param {string} path */
function hashOfEntry(path) {
  const stat = lstatSync(path);
  const hash = createHash('md5').update(`${stat.mode} ${stat.uid},${stat.gid}`);
  if (stat.isFile()) hash.update(readFileSync(path));
  else if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
  return hash.digest('hex');
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

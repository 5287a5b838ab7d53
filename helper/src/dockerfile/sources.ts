import { posix } from 'node:path';
import { readHeredocOpening } from './heredoc.ts';
import type { Instruction } from './instruction.ts';
import { compilePath } from './path-pattern.ts';
import { expand, type LookUp } from './variables.ts';

/** All that is sent, folders included; undefined where it is not to be looked through. */
export type ContextPaths = () => Iterable<string> | undefined;

/** One source of a COPY or ADD. */
export interface CopySource {
  /** As written. */
  written: string;
  /** With variables put in; undefined where one's value is not known. */
  path: string | undefined;
}

/** The sources of a COPY or ADD that are files, folders or addresses; not its heredocs. */
export function sourcesOf({ args, json }: Instruction, lookUp: LookUp): CopySource[] {
  return args
    .slice(0, -1)
    .filter((arg) => json || !isHeredoc(arg))
    .map((written) => ({ written, path: expand(written, lookUp) }));
}

function isHeredoc(arg: string): boolean {
  try {
    return readHeredocOpening(arg) !== undefined;
  } catch {
    return false;
  }
}

/** True for `https://host/path` and its like: what kaniko downloads. */
export const isUrl = (text: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(text);

/** True where BuildKit clones a repository. Variables may still be in the text. */
export function isGitRepository(text: string): boolean {
  if (/^(?:git|ssh):\/\//i.test(text) || /^[\w.-]+@[\w.-]+:/.test(text)) return true;
  return /^https?:\/\/[^/?#]+\/[^?#]*\.git\/?(?:[?#]|$)/i.test(text);
}

/** True where a file's name says that ADD unpacks it. */
export const isArchive = (text: string): boolean =>
  !isUrl(text) && /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lzma|Z)|t[gbx]z2?|tzst)$/i.test(text);

export const hasWildcard = (path: string): boolean => /[*?[]/.test(path);

/**
 * What nothing in the context matches, of sources of which at least one has a wildcard: kaniko copies nothing for it,
 * and does not say so. Sources without any wildcard are looked for one by one, and a missing one ends the build.
 */
export function unmatchedSources(sources: readonly CopySource[], paths: ContextPaths): CopySource[] {
  if (!sources.some(({ path }) => path !== undefined && hasWildcard(path))) return [];
  const open = new Map<CopySource, (path: string) => boolean>();
  for (const source of sources) {
    const takes = source.path === undefined || isUrl(source.path) ? undefined : testOf(source.path);
    if (takes) open.set(source, takes);
  }
  const close = (path: string): void => {
    for (const [source, takes] of open) if (takes(path)) open.delete(source);
  };
  const sent = open.size === 0 ? undefined : paths();
  if (sent === undefined) return [];
  close('.');
  for (const path of sent) {
    if (open.size === 0) break;
    close(path);
  }
  return [...open.keys()];
}

/** As kaniko compares them (pkg/util, matchSources); undefined for a pattern that ends the build anyway. */
function testOf(source: string): ((path: string) => boolean) | undefined {
  const normal = posix.normalize(source);
  const clean = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
  const matches = compilePath(clean);
  if (matches === undefined) return undefined;
  const takes = (path: string) => matches(path) || clean === path;
  return clean.startsWith('/') ? (path) => takes(posix.join('/', path)) : takes;
}

/** `yarn.lock*`: the file if it is there. So people write what may be missing. */
export const isOptional = (path: string): boolean => /^[^*?[\]]+\*$/.test(path) && !path.endsWith('/*');

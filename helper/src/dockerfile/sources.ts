import { posix } from 'node:path';
import { isHeredocOpening } from './heredoc.ts';
import type { Instruction } from './instruction.ts';
import { compilePathPattern } from './path-pattern.ts';
import { expand, type LookUp } from './variables.ts';

/** The paths of all files and folders of the context; undefined where they must not be searched any more. */
export type ContextPaths = () => Iterable<string> | undefined;

/** One source of a COPY or ADD. */
export interface InstructionSource {
  /** As written. */
  written: string;
  /** With its variables replaced; undefined where a value is not known. */
  path: string | undefined;
}

/** The sources of a COPY or ADD that are files, folders or URLs; its heredocs are left out. */
export function sourcesOf({ args, json }: Instruction, lookUp: LookUp): InstructionSource[] {
  return args
    .slice(0, -1)
    .filter((arg) => json || !isHeredocOpening(arg))
    .map((written) => ({ written, path: expand(written, lookUp) }));
}

/** True for a URL such as `https://host/path`, which kaniko downloads. */
export const isUrl = (text: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(text);

/** True for an address that BuildKit clones as a git repository. The text may still have variables. */
export function isGitRepository(text: string): boolean {
  if (/^(?:git|ssh):\/\//i.test(text) || /^[\w.-]+@[\w.-]+:/.test(text)) return true;
  return /^https?:\/\/[^/?#]+\/[^?#]*\.git\/?(?:[?#]|$)/i.test(text);
}

/** True for a file that ADD unpacks, by its name. */
export const isArchive = (text: string): boolean =>
  !isUrl(text) && /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lzma|Z)|t[gbx]z2?|tzst)$/i.test(text);

export const hasWildcard = (path: string): boolean => /[*?[]/.test(path);

/**
 * The sources that match nothing in the context. kaniko skips them silently where at least one source of the instruction has a
 * wildcard. Where none has, a missing source ends the build, so nothing is returned.
 */
export function unmatchedSources(sources: readonly InstructionSource[], paths: ContextPaths): InstructionSource[] {
  if (!sources.some(({ path }) => path !== undefined && hasWildcard(path))) return [];
  const unmatchedYet = new Map<InstructionSource, (path: string) => boolean>();
  for (const source of sources) {
    const matches = source.path === undefined || isUrl(source.path) ? undefined : testFor(source.path);
    if (matches) unmatchedYet.set(source, matches);
  }
  const match = (path: string): void => {
    for (const [source, matches] of unmatchedYet) if (matches(path)) unmatchedYet.delete(source);
  };
  const contextPaths = unmatchedYet.size === 0 ? undefined : paths();
  if (contextPaths === undefined) return [];
  match('.');
  for (const path of contextPaths) {
    if (unmatchedYet.size === 0) break;
    match(path);
  }
  return [...unmatchedYet.keys()];
}

/** Compares a source with paths as kaniko does (pkg/util, matchSources); undefined for a pattern with which the build fails anyway. */
function testFor(source: string): ((path: string) => boolean) | undefined {
  const normal = posix.normalize(source);
  const clean = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
  const matchesPattern = compilePathPattern(clean);
  if (matchesPattern === undefined) return undefined;
  const matches = (path: string) => matchesPattern(path) || clean === path;
  return clean.startsWith('/') ? (path) => matches(posix.join('/', path)) : matches;
}

/** True for `yarn.lock*`: people write this for a file that may be missing. */
export const isOptional = (path: string): boolean => /^[^*?[\]]+\*$/.test(path) && !path.endsWith('/*');

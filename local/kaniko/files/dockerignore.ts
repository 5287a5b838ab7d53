import { existsSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

/** Whether kaniko leaves a file out of a cache key, by its absolute path. */
export type IsIgnored = (path: string) => boolean;

/**
 * Reads the ignore file of a context.
 * @param root the context's folder
 * @param dockerfile path relative to the context
 * @param scoped SCOPED_DOCKERIGNORE: the patterns do not count for files outside of the context
 */
export function readDockerignore(root: string, dockerfile: string, scoped: boolean): IsIgnored {
  const file = [join(root, `${dockerfile}.dockerignore`), join(root, '.dockerignore')].find((path) => existsSync(path));
  const patterns = file === undefined ? [] : readPatterns(readFileSync(file, 'utf8'));
  return (path) => {
    const inside = path === root || path.startsWith(`${root}/`);
    if (!inside && scoped) return false;
    const asked = inside ? relative(root, path) : path;
    return asked !== '' && isMatched(patterns, asked);
  };
}

interface IgnorePattern {
  /** Whether it begins with `!`: what matches is not ignored. */
  readonly exception: boolean;
  /** The number of its path's parts. */
  readonly depth: number;
  readonly expression: RegExp;
}

function readPatterns(text: string): IgnorePattern[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith('#') || line.trim() === '') return [];
    const trimmed = line.trim();
    const exception = trimmed.startsWith('!');
    const cleaned = posix.normalize((exception ? trimmed.slice(1) : trimmed).trim());
    const pattern = cleaned.length > 1 ? cleaned.replace(/^\//, '').replace(/\/$/, '') : cleaned;
    return [{ exception, depth: pattern.split('/').length, expression: compile(pattern) }];
  });
}

/**
 * As `patternmatcher.Matches` of moby: the last pattern that matches the path or a folder above it decides. The first
 * part of an absolute path is empty, and `*` matches it: so an ignore file that begins with `*` ignores all files
 * outside of the context.
 */
function isMatched(patterns: readonly IgnorePattern[], path: string): boolean {
  const above = path.split('/').slice(0, -1);
  let matched = false;
  for (const { exception, depth, expression } of patterns) {
    if (matched !== exception) continue;
    const fits = expression.test(path) || (depth <= above.length && expression.test(above.slice(0, depth).join('/')));
    if (fits) matched = !exception;
  }
  return matched;
}

function compile(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\\?[\s\S]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return '[]'.includes(part) ? part : part.slice(-1).replace(/[.+^${}()|\\[\]]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

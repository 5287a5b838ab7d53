import { existsSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

/**
 * What a .dockerignore leaves out, as kaniko asks when it makes a key.
 * @typedef {(path: string) => boolean} Excludes absolute path
 */

/**
 * @param {string} root of the context
 * @param {string} dockerfile relative to the context
 * @param {boolean} scoped SCOPED_DOCKERIGNORE: what lies outside of the context is not asked for
 * @returns {Excludes}
 */
export function readIgnore(root, dockerfile, scoped) {
  const file = [join(root, `${dockerfile}.dockerignore`), join(root, '.dockerignore')].find((path) => existsSync(path));
  const patterns = file === undefined ? [] : readPatterns(readFileSync(file, 'utf8'));
  return (path) => {
    const inside = path === root || path.startsWith(`${root}/`);
    if (!inside && scoped) return false;
    const asked = inside ? relative(root, path) : path;
    return asked !== '' && matches(patterns, asked);
  };
}

/** @typedef {{ exclusion: boolean, depth: number, expression: RegExp }} Pattern */

/**
 * @param {string} text
 * @returns {Pattern[]}
 */
export function readPatterns(text) {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith('#') || line.trim() === '') return [];
    const exclusion = line.trim().startsWith('!');
    const cleaned = posix.normalize(
      line
        .trim()
        .slice(exclusion ? 1 : 0)
        .trim(),
    );
    const pattern = cleaned.length > 1 ? cleaned.replace(/^\//, '').replace(/\/$/, '') : cleaned;
    return [{ exclusion, depth: pattern.split('/').length, expression: compile(pattern) }];
  });
}

/**
 * moby's `patternmatcher.Matches`: the last pattern that fits the path or a folder above it decides. An absolute path's
 * first part is the empty one, which `*` fits: so an allow list leaves out whatever lies beside the context.
 * @param {readonly Pattern[]} patterns
 * @param {string} path
 */
export function matches(patterns, path) {
  const above = path.split('/').slice(0, -1);
  let matched = false;
  for (const { exclusion, depth, expression } of patterns) {
    if (matched !== exclusion) continue;
    const fits = expression.test(path) || (depth <= above.length && expression.test(above.slice(0, depth).join('/')));
    if (fits) matched = !exclusion;
  }
  return matched;
}

/** @param {string} pattern */
function compile(pattern) {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\\?[\s\S]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return '[]'.includes(part) ? part : part.slice(-1).replace(/[.+^${}()|\\[\]]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

import { closest, distance } from 'fastest-levenshtein';

/** The nearest of some names to a misspelt one; undefined where none is near enough to be meant. */
export function nearestOf(name: string, names: readonly string[]): string | undefined {
  const folded = new Map(names.map((known) => [fold(known), known]));
  const near = closest(fold(name), [...folded.keys()]);
  if (near === undefined || distance(fold(name), near) > Math.max(2, Math.floor(name.length / 3))) return undefined;
  return folded.get(near);
}

/** `build_arg`, `build-arg` and `buildArg` are one name to a person. */
const fold = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');

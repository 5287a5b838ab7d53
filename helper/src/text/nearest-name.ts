import { closest, distance } from 'fastest-levenshtein';

/** Characters; of a longer one nothing is near. */
const LONGEST = 100;

/** The nearest of some names to a misspelt one; undefined where none is near enough to be meant. */
export function nearestOf(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = fold(name);
  const folded = new Map(names.map((known) => [fold(known), known]));
  const near = closest(wanted, [...folded.keys()]);
  if (near === undefined || distance(wanted, near) > Math.max(2, Math.floor(wanted.length / 3))) return undefined;
  return folded.get(near);
}

/** `build_arg`, `build-arg` and `buildArg` are one name to a person. */
const fold = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');

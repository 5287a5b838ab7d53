import { closest, distance } from 'fastest-levenshtein';

/** Characters. For a longer name nothing is looked for. */
const LONGEST = 100;

/** The known name that a misspelt one most probably means; undefined if none is near enough. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = fold(name);
  const folded = new Map(names.map((known) => [fold(known), known]));
  const near = closest(wanted, [...folded.keys()]);
  if (near === undefined || distance(wanted, near) > Math.max(2, Math.floor(wanted.length / 3))) return undefined;
  return folded.get(near);
}

/** For a person `build_arg`, `build-arg` and `buildArg` are the same name. */
const fold = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');
